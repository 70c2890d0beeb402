/** Making deleted text unreadable, not merely unreachable. */
import { sql } from 'kysely';
import type { Change, Store } from './store.ts';

const owed = 'scrub-owed';

/** Notes, in the change that deletes, that a scrub must follow: a crash between the two must not leave text behind. */
export async function oweScrub(change: Change): Promise<void> {
  await change
    .insertInto('meta')
    .values({ name: owed, value: '1' })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .execute();
}

/**
 * Scrubs if one is owed. False when it has to be tried again, because others were reading or writing.
 *
 * On SQLite `secure_delete` overwrites deleted text in the database file, and a truncating checkpoint empties the log
 * that still holds it; either alone leaves it readable. PostgreSQL frees the rows; its own log keeps them until it is recycled.
 */
export async function scrub(store: Store): Promise<boolean> {
  try {
    const debt = await store.db
      .selectFrom('meta')
      .select('value')
      .where('name', '=', owed)
      .executeTakeFirst();
    if (!debt) return true;
    if (store.kind === 'postgres') {
      await sql`vacuum referral`.execute(store.db);
    } else {
      const { rows } = await sql<{ busy: number }>`pragma wal_checkpoint(truncate)`.execute(store.db);
      if (rows[0]?.busy !== 0) return false;
    }
    await store.db.deleteFrom('meta').where('name', '=', owed).execute();
    return true;
  } catch {
    // The deletion itself stands; the debt is on record and the next purge tries again.
    return false;
  }
}
