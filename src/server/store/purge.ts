/** Letting go of what is no longer needed, on time and for good. What nobody has confirmed is never deleted here. */
import { record } from './audit.ts';
import { contentMacMs, receiptMsAfterClosing, sealedMsAfterAcknowledgement } from './retention.ts';
import { oweScrub, scrub } from './scrub.ts';
import { inTurn, type Change, type Store } from './store.ts';

/** How many sealed texts went, and whether nothing of what was ever deleted is left on disk. */
export type Purged = { sealed: number; scrubbed: boolean };

export async function purge(store: Store, now: Date): Promise<Purged> {
  const sealed = await inTurn(store, 'purge', async (change) => {
    await forgetContent(change, now);
    await forgetReferrals(change, now);
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
  for (const { reference } of forgotten) {
    await change.deleteFrom('notice').where('reference', '=', reference).execute();
    await change.deleteFrom('referral').where('reference', '=', reference).execute();
  }
}
