/** Single values the store remembers about itself. */
import type { Change } from './store.ts';

export type MetaName =
  | 'audit-head'
  /** Deleted text may still be in the database's log. */
  | 'scrub-owed'
  /** Nothing is sent: the database was brought back from a copy, and nobody has let the outbox go yet. */
  | 'outbox-paused'
  /** Tells the secrets that this database is kept with from those of another portal. */
  | 'installation'
  /** The second copy of a referral could not be written. */
  | 'second-copy-failed'
  /** Of the folder that the second copies belong in. */
  | 'volume-mark'
  /** A courier is telling the operator of new tasks until then, or it is too early to try again. */
  | 'operator-mail-until'
  /** The clock cannot be trusted, so nothing is deleted or escalated by it. */
  | 'clock-jumped'
  /** What the courier's clock showed within the last hour of its work, in milliseconds since 1970. */
  | 'clock-seen'
  /** How far the daily digest to one of its addresses is. */
  | `digest-${number}`
  /** When a mail server last took a digest, in milliseconds since 1970. */
  | 'digest-sent-at';

export async function readMeta(
  change: Pick<Change, 'selectFrom'>,
  name: MetaName,
): Promise<string | undefined> {
  const row = await change.selectFrom('meta').select('value').where('name', '=', name).executeTakeFirst();
  return row?.value;
}

export async function writeMeta(change: Change, name: MetaName, value: string): Promise<void> {
  await change
    .insertInto('meta')
    .values({ name, value })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
    .execute();
}

export async function clearMeta(change: Change, name: MetaName): Promise<void> {
  await change.deleteFrom('meta').where('name', '=', name).execute();
}
