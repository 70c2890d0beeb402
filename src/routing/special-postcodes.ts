/**
 * Postcodes that no table holds: other nations, the forces, overseas territories, organisations, and the one the NHS
 * gives to people without an address.
 */
import type { Nation } from './table.ts';

export type Special =
  { kind: 'nation'; nation: Nation } | { kind: 'forces' | 'overseas' | 'nongeographic' | 'no-fixed-address' };

/**
 * Northern Ireland is known by its letters alone: a table of its postcodes would need a licence of its own. The
 * islands are known so because the open data places them nowhere.
 */
const byLetters: ReadonlyMap<string, Special> = new Map([
  ['BT', { kind: 'nation', nation: 'northern-ireland' }],
  ['JE', { kind: 'nation', nation: 'jersey' }],
  ['GY', { kind: 'nation', nation: 'guernsey' }],
  ['IM', { kind: 'nation', nation: 'isle-of-man' }],
  ['BF', { kind: 'forces' }],
  ['BX', { kind: 'nongeographic' }],
  ['XX', { kind: 'nongeographic' }],
  ['XM', { kind: 'nongeographic' }],
  ['GX', { kind: 'overseas' }],
  ['ZZ', { kind: 'no-fixed-address' }],
]);

/**
 * Shapes of their own, without spaces. Cayman's 'KY1-1001' must be met here: without its hyphen it begins like Fife.
 */
const byShape: readonly (readonly [RegExp, Special])[] = [
  [/^BFP[O0]/, { kind: 'forces' }],
  [/^G[I1]R[O0]AA$/, { kind: 'nongeographic' }],
  [/^(KY\d|AI|VG|MSR)\d{4}$/, { kind: 'overseas' }],
  [/^(ASCN|BBND|BIQQ|FIQQ|PCRN|SIQQ|STHL|TDCU|TKCA)([1I]ZZ)?$/, { kind: 'overseas' }],
];

/** `compact`: what was typed, in capitals, with nothing but letters and digits. */
export function specialByShape(compact: string): Special | undefined {
  return byShape.find(([shape]) => shape.test(compact))?.[1] ?? byLetters.get(compact);
}

/** `outCode`: the first half of a postcode, already repaired, such as 'BT7'. */
export function specialByLetters(outCode: string): Special | undefined {
  return outCode.charCodeAt(1) > digitNine ? byLetters.get(outCode.slice(0, 2)) : undefined;
}

const digitNine = '9'.charCodeAt(0);
