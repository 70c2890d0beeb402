/** What a person can see and do with their receipt code. Unknown, expired and withdrawn are one and the same answer. */
import { record } from './audit.ts';
import { noteCounters } from './counters.ts';
import { endEscalation } from './escalation.ts';
import { cancelDueNotices, queueNotice } from './notices.ts';
import { receiptMsAfterClosing } from './retention.ts';
import { oweScrub, scrub } from './scrub.ts';
import { formTurn, inTurn, type Change, type Store } from './store.ts';
import { withServiceSince } from './with-service-since.ts';
import type { ReferralState } from './schema.ts';

/**
 * `sent` to the local service, `opened` by a person there, `closed` when we hold it no more, `unopened` when nobody had
 * read it.
 */
export type StatusWord = 'waiting' | 'sent' | 'opened' | 'closed' | 'unopened';

export type Progress = {
  readonly word: StatusWord;
  readonly service: string;
  /** When that service got it: when it was accepted, or handed on to it. */
  readonly since: Date;
  /** The service named on the page has handed it on to this one. */
  readonly isHandedOn: boolean;
};

const words: Record<ReferralState, StatusWord | undefined> = {
  waiting: 'waiting',
  'handed-over': 'sent',
  acknowledged: 'opened',
  superseded: 'sent',
  closed: 'closed',
  withdrawn: undefined,
};

export async function progressOf(store: Store, receiptMac: string, now: Date): Promise<Progress | undefined> {
  const [newest] = await referralsOf(store, receiptMac, now);
  const word = newest && words[newest.state];
  if (!word) return undefined;
  return {
    // Only a named decision closes what nobody has confirmed.
    word: word === 'closed' && newest.acknowledged_at === null ? 'unopened' : word,
    service: newest.service,
    since: new Date(Number(newest.since)),
    isHandedOn: newest.handed_on > 0,
  };
}

/**
 * Takes back a referral with all its corrections. True when there was one to take back.
 *
 * The sealed text is gone at once. A service that may have been told is told not to make contact; another hears nothing.
 */
export async function withdraw(store: Store, receiptMac: string, now: Date): Promise<boolean> {
  const [newest] = await referralsOf(store, receiptMac, now);
  if (!newest) return false;
  const withdrawn = await inTurn(store, formTurn(newest.form_key_mac), async (change) => {
    const stand = await change
      .selectFrom('referral')
      .select('reference')
      .where('receipt_mac', '=', receiptMac)
      .where('state', '!=', 'withdrawn')
      .execute();
    if (stand.length === 0) return false;
    for (const { reference } of stand) await takeBack(change, reference, now);
    await noteCounters(change, now, [{ name: 'withdrawn', value: 'yes' }]);
    return true;
  });
  await scrub(store);
  return withdrawn;
}

/** Takes one referral away from whoever has it, for good. A scrub must follow. */
export async function takeBack(change: Change, reference: string, now: Date): Promise<void> {
  await change
    .updateTable('referral')
    .set({ state: 'withdrawn', sealed: null, content_mac: null, closed_at: now.getTime() })
    .where('reference', '=', reference)
    .execute();
  await endEscalation(change, reference, now, ['heard-nothing', 'inner-code-locked', 'not-ours']);
  await stopNotices(change, reference, now);
  await record(change, { at: now, event: 'withdrawn', reference });
  await oweScrub(change);
}

/**
 * Forgets the code of somebody who does not want one; nothing else changes. In the turn of its form, so that a correction
 * on its way at that moment either finds the code gone or loses it too.
 */
export async function declineReceipt(store: Store, receiptMac: string): Promise<void> {
  const found = await store.db
    .selectFrom('referral')
    .select('form_key_mac')
    .where('receipt_mac', '=', receiptMac)
    .limit(1)
    .executeTakeFirst();
  if (!found) return;
  await inTurn(store, formTurn(found.form_key_mac), (change) =>
    change.updateTable('referral').set({ receipt_mac: null }).where('receipt_mac', '=', receiptMac).execute(),
  );
}

/** Newest first; the codes of referrals closed too long ago say nothing any more, whether or not they were purged. */
export function referralsOf(store: Store, receiptMac: string, now: Date) {
  return store.db
    .selectFrom('referral')
    .select([
      'reference',
      'service',
      'state',
      'form_key_mac',
      'acknowledged_at',
      'handed_on',
      withServiceSince(now).as('since'),
    ])
    .where('receipt_mac', '=', receiptMac)
    .where((where) =>
      where.or([
        where('closed_at', 'is', null),
        where('closed_at', '>', now.getTime() - receiptMsAfterClosing),
      ]),
    )
    .orderBy('version', 'desc')
    .execute();
}

/**
 * Whoever may have been told is told that it was taken back: a service that has handed it on may have kept it, too.
 *
 * Cancelling first and asking afterwards leaves no moment in which a courier could send unseen.
 */
export async function stopNotices(change: Change, reference: string, now: Date): Promise<void> {
  await cancelDueNotices(change, reference, 'referral');
  const notices = await change
    .selectFrom('notice')
    .select([
      'service',
      'address',
      'kind',
      'lane',
      'state',
      'lease_until',
      'maybe_sent',
      'handed_on',
      'tried_at',
    ])
    .where('reference', '=', reference)
    .where('kind', 'in', ['referral', 'reminder'])
    .execute();
  // Thousands that were held and are taken back at once let everything else pass as well.
  const isHeld = notices.every(({ kind, lane }) => kind === 'reminder' || lane === 'held');
  for (const notice of notices) {
    const { service, address, state, lease_until, maybe_sent } = notice;
    const mayHaveArrived = state === 'sent' || lease_until !== null || maybe_sent === 1;
    if (!mayHaveArrived) continue;
    await queueNotice(change, {
      reference,
      service,
      kind: 'withdrawn',
      lane: isHeld ? 'held' : 'normal',
      dueAt: now,
      address,
      triedAt: notice.tried_at,
      handedOn: notice.handed_on,
    });
  }
}
