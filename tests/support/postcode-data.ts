/**
 * The raw postcode data, which stays outside the project: `POSTCODE_DATA` names its folder.
 *
 * It is read here in a way of its own, so that a slip in the compiler's reading cannot hide in the test of it.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { zipEntries } from '../../scripts/postcodes/zip.ts';

const folder = resolve(process.env['POSTCODE_DATA'] ?? 'no-postcode-data');

export const codePointZip = join(folder, 'codepoint-open-2025-11.zip');
export const codePoint2014 = join(folder, 'codepoint-open-2014-08.csv.gz');

/** Why a test that needs the raw data cannot run, or false when it can. */
export const withoutRawData: string | false =
  existsSync(codePointZip) && existsSync(codePoint2014)
    ? false
    : 'POSTCODE_DATA names no folder with the published data';

/** Postcode without spaces, and where it lies: a council's code, or 'scotland' for one without a council. */
export type Truth = ReadonlyMap<string, string>;

/** Every postcode of November 2025 that has a council or lies in Scotland. */
export async function truth2025(): Promise<Truth> {
  const truth = new Map<string, string>();
  for (const entry of await zipEntries(codePointZip)) {
    if (!entry.name.startsWith('Data/CSV/')) continue;
    const chunks: Buffer[] = [];
    for await (const chunk of await entry.open()) chunks.push(chunk as Buffer); // Byte streams give Buffers.
    for (const line of Buffer.concat(chunks).toString('latin1').split('\n')) {
      const [postcode = '', , , , country = '', , , , council = ''] = line
        .trim()
        .replaceAll('"', '')
        .split(',');
      const place = council || (country.startsWith('S') ? 'scotland' : '');
      if (place) truth.set(postcode.replaceAll(' ', ''), place);
    }
  }
  return truth;
}

/** The postcodes of August 2014, without spaces. */
export function postcodes2014(): ReadonlySet<string> {
  const lines = gunzipSync(readFileSync(codePoint2014)).toString('latin1').split('\n').slice(1);
  return new Set(lines.map((line) => line.slice(0, line.indexOf(',')).replaceAll(' ', '')));
}

/** The police force area, or 'scotland', of every council, as the project's own list has it. */
export function areaByCouncil(): ReadonlyMap<string, string> {
  const text = readFileSync(join('data', 'council-to-police-area.csv'), 'utf8');
  return new Map(
    Array.from(
      text.matchAll(/^([ESW]\d{8}),.*,((?:[EW]\d{8})|scotland),/gm),
      ([, council = '', area = '']) => [council, area],
    ),
  ).set('scotland', 'scotland');
}
