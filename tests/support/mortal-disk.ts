/**
 * A disk that promises no more than POSIX does: what was written is there after a power cut only if it was synced since,
 * and so is a name in a folder. Of the rest, any part may have reached it, down to single sectors.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Step } from './write-list.ts';

type Change = { at: number; data: Buffer } | { truncatedTo: number };

/** What a name leads to. It keeps its own account of what is safe, whatever it is called. */
type File = { safe: Buffer; loose: Change[] };

const sectorBytes = 512;

/** How much of what was not synced had reached the disk: nothing, everything, or what `random` (0 to 1) says. */
export type Luck = 'nothing' | 'everything' | { readonly random: () => number };

export class MortalDisk {
  readonly #names = new Map<string, File>();
  #safeNames = new Map<string, File>();

  /** What the process does next. Printing changes no disk. */
  take(step: Step): void {
    switch (step.kind) {
      case 'created':
        this.#names.set(step.path, { safe: Buffer.alloc(0), loose: [] });
        return;
      case 'written':
        this.#file(step.path)?.loose.push({ at: step.offset, data: step.data });
        return;
      case 'truncated':
        this.#file(step.path)?.loose.push({ truncatedTo: step.length });
        return;
      case 'renamed':
      case 'linked': {
        const file = this.#file(step.path);
        if (file) this.#names.set(step.to, file);
        if (step.kind === 'renamed') this.#names.delete(step.path);
        return;
      }
      case 'unlinked':
        this.#names.delete(step.path);
        return;
      case 'synced':
        return this.#sync(step.path);
      case 'printed':
    }
  }

  /** Puts into `folder` what is left when the power fails here. */
  leaveIn(folder: string, luck: Luck): void {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    for (const [path, file] of this.#namesLeft(luck)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), contentLeft(file, luck));
    }
  }

  #file(path: string): File | undefined {
    return this.#names.get(path);
  }

  #sync(path: string): void {
    const file = this.#file(path);
    if (file) {
      file.safe = applied(file.safe, file.loose);
      file.loose = [];
      return;
    }
    const isIn = ([name]: [string, File]) => (dirname(name) === '.' ? '' : dirname(name)) === path;
    const elsewhere = [...this.#safeNames].filter((entry) => !isIn(entry));
    this.#safeNames = new Map([...elsewhere, ...[...this.#names].filter(isIn)]);
  }

  #namesLeft(luck: Luck): Map<string, File> {
    if (luck === 'nothing') return this.#safeNames;
    if (luck === 'everything') return this.#names;
    const left = new Map<string, File>();
    for (const name of new Set([...this.#safeNames.keys(), ...this.#names.keys()])) {
      const file = (luck.random() < 0.5 ? this.#safeNames : this.#names).get(name);
      if (file) left.set(name, file);
    }
    return left;
  }
}

function contentLeft({ safe, loose }: File, luck: Luck): Buffer {
  if (luck === 'nothing' || loose.length === 0) return safe;
  if (luck === 'everything') return applied(safe, loose);
  return applied(
    safe,
    loose.flatMap((change) => reached(change, luck.random)),
  );
}

/** What of one change is on the disk: nothing, all of it, or some of its sectors. */
function reached(change: Change, random: () => number): Change[] {
  const drawn = random();
  if (drawn < 0.4) return [];
  if (drawn < 0.8 || 'truncatedTo' in change) return [change];
  const { at, data } = change;
  const sectors: Change[] = [];
  for (let from = 0; from < data.length;) {
    const until = Math.min(data.length, from + sectorBytes - ((at + from) % sectorBytes));
    if (random() < 0.5) sectors.push({ at: at + from, data: data.subarray(from, until) });
    from = until;
  }
  return sectors;
}

function applied(content: Buffer, changes: readonly Change[]): Buffer {
  const ends = changes.map((change) =>
    'truncatedTo' in change ? change.truncatedTo : change.at + change.data.length,
  );
  const bytes = Buffer.alloc(Math.max(content.length, ...ends));
  content.copy(bytes);
  let { length } = content;
  for (const change of changes) {
    if ('truncatedTo' in change) {
      bytes.fill(0, change.truncatedTo, length);
      length = change.truncatedTo;
    } else {
      change.data.copy(bytes, change.at);
      length = Math.max(length, change.at + change.data.length);
    }
  }
  return bytes.subarray(0, length);
}
