/** Reads every row and keeps, for each unit of each sector, the council it lies in. */
import type { AreaOrNation, CouncilCode } from '../../src/routing/table.ts';
import { unitNumber, unitsPerSector } from '../../src/routing/unit-letters.ts';
import { readCouncils, readRetiredOutCodes, type Council } from './councils.ts';
import { fieldsOf } from './fields.ts';
import { readLines, type Input } from './input.ts';
import { Refused } from './refused.ts';
import type { Row } from './row.ts';
import { recognise, type Reading } from './sources.ts';

/** By sector digit; each unit holds a position in `councils` plus one, or 0 where no postcode is listed. */
export type Sectors = (Uint16Array | undefined)[];

export type Gathered = {
  source: string;
  outCodes: Map<string, Sectors>;
  councils: Council[];
  /** Out-codes whose every postcode belongs to an organisation and lies nowhere. */
  nowhere: ReadonlySet<string>;
  /** Out-codes no longer in use and where they lay. */
  retired: ReadonlyMap<string, AreaOrNation>;
  /** By sector, such as 'SG8 8'. Undefined when the source has no coordinates. */
  coordinates: ReadonlyMap<string, Coordinates> | undefined;
  counts: { rows: number; listed: number; nowhere: number; retired: number; otherNations: number };
};

/** Of each unit of a sector, in metres on the British National Grid; 0 where the place is not known. */
export type Coordinates = { east: Int32Array; north: Int32Array };

/** Northern Ireland needs a licence of its own for its postcodes; those of the islands lie nowhere in the data. */
const otherNations = /^(BT|JE|GY|IM)\d/;
const compactShape = /^([A-Z]{1,2}\d[A-Z\d]?)(\d)([A-Z]{2})$/;

/** Stands for the council of a Scottish postcode without a district. */
export const somewhereInScotland: CouncilCode = 'scotland';

/** @throws Refused with every code or postcode that is not known. */
export async function gather(input: Input, onFile: (done: number) => void): Promise<Gathered> {
  const known = readCouncils();
  const mistakes = new Set<string>();
  const positions = new Map<CouncilCode, number>();
  const councils: Council[] = [];
  const outCodes = new Map<string, Sectors>();
  const nowhere = new Set<string>();
  const retired = new Map(readRetiredOutCodes());
  const coordinates = new Map<string, Coordinates>();
  const counts = { rows: 0, listed: 0, nowhere: 0, retired: 0, otherNations: 0 };
  const reading: { current?: Reading } = {};

  for (const [done, table] of input.tables.entries()) {
    let isFirst = true;
    await readLines(table, (line) => {
      if (isFirst) {
        isFirst = false;
        reading.current = recognise(line);
        if (reading.current.hasHeader) return;
      }
      if (reading.current) add(reading.current.rowOf(fieldsOf(line)));
    });
    onFile(done + 1);
  }
  if (mistakes.size > 0) throw new Refused([...mistakes].toSorted());

  for (const name of outCodes.keys()) nowhere.delete(name);
  for (const name of [...outCodes.keys(), ...nowhere]) retired.delete(name);
  return {
    source: reading.current?.name ?? '',
    outCodes,
    councils,
    nowhere,
    retired,
    coordinates: reading.current?.hasCoordinates ? coordinates : undefined,
    counts,
  };

  function add(row: Row): void {
    counts.rows++;
    const compact = row.postcode.replaceAll(' ', '');
    if (otherNations.test(compact)) return void counts.otherNations++;
    const [, outCode = '', digit = '', letters = ''] = compactShape.exec(compact) ?? [];
    if (row.isRetired) return addRetired(row, outCode);
    const unit = unitNumber(letters);
    if (unit < 0) return void mistakes.add(`not the shape of a postcode: ${row.postcode}`);

    const council = councilOf(row);
    if (!council) {
      counts.nowhere++;
      nowhere.add(outCode);
      return;
    }
    if (row.area !== undefined && row.area !== council.area) {
      mistakes.add(
        `council ${council.code} lies in ${council.area} by our list, in ${row.area} by this source`,
      );
    }
    const sector = Number(digit);
    put(outCode, sector, unit, positionOf(council));
    if (row.east && row.north) locate(`${outCode} ${sector}`, unit, row.east, row.north);
  }

  function councilOf(row: Row): Council | undefined {
    if (row.council === '') {
      return row.isScottish
        ? { code: somewhereInScotland, name: '', nameCy: '', area: 'scotland' }
        : undefined;
    }
    const council = known.get(row.council);
    if (!council) mistakes.add(`unknown council: ${row.council}; add it to data/council-to-police-area.csv`);
    return council;
  }

  function positionOf(council: Council): number {
    const position = positions.get(council.code) ?? councils.push(council) - 1;
    positions.set(council.code, position);
    return position;
  }

  function put(outCode: string, sector: number, unit: number, council: number): void {
    const sectors: Sectors = outCodes.get(outCode) ?? [];
    const units = (sectors[sector] ??= new Uint16Array(unitsPerSector));
    outCodes.set(outCode, sectors);
    if (units[unit] === 0) counts.listed++;
    units[unit] = council + 1;
  }

  function locate(sector: string, unit: number, east: number, north: number): void {
    const known = coordinates.get(sector) ?? {
      east: new Int32Array(unitsPerSector),
      north: new Int32Array(unitsPerSector),
    };
    coordinates.set(sector, known);
    known.east[unit] = east;
    known.north[unit] = north;
  }

  function addRetired(row: Row, outCode: string): void {
    counts.retired++;
    const area = known.get(row.council)?.area;
    if (area !== undefined && outCode !== '' && !retired.has(outCode)) retired.set(outCode, area);
  }
}
