/** Letting go of what is no longer needed, on time and for good. What nobody has confirmed is never deleted here. */
import { record } from './audit.ts';
import { headText } from './chain.ts';
import {
  auditMs,
  contentMacMs,
  receiptMsAfterClosing,
  sealedMsAfterAcknowledgement,
  testMs,
} from './retention.ts';
import { oweScrub, scrub } from './scrub.ts';
import { inTurn, type Change, type Store } from './store.ts';

const dayMs = 24 * 60 * 60 * 1000;

/** How many sealed texts went, and whether nothing of what was ever deleted is left on disk. */
export type Purged = { sealed: number; scrubbed: boolean };

export async function purge(store: Store, now: Date): Promise<Purged> {
  const sealed = await inTurn(store, 'purge', async (change) => {
    await forgetContent(change, now);
    await forgetReferrals(change, now);
    await forgetTests(change, now);
    await forgetAudit(change, now);
    return closeAcknowledged(change, now);
  });
  return { sealed, scrubbed: await scrub(store) };
}

async function closeAcknowledged(change: Change, now: Date): Promise<number> {
  const closed = await change
    .updateTable('referral')
    .set({ sealed: null, state: 'closed', closed_at: now.getTime() })
    .where('sealed', 'is not', null)
    .where('state', 'in', ['acknowledged', 'superseded'])
    .where('acknowledged_at', '<=', now.getTime() - sealedMsAfterAcknowledgement)
    .returning('reference')
    .execute();
  for (const { reference } of closed) await record(change, { at: now, event: 'purged', reference });
  if (closed.length > 0) await oweScrub(change);
  return closed.length;
}

async function forgetContent(change: Change, now: Date): Promise<void> {
  await change
    .updateTable('referral')
    .set({ content_mac: null })
    .where('content_mac', 'is not', null)
    .where('accepted_at', '<=', now.getTime() - contentMacMs)
    .execute();
}

/** After the receipt has expired, only the counters and the audit remember; a notice still under way is waited for. */
async function forgetReferrals(change: Change, now: Date): Promise<void> {
  const forgotten = await change
    .selectFrom('referral')
    .select('reference')
    .where('closed_at', '<=', now.getTime() - receiptMsAfterClosing)
    .where((where) =>
      where.not(
        where.exists(
          where
            .selectFrom('notice')
            .select('notice.id')
            .whereRef('notice.reference', '=', 'referral.reference')
            .where('notice.state', '=', 'due'),
        ),
      ),
    )
    .execute();
  for (const { reference } of forgotten) await forget(change, reference);
  if (forgotten.length > 0) await oweScrub(change);
}

/** Behind a test there is no person, so one that nobody confirmed may go by the clock. */
async function forgetTests(change: Change, now: Date): Promise<void> {
  const tests = await change
    .selectFrom('referral')
    .select('reference')
    .where('test', '=', 1)
    .where('accepted_at', '<=', now.getTime() - testMs)
    .execute();
  for (const { reference } of tests) await forgetTest(change, reference, now);
}

/** Gone for good, with its second copy. */
export async function forgetTest(change: Change, reference: string, now: Date): Promise<void> {
  await record(change, { at: now, event: 'purged', reference, detail: 'test' });
  await forget(change, reference);
  await oweScrub(change);
}

async function forget(change: Change, reference: string): Promise<void> {
  await change.deleteFrom('notice').where('reference', '=', reference).execute();
  await change.deleteFrom('referral').where('reference', '=', reference).execute();
}

/** By whole days, so that the entry which says so is written once a day. */
async function forgetAudit(change: Change, now: Date): Promise<void> {
  const before = Math.floor((now.getTime() - auditMs) / dayMs) * dayMs;
  const oldest = await change.selectFrom('audit').select('at').orderBy('seq').limit(1).executeTakeFirst();
  if (!oldest || oldest.at >= before) return;
  const stays = await change
    .selectFrom('audit')
    .select('seq')
    .where('at', '>=', before)
    .orderBy('seq')
    .limit(1)
    .executeTakeFirst();
  const last = await change
    .selectFrom('audit')
    .select(['seq', 'hash'])
    .$if(stays !== undefined, (query) => query.where('seq', '<', stays?.seq ?? 0))
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow();
  await change.deleteFrom('audit').where('seq', '<=', last.seq).execute();
  await record(change, { at: now, event: 'audit-forgotten', detail: headText(last) });
}
