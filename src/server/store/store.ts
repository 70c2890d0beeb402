/** The database as the rest of the store sees it: one query layer over SQLite or PostgreSQL. */
import { sql, type Kysely, type Transaction } from 'kysely';
import { StoreError } from '../failure.ts';
import { beginAudit, chainAudit } from './audit.ts';
import type { SecondCopy } from './second-copy.ts';
import type { Tables } from './schema.ts';

export type StoreKind = 'sqlite' | 'postgres';

export type Store = {
  readonly kind: StoreKind;
  readonly db: Kysely<Tables>;
  /** Where every sealed referral is kept a second time, if anywhere. */
  readonly secondCopy?: SecondCopy | undefined;
  close(): Promise<void>;
};

/** An open transaction. Await nothing but the database inside one: on SQLite everything else waits behind it. */
export type Change = Transaction<Tables>;

/**
 * Runs `work` in a transaction in which nobody else with the same `turn` is at work.
 *
 * SQLite lets one writer in at a time anyway; PostgreSQL takes a lock that ends with the transaction.
 *
 * @throws StoreError within three seconds when the change is not on disk.
 */
export async function inTurn<Result>(
  store: Store,
  turn: string,
  work: (change: Change) => Promise<Result>,
): Promise<Result> {
  try {
    return await store.db.transaction().execute(async (change) => {
      if (store.kind === 'postgres') {
        await sql`select pg_advisory_xact_lock(hashtextextended(${turn}, 0))`.execute(change);
      }
      beginAudit(change);
      const result = await work(change);
      await chainAudit(store.kind, change);
      return result;
    });
  } catch (cause) {
    throw new StoreError('the change is not on disk', { cause });
  }
}

/** The turn of all that changes the referrals of one form: its posts, corrections, withdrawal and acknowledgement. */
export function formTurn(formKeyMac: string): string {
  return `form ${formKeyMac}`;
}
