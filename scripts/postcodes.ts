/**
 * Compiles the postcode tables: `npm run postcodes -- <input> [--out DIR] [--previous DIR] [--force]`.
 *
 * The input is OS Code-Point Open, ONSPD or NSPL, as the zip published, a folder or a csv. Exit 0 done, 1 refused, 2 misuse.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readTables } from '../src/routing/read-tables.ts';
import type { Tables } from '../src/routing/table.ts';
import { areasMissing, compile, type Compiled, type Meta } from './postcodes/compile.ts';
import { changedAreas, countsMoved, wrongAnswers } from './postcodes/gates.ts';
import { gather } from './postcodes/gather.ts';
import { findInput } from './postcodes/input.ts';
import { progressBar } from './postcodes/progress-bar.ts';
import { Refused } from './postcodes/refused.ts';
import { sourceDate } from './postcodes/source-date.ts';

const usage = 'npm run postcodes -- <zip, folder or csv> [--out DIR] [--previous DIR] [--force]';
const usualFolder = join('data', 'postcodes');
const changedShown = 50;
const ourFiles = ['areas.bin', 'ask.bin', 'near.bin', 'councils.bin', 'councils.json', 'meta.json'];

type Asked = { input: string; out: string; previous: string; force: boolean };

const asked = readCommand();
if (!asked) {
  complain(usage);
  process.exitCode = 2;
} else {
  await run(asked).catch((error: unknown) => {
    if (!(error instanceof Refused)) throw error;
    complain(`Nothing was written.\n${error.message}`);
    process.exitCode = 1;
  });
}

function readCommand(): Asked | undefined {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { out: { type: 'string' }, previous: { type: 'string' }, force: { type: 'boolean' } },
    });
    const [input, ...more] = positionals;
    if (input === undefined || more.length > 0) return undefined;
    const out = values.out ?? usualFolder;
    return { input, out, previous: values.previous ?? out, force: values.force ?? false };
  } catch {
    return undefined;
  }
}

async function run({ input: path, out, previous, force }: Asked): Promise<void> {
  refuseForeign(out);
  const input = await findInput(path);
  const bar = progressBar(input.tables.length);
  const gathered = await gather(input, bar);
  const { coordinates, retired, counts } = gathered;
  const compiled = compile(gathered, { name: gathered.source, date: sourceDate(input, path) });
  if (!coordinates) say('Neighbours are skipped: this source has no coordinates.');

  const before = readPrevious(previous);
  const mistakes = [...areasMissing(compiled.meta), ...wrongAnswers(gathered, compiled)];
  if (before) report(changedAreas(gathered, before.tables));
  const moved = before ? countsMoved(compiled.meta, before.meta) : [];
  if (moved.length > 0 && force) say(['Taken because of --force:', ...moved].join('\n'));
  if (moved.length > 0 && !force) mistakes.push(...moved, 'Say --force if this is right.');
  if (mistakes.length > 0) throw new Refused(mistakes);

  writeAll(out, compiled);
  say(
    [
      `${compiled.meta.source.name} ${compiled.meta.source.date}: ${counts.listed} postcodes in ${compiled.meta.outCodes} out-codes.`,
      `Left out: ${counts.nowhere} that lie nowhere, ${counts.retired} retired, ${counts.otherNations} of other nations.`,
      `${retired.size} retired out-codes, ${compiled.meta.neighbours ?? 'no'} neighbours. Written to ${out}.`,
    ].join('\n'),
  );
}

function report(changed: readonly string[]): void {
  say(`${changed.length} postcodes lie in another area than before.`);
  for (const line of changed.slice(0, changedShown)) say(`  ${line}`);
  if (changed.length > changedShown) say(`  and ${changed.length - changedShown} more`);
}

function readPrevious(folder: string): { meta: Meta; tables: Tables } | undefined {
  const file = (name: string) => readFileSync(join(folder, name));
  if (!existsSync(join(folder, 'meta.json'))) return undefined;
  const meta = JSON.parse(file('meta.json').toString()) as Meta; // Written by this command.
  return {
    meta,
    tables: readTables({ areas: file('areas.bin'), ask: file('ask.bin'), near: file('near.bin') }),
  };
}

/** The folder is replaced as a whole, so it must hold nothing but an earlier build. */
function refuseForeign(out: string): void {
  const foreign = existsSync(out) ? readdirSync(out).filter((name) => !ourFiles.includes(name)) : [];
  if (foreign.length > 0) {
    throw new Refused([`${out} would be replaced, but holds other files: ${foreign.slice(0, 5).join(', ')}`]);
  }
}

/** Whole or not at all: a folder half written would answer wrongly. */
function writeAll(out: string, { tables, meta, names }: Compiled): void {
  const folder = resolve(out);
  const fresh = `${folder}.new`;
  const old = `${folder}.old`;
  mkdirSync(dirname(folder), { recursive: true });
  for (const leftover of [fresh, old]) rmSync(leftover, { recursive: true, force: true });
  mkdirSync(fresh);
  for (const [name, bytes] of Object.entries(tables)) writeFileSync(join(fresh, `${name}.bin`), bytes);
  writeFileSync(join(fresh, 'councils.json'), `${JSON.stringify(names, null, 1)}\n`);
  writeFileSync(join(fresh, 'meta.json'), `${JSON.stringify(meta, null, 2)}\n`);
  if (existsSync(folder)) renameSync(folder, old);
  renameSync(fresh, folder);
  rmSync(old, { recursive: true, force: true });
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function complain(line: string): void {
  process.stderr.write(`${line}\n`);
}
