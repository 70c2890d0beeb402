/**
 * Who has to be told that a referral was taken back, and does not know yet: there a worker may be about to call somebody
 * who is no longer safe to call.
 */
import { sql } from 'kysely';
import { countedFrom } from './dated-ahead.ts';
import type { Change, Store } from './store.ts';

/** What asks the operator to tell a service by phone. */
export const noContactTasks = ['no-contact-4h', 'no-contact-24h'] as const;

/** For queries on `notice`; rows older than its column have no other time. */
export function firstDueAt(now: Date) {
  return countedFrom(sql<number>`coalesce(notice.first_due_at, notice.next_at)`, 'notice.reference', now);
}

/**
 * The notices that say so and were due at `since` or before, of services that have it at none of their addresses. A dead
 * first mailbox beside a second that took it is no reason to phone.
 */
export function withoutWord(db: Store['db'], since: Date, now: Date) {
  return db
    .selectFrom('notice')
    .where('notice.kind', '=', 'withdrawn')
    .where('notice.state', '=', 'due')
    .where(firstDueAt(now), '<=', since.getTime())
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('notice as other')
            .select('other.id')
            .whereRef('other.reference', '=', 'notice.reference')
            .whereRef('other.service', '=', 'notice.service')
            .where('other.kind', '=', 'withdrawn')
            .where('other.state', '=', 'sent'),
        ),
      ),
    );
}

export async function servicesWithoutWord(change: Change, reference: string, now: Date): Promise<string[]> {
  const rows = await withoutWord(change, now, now)
    .select('notice.service')
    .distinct()
    .where('notice.reference', '=', reference)
    .orderBy('notice.service')
    .execute();
  return rows.map(({ service }) => service);
}
