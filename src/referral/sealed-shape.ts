/**
 * What can be told of sealed bytes without a key. It keeps a browser's fault from putting rubbish in a referral's
 * place.
 */
import { paddingStepBytes } from './envelope.ts';

/** Of ChaCha20-Poly1305, as age has it: https://age-encryption.org/v1. Before the text stands a nonce, after it a tag. */
const nonceBytes = 16;
const tagBytes = 16;

/** Texts up to this length are one chunk with one tag; ours are shorter. */
const chunkBytes = 65_536;

/** True for an age file to so many X25519 keys whose text is padded as ours are. Whose keys, nobody can tell. */
export function looksSealed(bytes: Uint8Array, keys: number): boolean {
  const text = Array.from(bytes.subarray(0, 4096), (byte) => String.fromCharCode(byte)).join('');
  const header = /^age-encryption\.org\/v1\n((?:-> X25519 [\w+/]{43}\n[\w+/]{43}\n)+)--- [\w+/]{43}\n/.exec(
    text,
  );
  if (header?.[1]?.match(/^->/gm)?.length !== keys) return false;
  const textBytes = bytes.length - header[0].length - nonceBytes - tagBytes;
  return textBytes > 0 && textBytes <= chunkBytes && textBytes % paddingStepBytes === 0;
}
