/** Numbers without people: how many, never who. */
import { sql } from 'kysely';
import type { Change } from './store.ts';

/** One number to raise by one, such as `{ name: 'told', value: 'yes' }`. */
export type Counter = { name: string; value: string };

/** Raises each counter of the month of `at` (UTC) by one. */
export async function addCounters(change: Change, at: Date, counters: readonly Counter[]): Promise<void> {
  const month = at.toISOString().slice(0, 7);
  for (const { name, value } of counters) {
    await change
      .insertInto('counter')
      .values({ month, name, value, total: 1 })
      .onConflict((conflict) =>
        conflict.columns(['month', 'name', 'value']).doUpdateSet({ total: sql`counter.total + 1` }),
      )
      .execute();
  }
}
