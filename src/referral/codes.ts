/**
 * Codes people read aloud, copy and type: Crockford's base 32, which has no I, L, O or U.
 * https://www.crockford.com/base32.html
 */

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

export const referenceLength = 8;
export const innerCodeLength = 12;
export const receiptLength = 16;

/** What services call a referral: 40 random bits, no secret. Kept without a dash; shown by `showCode`. */
export function newReference(): string {
  return randomCode(referenceLength);
}

/** 60 random bits that exist only inside the seal: whoever knows them has opened the referral. */
export function newInnerCode(): string {
  return randomCode(innerCodeLength);
}

/** The first `length` characters that stand for these bytes, five bits each. Needs `length * 5 / 8` bytes. */
export function codeFrom(bytes: Uint8Array, length: number): string {
  let code = '';
  for (let place = 0; place < length; place++) {
    const bit = place * 5;
    const pair = ((bytes[bit >> 3] ?? 0) << 8) | (bytes[(bit >> 3) + 1] ?? 0);
    code += alphabet.charAt((pair >> (11 - (bit & 7))) & 31);
  }
  return code;
}

/** A code in groups of four, as people read it: `7K2Q-9FXB`. */
export function showCode(code: string): string {
  return (code.match(/.{1,4}/gu) ?? []).join('-');
}

/**
 * The code somebody meant: spaces and dashes dropped, lower case raised, O read as 0, I and L as 1.
 *
 * Undefined when what is left is not `length` characters of the alphabet.
 */
export function tidyCode(typed: string, length: number): string | undefined {
  // A code is at most 16 characters; the cut keeps a pasted novel from costing time.
  const bare = typed
    .slice(0, 100)
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[\s\p{Dash}\p{Cf}.]/gu, '')
    .replaceAll('O', '0')
    .replace(/[IL]/gu, '1');
  const wellFormed = bare.length === length && [...bare].every((letter) => alphabet.includes(letter));
  return wellFormed ? bare : undefined;
}

function randomCode(length: number): string {
  return codeFrom(crypto.getRandomValues(new Uint8Array(length)), length);
}
