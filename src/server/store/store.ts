/** The database as the rest of the store sees it: one query layer over SQLite or PostgreSQL. */
import { sql, type Kysely, type Transaction } from 'kysely';
import { StoreError } from '../failure.ts';
import { hasCode } from '../has-code.ts';
import { beginAudit, chainAudit } from './audit.ts';
import type { SecondCopy } from './second-copy.ts';
import type { Tables } from './schema.ts';

export type StoreKind = 'sqlite' | 'postgres';

export type Store = {
  readonly kind: StoreKind;
  readonly db: Kysely<Tables>;
  /** Where every sealed referral is kept a second time, if anywhere. */
  readonly secondCopy?: SecondCopy | undefined;
  /** False when one of its files was moved away, deleted or replaced since it was opened. Only where it is in files. */
  isInPlace?(): boolean;
  close(): Promise<void>;
};

/** An open transaction. Await nothing but the database inside one: on SQLite everything else waits behind it. */
export type Change = Transaction<Tables>;

/**
 * Runs `work` in a transaction in which nobody else with the same `turn` is at work.
 *
 * SQLite lets one writer in at a time anyway; PostgreSQL takes a lock that ends with the transaction. Changes of different
 * turns may meet in one row there and wait for each other: it ends one of them, and that one is made anew. So `work` may
 * run more than once, and changes nothing but the database.
 *
 * @throws StoreError within three seconds when the change is not on disk.
 */
export async function inTurn<Result>(
  store: Store,
  turn: string,
  work: (change: Change) => Promise<Result>,
): Promise<Result> {
  // What is written to a file that has lost its name is gone with the process.
  if (store.isInPlace?.() === false) throw new StoreError('the database was moved away or replaced');
  for (let attempt = 1; ; attempt++) {
    try {
      return await changeOnce(store, turn, work);
    } catch (cause) {
      if (attempt < attemptsMax && isMadeWay(cause)) continue;
      refusedAt.set(store, performance.now());
      throw new StoreError('the change is not on disk', { cause });
    }
  }
}

const refusedAt = new WeakMap<Store, number>();
const refusedLatelyMs = 5 * 60_000;

/** Whether a change found no place on disk within the last five minutes, in this process. */
export function hasRefusedLately(store: Store): boolean {
  return performance.now() - (refusedAt.get(store) ?? Number.NEGATIVE_INFINITY) < refusedLatelyMs;
}

/** PostgreSQL takes a second to see that two wait for each other, so a third attempt ends within three. */
const attemptsMax = 3;

/** Nothing was wrong with the change: deadlock_detected, serialization_failure. */
function isMadeWay(cause: unknown): boolean {
  return hasCode(cause, '40P01', '40001');
}

function changeOnce<Result>(
  store: Store,
  turn: string,
  work: (change: Change) => Promise<Result>,
): Promise<Result> {
  return store.db.transaction().execute(async (change) => {
    if (store.kind === 'postgres') {
      await sql`select pg_advisory_xact_lock(hashtextextended(${turn}, 0))`.execute(change);
    }
    beginAudit(change);
    const result = await work(change);
    await chainAudit(store.kind, change);
    return result;
  });
}

/** The turn of all that changes the referrals of one form: its posts, corrections, withdrawal and acknowledgement. */
export function formTurn(formKeyMac: string): string {
  return `form ${formKeyMac}`;
}

/** For its turn. Undefined for a reference that nothing is known of. */
export async function formOf({ db }: Store, reference: string): Promise<string | undefined> {
  const found = await db
    .selectFrom('referral')
    .select('form_key_mac')
    .where('reference', '=', reference)
    .executeTakeFirst();
  return found?.form_key_mac;
}
