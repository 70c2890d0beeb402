/** Making deleted text unreadable, not merely unreachable. */
import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { readMeta, writeMeta } from './meta.ts';
import type { Change, Store } from './store.ts';

/** Notes, in the change that deletes, that a scrub must follow: a crash between the two must not leave text behind. */
export function oweScrub(change: Change): Promise<void> {
  return writeMeta(change, 'scrub-owed', randomUUID());
}

/**
 * Scrubs if one is owed. False when it has to be tried again, because others were reading or writing.
 *
 * On SQLite `secure_delete` overwrites deleted text in the database file, and a truncating checkpoint empties the log
 * that still holds it; either alone leaves it readable. PostgreSQL writes the table anew and removes the old file, unless
 * that would keep people waiting; its own log keeps what was deleted until it is recycled.
 */
export async function scrub(store: Store): Promise<boolean> {
  try {
    const debt = await readMeta(store.db, 'scrub-owed');
    if (debt === undefined) return true;
    if (store.kind === 'postgres') {
      await vacuumPostgres(store);
    } else {
      const { rows } = await sql<{ busy: number }>`pragma wal_checkpoint(truncate)`.execute(store.db);
      if (rows[0]?.busy !== 0) return false;
    }
    // Only this debt: text deleted since then is owed anew, and has a value of its own.
    await store.db.deleteFrom('meta').where('name', '=', 'scrub-owed').where('value', '=', debt).execute();
    return true;
  } catch {
    // The deletion itself stands; the debt is on record and the next purge tries again.
    return false;
  }
}

/** To write more than this anew takes a good part of a second, in which nobody else reads or writes. */
const wholeBytesMax = 64 * 2 ** 20;

/** A plain vacuum frees the place of deleted text, and leaves the text there until something else is written over it. */
async function vacuumPostgres(store: Store): Promise<void> {
  const { rows } = await sql<{ bytes: number }>`select pg_total_relation_size('referral') as bytes`.execute(
    store.db,
  );
  if (Number(rows[0]?.bytes) > wholeBytesMax) await sql`vacuum referral`.execute(store.db);
  else await sql`vacuum full referral`.execute(store.db);
}
