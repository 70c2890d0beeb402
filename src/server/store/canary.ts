/** What the test referrals have shown: does the whole way, from here to a person and back, still work. */
import { aheadMsMax, isDatedAhead } from './dated-ahead.ts';
import { forgetTest } from './purge.ts';
import { inTurn, type Store } from './store.ts';

/** The service that is no service: a program with keys of its own, which opens and confirms what it gets. */
export const canaryService = 'canary';

export const canaryEveryMs = 60 * 60 * 1000;

/** So much later than one is due, its confirmation is missed. */
const lateMs = 15 * 60 * 1000;

/**
 * True when canaries are planted here and none has been confirmed for too long, whatever the reason. While the newest is
 * dated ahead nobody knows, and a false alarm until the next canary is better than days without one.
 */
export async function isCanaryMissing(store: Store, now: Date): Promise<boolean> {
  const { first, confirmed } = await store.db
    .selectFrom('referral')
    .select(({ fn }) => [fn.min('accepted_at').as('first'), fn.max('acknowledged_at').as('confirmed')])
    .where('service', '=', canaryService)
    .executeTakeFirstOrThrow();
  if (first === null) return false;
  const last = Number(confirmed ?? first);
  return isDatedAhead(last, now) || now.getTime() - last > canaryEveryMs + lateMs;
}

/** Only the newest canary is still waited for: an hour without mail must not leave a heap of them. */
export function forgetOlderCanaries(store: Store, newest: string, now: Date): Promise<void> {
  return inTurn(store, 'canary', async (change) => {
    const older = await canaries(change)
      .where('form_key_mac', '!=', newest)
      .where('acknowledged_at', 'is', null)
      .execute();
    for (const { reference } of older) await forgetTest(change, reference, now);
  });
}

/**
 * One of an hour to come would be taken for planted when that hour comes, and for a confirmation of that hour: a clock that
 * ran two days ahead for a week would hide a standstill for two days.
 */
export async function forgetCanariesAhead(store: Store, now: Date): Promise<void> {
  const ahead = (db: Store['db']) =>
    canaries(db).where(({ or, eb }) =>
      or((['accepted_at', 'acknowledged_at'] as const).map((at) => eb(at, '>', now.getTime() + aheadMsMax))),
    );
  if (!(await ahead(store.db).limit(1).executeTakeFirst())) return;
  await inTurn(store, 'canary', async (change) => {
    for (const { reference } of await ahead(change).execute()) await forgetTest(change, reference, now);
  });
}

/** Where none are planted any more, none is missing. */
export async function forgetCanaries(store: Store, now: Date): Promise<void> {
  if (!(await canaries(store.db).limit(1).executeTakeFirst())) return;
  await inTurn(store, 'canary', async (change) => {
    for (const { reference } of await canaries(change).execute()) await forgetTest(change, reference, now);
  });
}

function canaries(db: Store['db']) {
  return db.selectFrom('referral').select('reference').where('service', '=', canaryService);
}

/** When each service was last sent a test, and last confirmed one, as far back as tests are kept. */
export async function lastTests(
  store: Store,
): Promise<ReadonlyMap<string, { sent: Date; confirmed: Date | undefined }>> {
  const rows = await store.db
    .selectFrom('referral')
    .select(({ fn }) => [
      'service',
      fn.max('accepted_at').as('sent'),
      fn.max('acknowledged_at').as('confirmed'),
    ])
    .where('test', '=', 1)
    .groupBy('service')
    .execute();
  const known = rows.map(({ service, sent, confirmed }) => {
    const at = {
      sent: new Date(Number(sent)),
      confirmed: confirmed === null ? undefined : new Date(Number(confirmed)),
    };
    return [service, at] as const;
  });
  return new Map(known);
}
