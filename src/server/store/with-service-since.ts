import { sql, type RawBuilder } from 'kysely';
import { countedFrom } from './dated-ahead.ts';

/** Since when the service that has a referral has had it, for queries on `referral`: its clocks count from here. */
export function withServiceSince(now: Date): RawBuilder<number> {
  const since = sql<number>`coalesce(referral.handed_on_at, referral.accepted_at)`;
  return countedFrom(since, 'referral.reference', now);
}
