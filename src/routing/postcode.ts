/**
 * Reads what a person typed as a postcode: any case, any spacing or punctuation, a whole one, its beginning, or an
 * address that ends with one. Mends O and 0, I and 1 where only one of the two can stand. Time grows in step with
 * the length typed.
 */
import { specialByLetters, specialByShape, type Special } from './special-postcodes.ts';

/** The beginning of a postcode: 'SG8', or with its sector digit 'SG8 8'. */
export type Beginning = { outCode: string; sector?: number };

export type Typed =
  | { kind: 'empty' | 'malformed' }
  | Special
  /** `unit` is two letters, but perhaps letters no postcode ends with. */
  | { kind: 'whole'; outCode: string; sector: number; unit: string }
  /** 'SG88' may mean the out-code SG88 or the sector SG8 8: the first reading that is real is meant. */
  | { kind: 'beginning'; readings: readonly Beginning[] };

const outCodeShape = /^[A-Z]{1,2}\d[A-Z\d]?$/;
/** A whole postcode with nothing to mend. */
const plain = /^([A-Z](?:[1-9]|[A-HJ-Z]\d)[A-HJ-NP-Z\d]?) ?(\d)([A-Z]{2})$/;
const longestPostcode = 8;

export function readPostcode(typed: string): Typed {
  // Nearly every postcode is typed plainly, and the command line reads them by the million.
  const match = plain.exec(typed);
  if (match) return wholeOrSpecial(match[1] ?? '', match[2] ?? '', match[3] ?? '');

  if (typed.trim() === '') return { kind: 'empty' };
  const words = typed
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, ' ')
    .trim();
  const isShort = words.length <= 2 * longestPostcode;
  return (isShort ? readShort(words) : undefined) ?? readEndOfAddress(words) ?? { kind: 'malformed' };
}

function readShort(words: string): Typed | undefined {
  const compact = words.replaceAll(' ', '');
  if (compact.length > longestPostcode) return undefined;
  return specialByShape(compact) ?? readWhole(compact) ?? readBeginning(words, compact);
}

function readWhole(compact: string): Typed | undefined {
  const outCode = mendOutCode(compact.slice(0, -3));
  const sector = mendDigit(compact.slice(-3, -2));
  const unit = compact.slice(-2);
  // The last two are never mended: no postcode ends with O or I, so a 0 or 1 there is another slip.
  if (!outCodeShape.test(outCode) || !/^\d$/.test(sector) || !/^[A-Z]{2}$/.test(unit)) return undefined;
  return wholeOrSpecial(outCode, sector, unit);
}

function wholeOrSpecial(outCode: string, sector: string, unit: string): Typed {
  return specialByLetters(outCode) ?? { kind: 'whole', outCode, sector: Number(sector), unit };
}

function readBeginning(words: string, compact: string): Typed | undefined {
  const spaced = /^(\w{2,4}) ([\dOI])[A-Z]?$/.exec(words);
  const candidates: (Beginning | undefined)[] = spaced
    ? [beginning(spaced[1] ?? '', spaced[2])]
    : [beginning(compact), ...unspacedSectors(compact)];
  // 'S G8' has a space where none belongs; what is left without it may still be an out-code.
  if (spaced && !candidates[0]) candidates.push(beginning(compact));

  const readings = candidates.filter((candidate) => candidate !== undefined);
  const [first] = readings;
  return first && (specialByLetters(first.outCode) ?? { kind: 'beginning', readings });
}

/** 'SG88' and 'SG88B' as the sector SG8 8. */
function unspacedSectors(compact: string): (Beginning | undefined)[] {
  const [, outCode = '', sector] =
    /^(\w{2,4})([\dOI])$/.exec(compact) ?? /^(\w{2,4})([\dOI])[A-Z]$/.exec(compact) ?? [];
  return sector === undefined ? [] : [beginning(outCode, sector)];
}

function beginning(typedOutCode: string, typedSector?: string): Beginning | undefined {
  const outCode = mendOutCode(typedOutCode);
  if (!outCodeShape.test(outCode)) return undefined;
  return typedSector === undefined ? { outCode } : { outCode, sector: Number(mendDigit(typedSector)) };
}

function readEndOfAddress(words: string): Typed | undefined {
  // The end is enough, and keeps the patterns below from walking a long text.
  const end = words
    .slice(-60)
    .replace(/ (UK|GB|UNITED KINGDOM|GREAT BRITAIN|ENGLAND|WALES|CYMRU|SCOTLAND)$/, '');
  if (/(^| )BFPO ?\d{1,4}$/.test(end)) return { kind: 'forces' };
  const [, outCode = '', inCode = ''] = /(?:^| )([A-Z0-9]{2,4}) ?([\dOI][A-Z]{2})$/.exec(end) ?? [];
  return readWhole(outCode + inCode);
}

/**
 * Mends O/0 and I/1 by position. Safe: no out-code has a digit first, a 0 or I second, or an O or I after that, and
 * no two real ones are alike but for these.
 */
function mendOutCode(outCode: string): string {
  const letter = outCode.slice(0, 1).replace('0', 'O').replace('1', 'I');
  const second = outCode.slice(1, 2).replace('0', 'O').replace('I', '1');
  return letter + second + mendDigit(outCode.slice(2));
}

function mendDigit(typed: string): string {
  return typed.replaceAll('O', '0').replaceAll('I', '1');
}
