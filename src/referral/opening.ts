/**
 * Opens a sealed referral with a worker's key: every way it can go is an answer, so that the page has a sentence for
 * it.
 */
import { NotAnEnvelopeError, parseEnvelope, type Envelope } from './envelope.ts';
import { open, recipientOf, UnopenedError, unwrapIdentity } from './seal.ts';

export type Unlocked =
  { kind: 'unlocked'; identity: string } | { kind: 'not-a-key' | 'damaged-key' | 'wrong-passphrase' };

export type Opened =
  | { kind: 'opened'; envelope: Envelope }
  /** Sealed to others: an old key, or another service's. */
  | { kind: 'other-key' }
  /** Altered or cut short since it was sealed. */
  | { kind: 'damaged' }
  /** Sealed text of another version than this page reads. */
  | { kind: 'unreadable' }
  /** A true envelope under a reference that is not its own: somebody put it in the place of another. */
  | { kind: 'swapped' };

/** Blocks the page for about a second: show that it is working first. */
export async function unlockKey(keyFile: string, passphrase: string): Promise<Unlocked> {
  if (!keyFile.includes('-----BEGIN AGE ENCRYPTED FILE-----')) return { kind: 'not-a-key' };
  try {
    return { kind: 'unlocked', identity: await unwrapIdentity(keyFile, passphrase) };
  } catch (cause) {
    if (!(cause instanceof UnopenedError)) throw cause;
    return { kind: cause.reason === 'damaged' ? 'damaged-key' : 'wrong-passphrase' };
  }
}

/** The identity on a recovery sheet, typed or scanned; its own checksum says whether every letter is right. */
export async function readRecoveryText(typed: string): Promise<string | undefined> {
  const identity = typed.slice(0, 200).replace(/\s/g, '').toUpperCase();
  if (!/^AGE-SECRET-KEY-1[0-9A-Z]{58}$/.test(identity)) return undefined;
  try {
    await recipientOf(identity);
    return identity;
  } catch (cause) {
    if (!(cause instanceof UnopenedError)) throw cause;
    return undefined;
  }
}

/** @param reference the one the referral was asked for by, without its dash */
export async function openReferral(sealed: Uint8Array, identity: string, reference: string): Promise<Opened> {
  try {
    const envelope = parseEnvelope(await open(sealed, identity));
    return envelope.reference === reference ? { kind: 'opened', envelope } : { kind: 'swapped' };
  } catch (cause) {
    if (cause instanceof NotAnEnvelopeError) return { kind: 'unreadable' };
    if (!(cause instanceof UnopenedError)) throw cause;
    return { kind: cause.reason === 'wrong-key' ? 'other-key' : 'damaged' };
  }
}
