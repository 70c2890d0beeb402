/**
 * Sealing an opened referral anew, for the service it belongs to. Nothing is asked twice: only what names the service
 * changes.
 */
import { newInnerCode } from './codes.ts';
import { canonicalText, padded, type Envelope } from './envelope.ts';
import { seal } from './seal.ts';

/** A service that can receive, with its public keys. */
export type Receiver = { readonly service: string; readonly recipients: readonly string[] };

/** `innerCode` replaces the one inside, which the first service has on its screen and perhaps on paper. */
export type Resealed = { readonly to: Receiver; readonly sealed: Uint8Array; readonly innerCode: string };

/** @throws Error when the keys are too few or malformed, or when the machine cannot seal */
export async function sealAnew(envelope: Envelope, to: Receiver): Promise<Resealed> {
  const innerCode = newInnerCode();
  const anew: Envelope = { ...envelope, service: to.service, innerCode, handedOnBy: envelope.service };
  return { to, innerCode, sealed: await seal(padded(canonicalText(anew)), to.recipients) };
}
