/**
 * The courier's own key. It opens what is sent in the clear, to a mailbox or a case system that asks for that, and nothing
 * else is sealed to it. Only the courier has it.
 */
import { NotAnEnvelopeError, parseEnvelope, type Envelope } from '../../referral/envelope.ts';
import { open, recipientOf, UnopenedError } from '../../referral/seal.ts';
import { ConfigError } from '../failure.ts';
import { readPrivateFile } from '../private-file.ts';

export type Spool = {
  /** Undefined for what was sealed before the service asked for it in the clear, was altered, or is of another referral. */
  open(sealed: Uint8Array, reference: string): Promise<Envelope | undefined>;
};

/**
 * Reads the age identities of `SPOOL_KEY_FILE`, newest or oldest first. While a key is being replaced there are two: what
 * waits was sealed to the old one.
 *
 * @param recipient the public half that the directory names
 * @throws ConfigError when others can read the file, when it holds no identity, or none that belongs to the directory's key.
 */
export async function loadSpool(file: string, recipient: string): Promise<Spool> {
  const identities = readPrivateFile('SPOOL_KEY_FILE', file).match(/^AGE-SECRET-KEY-1[0-9A-Z]+$/gmu) ?? [];
  if (identities.length === 0) throw new ConfigError(['SPOOL_KEY_FILE: holds no age identity']);
  const recipients = await Promise.all(
    identities.map((identity) => recipientOf(identity).catch(() => undefined)),
  );
  if (recipients.includes(undefined)) throw new ConfigError(['SPOOL_KEY_FILE: an identity in it is damaged']);
  if (!recipients.includes(recipient))
    throw new ConfigError(['SPOOL_KEY_FILE: holds no identity for the spool key of the directory']);
  return spoolFrom(identities);
}

export function spoolFrom(identities: readonly string[]): Spool {
  return {
    async open(sealed, reference) {
      for (const identity of identities) {
        const envelope = await opened(sealed, identity);
        // A true envelope under another reference was put there by somebody: it must not reach a service as this one.
        if (envelope) return envelope.reference === reference ? envelope : undefined;
      }
      return undefined;
    },
  };
}

async function opened(sealed: Uint8Array, identity: string): Promise<Envelope | undefined> {
  try {
    return parseEnvelope(await open(sealed, identity));
  } catch (cause) {
    if (cause instanceof UnopenedError || cause instanceof NotAnEnvelopeError) return undefined;
    throw cause;
  }
}
