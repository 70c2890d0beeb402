/** Runs a script and has all that it writes into a folder, and prints, put on a list in the order in which it happens. */
import { spawnSync } from 'node:child_process';
import { readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { aFolder } from './stores.ts';

/** Paths are relative to the folder; the folder itself is ''. */
export type Step =
  | { readonly kind: 'created' | 'synced' | 'unlinked'; readonly path: string }
  | { readonly kind: 'written'; readonly path: string; readonly offset: number; readonly data: Buffer }
  | { readonly kind: 'truncated'; readonly path: string; readonly length: number }
  | { readonly kind: 'renamed' | 'linked'; readonly path: string; readonly to: string }
  | { readonly kind: 'printed'; readonly text: string };

/** The recorder as a library, or why there is none on this machine. */
export function buildRecorder(t: TestContext): { library: string } | { missing: string } {
  const library = join(aFolder(t), 'record-writes.so');
  const source = join(import.meta.dirname, 'record-writes.c');
  const built = spawnSync('cc', ['-shared', '-fPIC', '-O2', '-o', library, source, '-ldl', '-lpthread'], {
    encoding: 'utf8',
  });
  if (process.platform !== 'linux' || built.error) return { missing: 'no C compiler for Linux (cc)' };
  return built.status === 0 ? { library } : { missing: `the recorder does not compile: ${built.stderr}` };
}

/** @throws Error when the script fails */
export function stepsOf(t: TestContext, library: string, folder: string, script: readonly string[]): Step[] {
  const list = join(aFolder(t), 'list');
  const root = realpathSync(folder);
  const ran = spawnSync(process.execPath, script, {
    encoding: 'utf8',
    env: { ...process.env, LD_PRELOAD: library, RECORD_TO: list, RECORD_ROOT: root },
  });
  if (ran.status !== 0) throw new Error(`the recorded script failed:\n${ran.stderr}`);
  return parse(readFileSync(list), root);
}

function parse(list: Buffer, root: string): Step[] {
  const steps: Step[] = [];
  const relative = (path: string) => path.slice(root.length + 1);
  for (let at = 0; at < list.length;) {
    const kind = String.fromCharCode(list.readUInt8(at));
    const pathLength = list.readUInt32LE(at + 1);
    const offset = Number(list.readBigUInt64LE(at + 5));
    const dataAt = at + 17 + pathLength;
    const path = relative(list.toString('utf8', at + 17, dataAt));
    const data = list.subarray(dataAt, dataAt + list.readUInt32LE(at + 13));
    at = dataAt + data.length;
    steps.push(stepFrom(kind, path, offset, data, relative));
  }
  return steps;
}

function stepFrom(
  kind: string,
  path: string,
  offset: number,
  data: Buffer,
  relative: (path: string) => string,
): Step {
  switch (kind) {
    case 'c':
      return { kind: 'created', path };
    case 's':
      return { kind: 'synced', path };
    case 'u':
      return { kind: 'unlinked', path };
    case 'w':
      return { kind: 'written', path, offset, data };
    case 't':
      return { kind: 'truncated', path, length: offset };
    case 'r':
      return { kind: 'renamed', path, to: relative(data.toString()) };
    case 'l':
      return { kind: 'linked', path, to: relative(data.toString()) };
    case 'o':
      return { kind: 'printed', text: data.toString() };
    default:
      throw new Error(`no such kind of step: ${kind}`);
  }
}
