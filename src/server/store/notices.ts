/** Putting notices into the outbox and taking them out of it, inside other changes. */
import type { Change } from './store.ts';
import type { Lane } from '../../referral/envelope.ts';
import type { NoticeKind } from './schema.ts';

export type NewNotice = {
  reference: string;
  service: string;
  kind: NoticeKind;
  lane: Lane;
  dueAt: Date;
  address?: number;
};

/** Queues a notice once; the same reference, kind and address again changes nothing. */
export async function queueNotice(change: Change, notice: NewNotice): Promise<void> {
  const { reference, service, kind, lane, dueAt, address = 0 } = notice;
  await change
    .insertInto('notice')
    .values({
      reference,
      service,
      kind,
      address,
      lane,
      state: 'due',
      next_at: dueAt.getTime(),
      attempts: 0,
      lease_until: null,
      maybe_sent: 0,
      sent_at: null,
    })
    .onConflict((conflict) => conflict.columns(['reference', 'kind', 'address']).doNothing())
    .execute();
}

/** Stops what has not been sent of one kind. A courier that is busy with one finishes, and its word still counts. */
export async function cancelDueNotices(change: Change, reference: string, kind: NoticeKind): Promise<void> {
  await change
    .updateTable('notice')
    .set({ state: 'cancelled' })
    .where('reference', '=', reference)
    .where('kind', '=', kind)
    .where('state', '=', 'due')
    .execute();
}
