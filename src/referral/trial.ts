/** A test referral for a new key: sealed on the device that made the key, it proves that file and passphrase open. */
import { newInnerCode, newReference } from './codes.ts';
import { canonicalText, padded, type Envelope } from './envelope.ts';
import { newKeyPair, seal } from './seal.ts';

export type Trial = { readonly sealed: Uint8Array; readonly reference: string; readonly innerCode: string };

/** What stands where a person's words would: nothing, marked as a test. */
export function emptyTest(service: string, now: Date): Envelope {
  return {
    version: 1,
    reference: newReference(),
    innerCode: newInnerCode(),
    service,
    createdAt: now.toISOString(),
    role: 'talk',
    language: 'en',
    lane: 'normal',
    answers: {},
    consent: { send: true, police: false, victimService: false, fallback: false },
    banners: [],
    test: true,
  };
}

/** @param recipient the new key's public half */
export async function newTrial(recipient: string, service: string, now: Date): Promise<Trial> {
  const envelope = emptyTest(service, now);
  const { reference, innerCode } = envelope;
  // Sealing asks for two keys, as every real referral has. The second one is forgotten at once.
  const { recipient: forgotten } = await newKeyPair();
  return {
    sealed: await seal(padded(canonicalText(envelope)), [recipient, forgotten]),
    reference,
    innerCode,
  };
}
