import { sql } from 'kysely';

/** Since when the service that has a referral has had it, for queries on `referral`: its clocks count from here. */
export const withServiceSince = sql<number>`coalesce(referral.handed_on_at, referral.accepted_at)`;
