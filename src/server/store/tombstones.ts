/**
 * Which referrals must not come back with a backup.
 *
 * A change that deletes a sealed text owes a tombstone. The courier lays it in a file outside the database, where bringing
 * back an older database cannot undo it.
 */
import { open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readIfThere, syncFolder } from '../durable-file.ts';
import type { Secrets } from '../secrets.ts';
import type { TombstoneKind } from './schema.ts';
import type { Change } from './store.ts';

/** By the mark of the reference. */
export type Tombstones = ReadonlyMap<string, TombstoneKind>;

/** Such as `3f0a… 2026-11-20 purged`: a mark, the day and what happened. */
const line = /([0-9a-f]{64}) \d{4}-\d\d-\d\d (purged|deleted|withdrawn)$/u;

export const tombstoneFile = (folder: string): string => join(folder, 'tombstones');

/** Stands for a reference in the file: without the secret, a list of references cannot be compared with it. */
export function tombstoneMark(secrets: Secrets, reference: string): string {
  return secrets.mac('tombstone', reference);
}

/** Owed with the change that purged or withdrew it. */
export async function oweTombstone(
  change: Change,
  { reference, event, at }: { reference: string; event: 'purged' | 'withdrawn'; at: Date },
): Promise<void> {
  const kind = event === 'withdrawn' || (await wasRead(change, reference)) ? event : 'deleted';
  const day = at.toISOString().slice(0, 10);
  await change
    .insertInto('tombstone')
    .values({ reference, kind, day })
    .onConflict((conflict) => conflict.column('reference').doUpdateSet({ kind, day }))
    .execute();
}

async function wasRead(change: Change, reference: string): Promise<boolean> {
  const referral = await change
    .selectFrom('referral')
    .select('acknowledged_at')
    .where('reference', '=', reference)
    .executeTakeFirst();
  return typeof referral?.acknowledged_at === 'number';
}

/** All that the files hold; a file that is not there holds none. A withdrawal stands above a purge. */
export async function readTombstones(files: readonly string[]): Promise<Tombstones> {
  const found = new Map<string, TombstoneKind>();
  for (const text of (await Promise.all(files.map(linesOf))).flat()) {
    const [, mark, kind] = line.exec(text) ?? [];
    // The pattern lets only these words through.
    if (mark && found.get(mark) !== 'withdrawn') found.set(mark, kind as TombstoneKind);
  }
  return found;
}

/** A second try after a crash writes no line twice; a line that a crash cut short is ended first, and written again. */
export async function appendMissing(file: string, lines: readonly string[]): Promise<void> {
  const text = await readIfThere(file);
  const there = new Set(text.split('\n'));
  const fresh = lines.filter((one) => !there.has(one));
  if (fresh.length === 0) return;
  const handle = await open(file, 'a', 0o600);
  try {
    const isCutShort = text !== '' && !text.endsWith('\n');
    await handle.writeFile(`${isCutShort ? '\n' : ''}${fresh.join('\n')}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await syncFolder(dirname(file));
}

/** Those that are whole; none where there is no file. */
export async function linesOf(file: string): Promise<string[]> {
  return (await readIfThere(file)).split('\n').flatMap((text) => line.exec(text)?.[0] ?? []);
}

/** How many tombstones only one of two files has. */
export async function countApart(one: string, other: string): Promise<number> {
  const [lines, others] = [new Set(await linesOf(one)), new Set(await linesOf(other))];
  const shared = [...lines].filter((text) => others.has(text)).length;
  return lines.size + others.size - 2 * shared;
}
