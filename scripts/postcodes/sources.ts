/** Recognises what is in a file of postcodes, by its first line, and reads its lines. */
import type { Source } from '../../src/routing/table.ts';
import { fieldsOf } from './fields.ts';
import { readOnsHeader } from './ons.ts';
import { Refused } from './refused.ts';
import type { Row } from './row.ts';

export type Reading = {
  name: Source['name'];
  /** False when the first line is already a postcode. */
  hasHeader: boolean;
  hasCoordinates: boolean;
  rowOf: (fields: readonly string[]) => Row;
};

/** @throws Refused with the missing or unknown columns. */
export function recognise(firstLine: string): Reading {
  const first = fieldsOf(firstLine.replace(/^(\uFEFF|ï»¿)/, '')).map((field) => field.trim());
  const names = first.map((field) => field.toLowerCase());
  if (/^[A-Z]{1,2}\d[A-Z\d]? *\d[A-Z]{2}$/.test(first[0] ?? '')) return codePointOpen(first.length);
  if (names.includes('doterm')) return readOnsHeader(names);
  return plain(names);
}

const codePointColumns = 10;
/** OS gives quality 10 to 50 to a place it knows; 60 is the middle of a sector, 90 is nowhere. */
const codePointQualityMax = 50;

/** Code-Point Open has no header: postcode, quality, easting, northing, country, ..., district, ward. */
function codePointOpen(columns: number): Reading {
  if (columns !== codePointColumns) {
    throw new Refused([`Code-Point Open has ${codePointColumns} columns, this file has ${columns}`]);
  }
  return {
    name: 'OS Code-Point Open',
    hasHeader: false,
    hasCoordinates: true,
    rowOf: ([postcode = '', quality, east, north, country = '', , , , council = '']) => ({
      postcode,
      council,
      isScottish: country.startsWith('S'),
      ...(Number(quality) <= codePointQualityMax ? { east: Number(east), north: Number(north) } : {}),
    }),
  };
}

const plainColumns = ['pcds', 'lad_code', 'pfa_code', 'positional_quality'];

/** Code-Point Open already joined to areas, without coordinates; 'S' is Scotland and '-' is no area. */
function plain(names: readonly string[]): Reading {
  const missing = plainColumns.filter((name) => !names.includes(name));
  const unknown = names.filter((name) => !plainColumns.includes(name));
  if (missing.length > 0 || unknown.length > 0) {
    throw new Refused([
      'this is not a file of postcodes that the command knows',
      ...missing.map((name) => `missing column: ${name}`),
      ...unknown.map((name) => `unknown column: ${name}`),
    ]);
  }
  const [postcodeAt, councilAt, areaAt] = plainColumns.map((name) => names.indexOf(name)) as [
    number,
    number,
    number,
  ];
  return {
    name: 'OS Code-Point Open',
    hasHeader: true,
    hasCoordinates: false,
    rowOf: (fields) => {
      const area = fields[areaAt] ?? '';
      const isScottish = area === 'S';
      return {
        postcode: fields[postcodeAt] ?? '',
        council: fields[councilAt] ?? '',
        isScottish,
        ...(isScottish || area === '-' ? {} : { area }),
      };
    },
  };
}
