/**
 * Numbers without people: how many, never who.
 *
 * A database remembers which rows were written together, PostgreSQL in `xmin` and SQLite in the order of its rows. So what
 * is to be counted is put down beside the referral, and added up later without it: then all rows of the month are written
 * anew, in their own order, and none stands beside the last referral that raised it.
 */
import { sql } from 'kysely';
import type { CounterRow } from './schema.ts';
import { inTurn, type Change, type Store } from './store.ts';

/** One number to raise by one, such as `{ name: 'told', value: 'yes' }`. */
export type Counter = { name: string; value: string };

/** Puts down that each is to be raised by one, for the month of `at` (UTC). */
export async function noteCounters(change: Change, at: Date, counters: readonly Counter[]): Promise<void> {
  if (counters.length === 0) return;
  const month = at.toISOString().slice(0, 7);
  await change
    .insertInto('counter_due')
    .values(counters.map(({ name, value }) => ({ month, name, value })))
    .execute();
}

/** Adds up what was put down, and leaves no trace of what came with what. */
export async function raiseCounters(store: Store): Promise<void> {
  const raised = await inTurn(store, 'counters', async (change) => {
    const due = await change.deleteFrom('counter_due').returningAll().execute();
    for (const month of new Set(due.map((one) => one.month))) {
      const earlier = await change.deleteFrom('counter').where('month', '=', month).returningAll().execute();
      const rows = addedUp(
        earlier,
        due.filter((one) => one.month === month),
      );
      for (let from = 0; from < rows.length; from += rowsMax)
        await change
          .insertInto('counter')
          .values(rows.slice(from, from + rowsMax))
          .execute();
    }
    return due.length > 0;
  });
  // Or the rows from before would stay, each beside its referral, until PostgreSQL cleans up by itself.
  if (raised && store.kind === 'postgres') await sql`vacuum counter, counter_due`.execute(store.db);
}

/** SQLite takes 32,766 values in one statement: https://sqlite.org/limits.html#max_variable_number */
const rowsMax = 1000;

function addedUp(earlier: readonly CounterRow[], due: readonly Omit<CounterRow, 'total'>[]): CounterRow[] {
  const rows = new Map<string, CounterRow>();
  for (const one of [...earlier, ...due.map((one) => ({ ...one, total: 1 }))]) {
    const key = JSON.stringify([one.name, one.value]);
    rows.set(key, { ...one, total: one.total + (rows.get(key)?.total ?? 0) });
  }
  return [...rows].toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([, row]) => row);
}
