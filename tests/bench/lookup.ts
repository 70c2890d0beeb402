/** Prints how long the tables take to load and a postcode to look up, and how large the tables are. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { lookUp } from '../../src/routing/lookup.ts';
import { listedSectors } from '../../src/routing/read-tables.ts';
import { usualPostcodeFolder } from '../../src/server/councils.ts';
import { loadTables } from '../../src/server/intake/postcode-tables.ts';

const rounds = 15;
const median = (times: number[]) => times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;

const heapBefore = process.memoryUsage().heapUsed;
const loads = Array.from({ length: rounds }, () => timed(() => loadTables()));
const tables = loadTables();
const heapAfter = process.memoryUsage().heapUsed;

const postcodes = listedSectors(tables.areas).flatMap((sector) =>
  ['AA', 'BE', 'JX', 'ZZ'].map((unit) => sector + unit),
);
const lookups = Array.from({ length: rounds }, () => {
  const ms = timed(() => {
    for (const postcode of postcodes) lookUp(postcode, tables);
  });
  return (ms * 1e6) / postcodes.length;
});

print(`load: first ${loads[0]?.toFixed(1)} ms, median ${median(loads).toFixed(1)} ms`);
print(`lookup: median ${median(lookups).toFixed(0)} ns over ${postcodes.length} postcodes`);
print(`heap: about ${((heapAfter - heapBefore) / 2 ** 20).toFixed(1)} MB`);
for (const name of readdirSync(usualPostcodeFolder)) {
  const file = readFileSync(join(usualPostcodeFolder, name));
  const small = brotliCompressSync(file, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length;
  print(`${name}: ${file.length} bytes, ${small} as brotli`);
}

function timed(work: () => unknown): number {
  const started = performance.now();
  work();
  return performance.now() - started;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
