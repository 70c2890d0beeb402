/**
 * Reads the compiled tables, as `scripts/postcodes/write-tables.ts` lays them out.
 *
 * The bytes are laid out for the compressor: like stands beside like, and one byte is enough for nearly everything.
 */
import { letterSplit, openTable, storedSplit, type Bytes, type Cursor } from './table-file.ts';
import type { AskHeader, NearHeader, PrefixHeader } from './table-file.ts';
import { split, type AreaOrNation, type Choice, type OutCode, type PrefixTable } from './table.ts';
import type { Sector, Tables } from './table.ts';
import { unitInOutCode, unitLetters, unitsPerSector } from './unit-letters.ts';

/** The three files of the finder, as fetched or read. */
export type TableFiles = { areas: Bytes; ask: Bytes; near: Bytes };

/** @throws Error when a file is not a whole table of this version. */
export function readTables(files: TableFiles): Tables {
  const areas = readPrefixTable(files.areas);
  // Reading the questions also takes units that do not exist out of the area table.
  const choices = readAsk(files.ask, areas);
  return { areas, choices, neighbours: readNear(files.near, areas) };
}

/** Reads a council table, or the area table by itself: that one needs the questions to know which units exist. */
export function readPrefixTable(file: Bytes): PrefixTable {
  const { header, section } = openTable<PrefixHeader>(file, 'postcode-prefixes/1');
  const names = new TextDecoder().decode(section().all).split(' ');
  const [values, listed, sectorParts] = [section(), section(), sectorCursors(section)];
  const retired = new Set(header.retired);

  const outCodes = new Map<string, OutCode>();
  for (const name of names) {
    const value = readValue(values);
    const digits = listed.pair();
    const sectors: (Sector | undefined)[] = [];
    for (let digit = 0; digit < 10 && value === split; digit++) {
      sectors.push(digits & (1 << digit) ? readSector(sectorParts) : undefined);
    }
    outCodes.set(name, { value, listed: digits, sectors, retired: retired.has(name) });
  }
  return { source: header.source, values: header.values, outCodes };
}

type SectorCursors = Record<'values' | 'palettes' | 'letters' | 'units', Cursor>;

function sectorCursors(section: () => Cursor): SectorCursors {
  return { values: section(), palettes: section(), letters: section(), units: section() };
}

function readSector({ values, palettes, letters, units }: SectorCursors): Sector {
  const value = readValue(values);
  if (value !== split) return { value, units: noUnits, mergedLetters: 0 };

  // A split sector numbers its own few values, so that a unit is one small byte.
  const palette = Array.from({ length: palettes.byte() }, () => palettes.pair() + 1);
  const cells = new Uint16Array(unitsPerSector);
  let mergedLetters = 0;
  for (let letter = 0; letter < unitLetters.length; letter++) {
    const at = letter * unitLetters.length;
    const code = letters.byte();
    if (code > letterSplit) {
      mergedLetters |= 1 << letter;
      cells.fill(palette[code - letterSplit - 1] ?? 0, at, at + unitLetters.length);
    } else if (code === letterSplit) {
      for (let second = 0; second < unitLetters.length; second++)
        cells[at + second] = palette[units.byte() - 1] ?? 0;
    }
  }
  return { value, units: cells, mergedLetters };
}

const noUnits = new Uint16Array(0);

function readValue(values: Cursor): number {
  const stored = values.pair();
  return stored === storedSplit ? split : stored;
}

function readAsk(file: Bytes, table: PrefixTable): ReadonlyMap<string, readonly Choice[]> {
  const { header, section } = openTable<AskHeader>(file, 'postcode-questions/1');
  const [outCodeChoices, sectorMasks, existing] = [section(), section(), section()];
  const choices = new Map<string, readonly Choice[]>();

  for (const [name, { sectors }] of table.outCodes) {
    if (sectors.length === 0) continue;
    const ofOutCode = Array.from({ length: outCodeChoices.byte() }, () =>
      choiceAt(header, outCodeChoices.pair()),
    );
    choices.set(name, ofOutCode);
    sectors.forEach((sector, digit) => {
      if (sector?.value !== split) return;
      const mask = sectorMasks.pair();
      choices.set(
        `${name} ${digit}`,
        ofOutCode.filter((_, position) => mask & (1 << position)),
      );
      removeUnlisted(sector, existing);
    });
  }
  return choices;
}

function choiceAt({ councils, areas }: AskHeader, position: number): Choice {
  return { council: councils[position] ?? '', area: areas[position] ?? '' };
}

/** Three bytes of bits for every merged letter: which of its 20 units exist. */
function removeUnlisted(sector: Sector, existing: Cursor): void {
  for (let letter = 0; letter < unitLetters.length; letter++) {
    if (!(sector.mergedLetters & (1 << letter))) continue;
    const bits = existing.pair() + (existing.byte() << 16);
    for (let second = 0; second < unitLetters.length; second++) {
      if (!(bits & (1 << second))) sector.units[letter * unitLetters.length + second] = 0;
    }
  }
}

/** Sectors are given by the distance, among all listed sectors, from the one before. */
function readNear(file: Bytes, table: PrefixTable): Tables['neighbours'] {
  const { header, section } = openTable<NearHeader>(file, 'postcode-neighbours/1');
  const [distances, counts, firsts, seconds, areas] = [section(), section(), section(), section(), section()];
  const neighbours = new Map<string, Map<number, AreaOrNation[]>>();
  const sectors = listedSectors(table);

  let position = 0;
  for (const count of counts.all) {
    position += distances.pair();
    const [outCode = '', digit] = sectors[position]?.split(' ') ?? [];
    const here = neighbours.get(outCode) ?? new Map<number, AreaOrNation[]>();
    neighbours.set(outCode, here);
    for (let left = count; left > 0; left--) {
      const unit = unitInOutCode(Number(digit), firsts.byte() * unitLetters.length + seconds.byte());
      here.set(unit, [...(here.get(unit) ?? []), header.areas[areas.byte()] ?? '']);
    }
  }
  return neighbours;
}

/** Every listed sector in the order of the table, such as 'SG8 8'. */
export function listedSectors(table: PrefixTable): string[] {
  const names: string[] = [];
  for (const [outCode, { listed }] of table.outCodes) {
    for (let digit = 0; digit < 10; digit++) if (listed & (1 << digit)) names.push(`${outCode} ${digit}`);
  }
  return names;
}
