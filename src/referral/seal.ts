/** Sealing and opening with age (https://age-encryption.org/v1), in Node and in browsers alike. */
import { armor, Decrypter, Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';

/** A key of one worker's device: the identity opens, the recipient seals. */
export type KeyPair = { identity: string; recipient: string };

/** Why something stays shut. `damaged` covers every file that is not what it should be. */
export type UnopenedReason = 'wrong-key' | 'wrong-passphrase' | 'damaged';

/** The reader of the file can put it right, by another key, another passphrase or another copy. */
export class UnopenedError extends Error {
  override name = 'UnopenedError';
  readonly reason: UnopenedReason;

  constructor(reason: UnopenedReason, options?: ErrorOptions) {
    super(reason, options);
    this.reason = reason;
  }
}

/** One lost key must never make a referral unreadable. */
export const recipientsMin = 2;

/** About a second on an office computer; the same as the age command's own. */
const scryptWorkFactor = 18;

const sealTries = 3;

/**
 * Seals to every recipient (`age1...`).
 *
 * @throws Error when there are fewer than two different recipients, when one is malformed, or when the machine cannot seal.
 */
export async function seal(text: Uint8Array, recipients: readonly string[]): Promise<Uint8Array> {
  const different = new Set(recipients);
  if (different.size < recipientsMin) throw new Error(`sealing needs ${recipientsMin} different recipients`);
  const encrypter = new Encrypter();
  for (const recipient of different) encrypter.addRecipient(recipient);

  for (let tries = 1; ; tries++) {
    try {
      return await encrypter.encrypt(text);
    } catch (cause) {
      // Some WebCrypto builds refuse one ephemeral X25519 key in 256 (first byte 0); the next try draws another.
      if (tries === sealTries || !(cause instanceof Error) || cause.name !== 'DataError') throw cause;
    }
  }
}

/** @throws UnopenedError 'wrong-key' when it was sealed for others, 'damaged' when it was altered. */
export async function open(sealed: Uint8Array, identity: string): Promise<Uint8Array> {
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  return opened(decrypter, sealed, 'wrong-key');
}

/** A fresh key pair that every browser accepts. */
export async function newKeyPair(): Promise<KeyPair> {
  for (;;) {
    const identity = await generateX25519Identity();
    // WebKitGTK 2.50 refuses private keys whose first byte is 0: in bech32, Q then one of Q, P, Z and R.
    if (/^AGE-SECRET-KEY-1Q[QPZR]/u.test(identity)) continue;
    return { identity, recipient: await identityToRecipient(identity) };
  }
}

/** The public half of an identity. @throws UnopenedError 'damaged' when it is not one. */
export async function recipientOf(identity: string): Promise<string> {
  try {
    return await identityToRecipient(identity);
  } catch (cause) {
    throw new UnopenedError('damaged', { cause });
  }
}

/**
 * A key file: the identity under a passphrase, as armoured text that the age command can read too.
 *
 * Takes about a second and blocks the page: show that it is working first.
 *
 * @param workFactor log2 of scrypt's N. Less than the default is for keys that protect nobody.
 */
export async function wrapIdentity(
  identity: string,
  passphrase: string,
  workFactor = scryptWorkFactor,
): Promise<string> {
  const encrypter = new Encrypter();
  encrypter.setScryptWorkFactor(workFactor);
  encrypter.setPassphrase(tidyPassphrase(passphrase));
  const file = `# public key: ${await recipientOf(identity)}\n${identity}\n`;
  return armor.encode(await encrypter.encrypt(file));
}

/** The identity in a key file. Blocks like `wrapIdentity`. @throws UnopenedError 'wrong-passphrase' or 'damaged'. */
export async function unwrapIdentity(keyFile: string, passphrase: string): Promise<string> {
  let wrapped: Uint8Array;
  try {
    wrapped = armor.decode(keyFile.replace(/^\uFEFF/u, ''));
  } catch (cause) {
    throw new UnopenedError('damaged', { cause });
  }
  const decrypter = new Decrypter();
  decrypter.addPassphrase(tidyPassphrase(passphrase));
  const file = new TextDecoder().decode(await opened(decrypter, wrapped, 'wrong-passphrase'));
  const identity = /^AGE-SECRET-KEY-1[0-9A-Z]+$/mu.exec(file)?.[0];
  if (identity === undefined) throw new UnopenedError('damaged');
  return identity;
}

async function opened(decrypter: Decrypter, sealed: Uint8Array, unmatched: UnopenedReason) {
  try {
    return await decrypter.decrypt(sealed);
  } catch (cause) {
    const isUnmatched = cause instanceof Error && cause.message.startsWith('no identity matched');
    throw new UnopenedError(isUnmatched ? unmatched : 'damaged', { cause });
  }
}

/** Passphrases are made of lower-case words; a telephone's capital letter or second space must not keep anyone out. */
function tidyPassphrase(typed: string): string {
  return typed.normalize('NFC').trim().toLowerCase().replace(/\s+/gu, ' ');
}
