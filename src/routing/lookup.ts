/** Says which police force area a postcode lies in, or honestly that it cannot say. Pure: the tables are passed in. */
import { didYouMean } from './did-you-mean.ts';
import { readPostcode, type Beginning, type Typed } from './postcode.ts';
import { nonGeographic, split } from './table.ts';
import type {
  AreaCode,
  AreaOrNation,
  Choice,
  CouncilCode,
  Nation,
  OutCode,
  PrefixTable,
  Tables,
} from './table.ts';
import { unitInOutCode, unitNumber } from './unit-letters.ts';

export type { AreaCode, AreaOrNation, Choice, CouncilCode, Nation, PrefixTable, Tables };

export type Lookup =
  | {
      kind: 'area';
      area: AreaCode;
      /**
       * `exact`: a whole postcode whose sector the table lists. `prefix`: judged by its beginning, because no more
       * was typed or the table does not list more; worth asking the person to check.
       */
      confidence: 'exact' | 'prefix';
      /** Other areas within 200 metres, so the address itself may lie there. */
      neighbours: readonly AreaOrNation[];
      /** The postcode is no longer in use, yet it lay here. */
      retired?: true;
    }
  /** It may lie in any of these councils; only the person knows. */
  | { kind: 'choose'; choices: readonly Choice[] }
  | { kind: 'nation'; nation: Nation }
  | { kind: 'forces' | 'overseas' | 'nongeographic' | 'no-fixed-address' }
  /** No such postcode, or not one at all. The suggestions are real postcodes or beginnings like what was typed. */
  | { kind: 'unknown' | 'malformed'; didYouMean?: readonly string[] }
  | { kind: 'empty' };

/** Answers for anything a person may type, never throws, and guesses nothing: where it cannot know, it asks. */
export function lookUp(typed: string, tables: Tables): Lookup {
  const read = readPostcode(typed);
  if (read.kind === 'whole') return lookUpWhole(read, tables) ?? unknown('unknown', typed, tables);
  if (read.kind === 'beginning')
    return lookUpBeginning(read.readings, tables) ?? unknown('unknown', typed, tables);
  return read.kind === 'malformed' ? unknown('malformed', typed, tables) : read;
}

/**
 * The council a postcode lies in, for youth justice; undefined when the postcode does not decide it.
 *
 * The council table is kept by the server only.
 */
export function councilFor(typed: string, councils: PrefixTable): CouncilCode | undefined {
  const read = readPostcode(typed);
  const readings = read.kind === 'beginning' ? read.readings : read.kind === 'whole' ? [read] : [];
  const place: (Beginning & { unit?: string }) | undefined = readings.find(isIn(councils));
  const outCode = place && councils.outCodes.get(place.outCode);
  const unit = place?.unit === undefined ? undefined : unitNumber(place.unit);
  if (!outCode || unit === -1) return undefined;
  const found = find(outCode, place.sector, unit);
  return found === split ? undefined : councils.values[found];
}

function lookUpWhole(place: Typed & { kind: 'whole' }, tables: Tables): Lookup | undefined {
  const outCode = tables.areas.outCodes.get(place.outCode);
  const unit = unitNumber(place.unit);
  // A unit that cannot exist is a slip, and nobody knows in which of its letters.
  if (!outCode || unit < 0) return undefined;

  const found = find(outCode, place.sector, unit);
  if (found === split) return choose(place, tables);
  const isListed = (outCode.listed & (1 << place.sector)) !== 0;
  const near = tables.neighbours.get(place.outCode)?.get(unitInOutCode(place.sector, unit));
  return answer(tables.areas.values[found] ?? '', isListed ? 'exact' : 'prefix', outCode, near);
}

function lookUpBeginning(readings: readonly Beginning[], tables: Tables): Lookup | undefined {
  const place = readings.find(isIn(tables.areas));
  const outCode = place && tables.areas.outCodes.get(place.outCode);
  if (!outCode) return undefined;

  const found = find(outCode, place.sector);
  return found === split
    ? choose(place, tables)
    : answer(tables.areas.values[found] ?? '', 'prefix', outCode);
}

const isIn = (table: PrefixTable) => (place: Beginning) => table.outCodes.has(place.outCode);

/**
 * A position in the table's values, or `split` when only the person can say.
 *
 * A unit that is not listed is trusted to an undivided out-code or sector and no deeper: of new postcodes, one in
 * 2,000 would be wrong so, but one in 200 if the first letter of the unit were trusted too.
 */
function find({ value, sectors }: OutCode, digit?: number, unit?: number): number {
  if (value !== split || digit === undefined) return value;
  const sector = sectors[digit];
  if (!sector || sector.value !== split || unit === undefined) return sector?.value ?? split;
  return (sector.units[unit] ?? 0) - 1;
}

function answer(
  area: string,
  confidence: 'exact' | 'prefix',
  { retired }: OutCode,
  neighbours: readonly AreaOrNation[] = [],
): Lookup {
  if (area === 'scotland') return { kind: 'nation', nation: area };
  if (area === nonGeographic) return { kind: 'nongeographic' };
  return { kind: 'area', area, confidence, neighbours, ...(retired ? { retired: true as const } : {}) };
}

/** The councils of the sector, or of the whole out-code where the sector is not known to be divided. */
function choose({ outCode, sector }: Beginning, { choices }: Tables): Lookup {
  return { kind: 'choose', choices: choices.get(`${outCode} ${sector}`) ?? choices.get(outCode) ?? [] };
}

function unknown(kind: 'unknown' | 'malformed', typed: string, { areas }: Tables): Lookup {
  const suggestions = didYouMean(typed, areas);
  return suggestions.length > 0 ? { kind: 'unknown', didYouMean: suggestions } : { kind };
}
