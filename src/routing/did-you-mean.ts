/** Suggests real postcodes like one that is not. Never applied by itself: several may fit. */
import { readPostcode } from './postcode.ts';
import type { PrefixTable } from './table.ts';
import { unitNumber } from './unit-letters.ts';

/** Characters that look alike, written or read out. */
const lookalikes = ['0OQD', '1IL', '2Z', '5S', '6G', '8B', 'UV'];

const suggestionsMax = 5;

/** Whole postcodes, out-codes or sectors that one lookalike character away have a real out-code. */
export function didYouMean(typed: string, table: PrefixTable): string[] {
  const compact = typed.length > 20 ? '' : typed.toUpperCase().replace(/[^A-Z0-9]/g, '');
  if (compact.length < 2 || compact.length > 7) return [];

  const found = new Set<string>();
  for (const [position, character] of [...compact].entries()) {
    const others = lookalikes.find((group) => group.includes(character)) ?? '';
    for (const other of others) {
      const name = nameOfReal(compact.slice(0, position) + other + compact.slice(position + 1), table);
      if (name !== undefined) found.add(name);
    }
  }
  return [...found].slice(0, suggestionsMax);
}

function nameOfReal(compact: string, table: PrefixTable): string | undefined {
  const read = readPostcode(compact);
  if (read.kind === 'whole') {
    const isReal = table.outCodes.has(read.outCode) && unitNumber(read.unit) >= 0;
    return isReal ? `${read.outCode} ${read.sector}${read.unit}` : undefined;
  }
  if (read.kind !== 'beginning') return undefined;
  const real = read.readings.find((reading) => table.outCodes.has(reading.outCode));
  return real && (real.sector === undefined ? real.outCode : `${real.outCode} ${real.sector}`);
}
