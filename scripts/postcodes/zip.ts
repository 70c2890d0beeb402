/** Lists and streams the files inside a zip, so that nothing is unpacked on disk. */
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { createInflateRaw } from 'node:zlib';
import { Refused } from './refused.ts';

export type ZipEntry = { name: string; bytes: number; open: () => Promise<Readable> };

const directoryEndBytesMax = 22 + 0xffff;

/** @throws Refused when the file is not a zip, or is one of the kinds made for files over 4 GB. */
export async function zipEntries(path: string): Promise<ZipEntry[]> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const tail = await bytesAt(
      Math.max(0, size - directoryEndBytesMax),
      Math.min(size, directoryEndBytesMax),
    );
    const end = tail.lastIndexOf('PK\x05\x06', tail.length, 'latin1');
    if (end < 0) throw new Refused([`${path} is not a zip file`]);
    const at = tail.readUInt32LE(end + 16);
    if (at === 0xffffffff) throw new Refused([`${path} is a zip64 file; unpack it and give the folder`]);

    return readDirectory(path, await bytesAt(at, tail.readUInt32LE(end + 12)), tail.readUInt16LE(end + 10));
  } finally {
    await file.close();
  }

  async function bytesAt(position: number, length: number): Promise<Buffer> {
    const buffer = Buffer.alloc(length);
    await file.read(buffer, 0, length, position);
    return buffer;
  }
}

/** Offsets by the ZIP file format specification (PKWARE APPNOTE 4.3.12). */
function readDirectory(path: string, directory: Buffer, count: number): ZipEntry[] {
  const entries: ZipEntry[] = [];
  for (let at = 0; entries.length < count;) {
    const nameLength = directory.readUInt16LE(at + 28);
    const name = directory.toString('utf8', at + 46, at + 46 + nameLength);
    const method = directory.readUInt16LE(at + 10);
    const packed = directory.readUInt32LE(at + 20);
    const header = directory.readUInt32LE(at + 42);
    entries.push({
      name,
      bytes: directory.readUInt32LE(at + 24),
      open: () => openEntry(path, header, packed, method),
    });
    at += 46 + nameLength + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  return entries;
}

async function openEntry(path: string, header: number, packed: number, method: number): Promise<Readable> {
  const file = await open(path);
  const local = Buffer.alloc(30);
  await file.read(local, 0, local.length, header);
  await file.close();
  // The lengths of name and extra field here may differ from those in the directory.
  const start = header + local.length + local.readUInt16LE(26) + local.readUInt16LE(28);
  const stream = createReadStream(path, { start, end: start + Math.max(packed, 1) - 1 });
  return method === 0 ? stream : stream.pipe(createInflateRaw());
}
