/** Finds the files of postcodes in what was given: a zip as published, a folder of it unpacked, or one csv. */
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { createGunzip } from 'node:zlib';
import { Refused } from './refused.ts';
import { zipEntries, type ZipEntry } from './zip.ts';

export type Input = {
  /** The files of postcodes. */
  tables: readonly ZipEntry[];
  /** What OS says of its own data: version, date and the count of each file. */
  metadata: string | undefined;
};

const documentFolder = /(^|\/)(doc|docs|documents|user guide|__macosx)\//i;

/** @throws Refused when nothing there can hold postcodes. */
export async function findInput(path: string): Promise<Input> {
  const entries = await entriesOf(path);
  const csvs = entries.filter(({ name }) => /\.csv(\.gz)?$/i.test(name) && !documentFolder.test(name));
  // ONS packs the same rows twice: in one file, and again in one file for each postcode area.
  const whole = csvs.filter(({ name }) => !/multi_csv/i.test(name));
  const tables = (whole.length > 0 ? whole : csvs).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  if (tables.length === 0) throw new Refused([`${path}: no csv file of postcodes in it`]);

  const metadata = entries.find(({ name }) => /(^|\/)metadata\.txt$/i.test(name));
  return { tables, metadata: metadata && (await textOf(metadata)) };
}

async function entriesOf(path: string): Promise<ZipEntry[]> {
  const kind = await stat(path).catch(() => undefined);
  if (!kind) throw new Refused([`${path}: there is no such file or folder`]);
  if (kind.isFile()) return /\.zip$/i.test(path) ? zipEntries(path) : [await entryOf(path, path)];

  const found = await readdir(path, { recursive: true, withFileTypes: true });
  const files = found.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(files.map((file) => entryOf(file, relative(path, file))));
}

async function entryOf(path: string, name: string): Promise<ZipEntry> {
  const { size } = await stat(path);
  const open = () => {
    const stream = createReadStream(path);
    return Promise.resolve(/\.gz$/i.test(path) ? stream.pipe(createGunzip()) : stream);
  };
  return { name, bytes: size, open };
}

async function textOf(entry: ZipEntry): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of await entry.open()) chunks.push(chunk as Buffer); // Byte streams give Buffers.
  return Buffer.concat(chunks).toString('latin1');
}

/** Calls `eachLine` with every line that is not empty; streams, so that a file of any size may be read. */
export async function readLines(entry: ZipEntry, eachLine: (line: string) => void): Promise<void> {
  let rest = '';
  for await (const chunk of await entry.open()) {
    const lines = (rest + (chunk as Buffer).toString('latin1')).split('\n'); // Byte streams give Buffers.
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.length > 1) eachLine(line.endsWith('\r') ? line.slice(0, -1) : line);
  }
  if (rest.trim() !== '') eachLine(rest.trimEnd());
}
