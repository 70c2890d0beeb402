/** Writes the tables that `src/routing/read-tables.ts` reads; the order and meaning of the sections are told there. */
import { letterSplit, storedSplit, type NearHeader, type TableHeader } from '../../src/routing/table-file.ts';
import { readPrefixTable, listedSectors } from '../../src/routing/read-tables.ts';
import { split, type Choice, type Source } from '../../src/routing/table.ts';
import { unitLetters } from '../../src/routing/unit-letters.ts';
import type { Gathered, Sectors } from './gather.ts';
import type { Neighbour } from './near.ts';

export type PrefixData = {
  source: Source;
  outCodes: ReadonlyMap<string, Sectors>;
  values: readonly string[];
  /** Out-codes without postcodes of their own, by value. */
  bare: ReadonlyMap<string, string>;
  retired: readonly string[];
  /** True to give one value for a letter whose units agree; then which units exist must be kept elsewhere. */
  mergeLetters: boolean;
};

type Section = number[];
const sections = (): [Section, Section, Section] => [[], [], []];

/** Cells hold a position in `values` plus one. */
export function prefixFile(data: PrefixData): Uint8Array {
  const [values, listed, sectorValues] = sections();
  const [palettes, letters, units] = sections();
  const names = [...data.outCodes.keys(), ...data.bare.keys()].toSorted();

  for (const name of names) {
    const sectors = data.outCodes.get(name) ?? [];
    const bare = data.bare.get(name);
    const found = new Set(sectors.flatMap((cells) => [...valuesIn(cells)]));
    const [only] = found;
    const isSplit = found.size > 1;
    pair(values, bare !== undefined ? data.values.indexOf(bare) : isSplit || !only ? storedSplit : only - 1);
    pair(
      listed,
      Array.from({ length: 10 }, (_, digit) => (sectors[digit] ? 1 << digit : 0)).reduce((a, b) => a | b),
    );
    if (isSplit) sectors.forEach((cells) => cells && writeSector(cells));
  }
  const header = {
    format: 'postcode-prefixes/1',
    source: data.source,
    values: data.values,
    retired: data.retired,
  } as const;
  const text = [...new TextEncoder().encode(names.join(' '))];
  return fileOf(header, [text, values, listed, sectorValues, palettes, letters, units]);

  function writeSector(cells: Uint16Array): void {
    const palette = [...valuesIn(cells)];
    if (palette.length === 1) return pair(sectorValues, (palette[0] ?? 0) - 1);
    pair(sectorValues, storedSplit);
    palettes.push(palette.length);
    for (const value of palette) pair(palettes, value - 1);

    for (let letter = 0; letter < unitLetters.length; letter++) {
      const own = cells.subarray(letter * unitLetters.length, (letter + 1) * unitLetters.length);
      const found = [...valuesIn(own)];
      const isMerged = found.length === 1 && data.mergeLetters;
      letters.push(
        found.length === 0 ? 0 : isMerged ? letterSplit + 1 + palette.indexOf(found[0] ?? 0) : letterSplit,
      );
      if (found.length > 0 && !isMerged) units.push(...Array.from(own, (cell) => palette.indexOf(cell) + 1));
    }
  }
}

/** The values of the cells, the most frequent first: small numbers then stand for frequent things. */
export function valuesIn(cells: Uint16Array | undefined): Set<number> {
  const counts = new Map<number, number>();
  for (const cell of cells ?? []) if (cell > 0) counts.set(cell, (counts.get(cell) ?? 0) + 1);
  return new Set([...counts].toSorted(([a, m], [b, n]) => n - m || a - b).map(([value]) => value));
}

/** The most choices an out-code may have: its sectors mark theirs in two bytes of bits. */
const choicesMax = 16;

/** `areas`: the area table just written, whose split out-codes and sectors these questions are for. */
export function askFile(
  { outCodes, councils }: Gathered,
  choices: readonly Choice[],
  areas: Uint8Array,
): Uint8Array {
  const [outCodeChoices, sectorMasks, existing] = sections();
  for (const [name, { sectors }] of readPrefixTable(areas).outCodes) {
    if (sectors.length === 0) continue;
    const cells = outCodes.get(name) ?? [];
    const offered = offeredIn(cells.flatMap((own) => (own ? [...own] : [])));
    if (offered.length > choicesMax) throw new Error(`${name} has more councils than a question can hold`);
    outCodeChoices.push(offered.length);
    for (const position of offered) pair(outCodeChoices, position);

    sectors.forEach((sector, digit) => {
      if (sector?.value !== split) return;
      const own = cells[digit] ?? new Uint16Array();
      const here = new Set(offeredIn([...own]));
      pair(
        sectorMasks,
        offered.reduce((mask, position, bit) => (here.has(position) ? mask | (1 << bit) : mask), 0),
      );
      for (let letter = 0; letter < unitLetters.length; letter++) {
        if (sector.mergedLetters & (1 << letter)) writeExisting(own, letter, existing);
      }
    });
  }
  const header = {
    format: 'postcode-questions/1',
    councils: choices.map(({ council }) => council),
    areas: choices.map(({ area }) => area),
  } as const;
  return fileOf(header, [outCodeChoices, sectorMasks, existing]);

  /** Positions in `choices`, of the council with most postcodes first. */
  function offeredIn(cells: readonly number[]): number[] {
    return [...valuesIn(Uint16Array.from(cells))]
      .map((cell) => choices.findIndex(({ council }) => council === councils[cell - 1]?.code))
      .filter((position) => position >= 0);
  }
}

function writeExisting(cells: Uint16Array, letter: number, existing: Section): void {
  let bits = 0;
  for (let second = 0; second < unitLetters.length; second++) {
    if ((cells[letter * unitLetters.length + second] ?? 0) > 0) bits |= 1 << second;
  }
  pair(existing, bits & 0xffff);
  existing.push(bits >> 16);
}

/** `areas`: the area table just written; sectors are counted in its order. */
export function nearFile(neighbours: readonly Neighbour[], areas: Uint8Array): Uint8Array {
  const bySector = Map.groupBy(neighbours, ({ outCode, sector }) => `${outCode} ${sector}`);
  const codes = [...new Set(neighbours.map(({ near }) => near))].toSorted();
  const [distances, counts, places] = sections();
  const [firsts, seconds] = sections();
  let before = 0;
  for (const [position, name] of listedSectors(readPrefixTable(areas)).entries()) {
    const here = bySector.get(name);
    if (!here) continue;
    pair(distances, position - before);
    before = position;
    counts.push(here.length);
    for (const { unit, near } of here.toSorted((a, b) => a.unit - b.unit || (a.near < b.near ? -1 : 1))) {
      firsts.push(Math.floor(unit / unitLetters.length));
      seconds.push(unit % unitLetters.length);
      places.push(codes.indexOf(near));
    }
  }
  return fileOf<NearHeader>({ format: 'postcode-neighbours/1', areas: codes }, [
    distances,
    counts,
    firsts,
    seconds,
    places,
  ]);
}

function fileOf<Header extends TableHeader>(
  header: Omit<Header, 'sections'>,
  parts: readonly Section[],
): Uint8Array {
  const line = JSON.stringify({ ...header, sections: parts.map(({ length }) => length) });
  return Buffer.concat([Buffer.from(`${line}\n`), ...parts.map((part) => Buffer.from(part))]);
}

/** Two bytes, the lower first. */
function pair(section: Section, value: number): void {
  section.push(value & 0xff, value >> 8);
}
