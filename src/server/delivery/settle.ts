/** What became of an attempt to hand a notice over: when it is tried again, whom else to tell, and what a person must do. */
import { countWays } from '../directory.ts';
import { settleHandedOver, settleLeftToOperator, settlePutOff, type PutOff } from '../store/outbox.ts';
import type { NoticeRow } from '../store/schema.ts';
import { mailTasks, type Task } from '../store/tasks.ts';
import type { CourierParts, Recipient } from './courier.ts';
import type { Outcome } from './outcome.ts';
import type { Way } from './parcels.ts';
import { waitMsAfter, waitMsAfterRefusal } from './schedule.ts';

/** What was stopped by a server that has no brake of its own is tried again after this. */
export const stoppedMs = 5 * 60_000;

/** @param waitMs how long to wait after the way out was stopped */
export async function settle(
  notice: NoticeRow,
  outcome: Outcome,
  { way, recipient, waitMs }: { way: Way; recipient: Recipient; waitMs: number },
  parts: CourierParts,
): Promise<void> {
  const { service } = notice;
  const hasNoInbox = outcome.kind === 'refused' || outcome.kind === 'full';
  if (hasNoInbox && notice.kind === 'policing-body') return leaveToOperator(notice, parts);
  const useNextWay = notice.address + 1 < countWays(recipient);
  switch (outcome.kind) {
    case 'handed-over':
      return settleHandedOver(parts.store, notice, parts.now(), mendedBy(way, service));
    case 'later':
    case 'unreached':
      return putOff(notice, parts, {});
    case 'unknown':
      return putOff(notice, parts, { maybeSent: true });
    case 'unwritten':
      return putOff(notice, parts, {
        task: { code: 'notice-unwritten', reference: notice.reference, service },
      });
    case 'full':
      return putOff(notice, parts, { task: { code: 'mailbox-full', service } });
    case 'refused':
      return putOff(notice, parts, {
        waitMs: waitMsAfterRefusal(parts.random()),
        task: { code: way.line === 'webhook' ? 'webhook-refused' : 'address-refused', service },
        useNextWay,
      });
    case 'stopped':
      return putOff(notice, parts, {
        waitMs: outcome.why === 'relay' ? stoppedMs : waitMs,
        counted: false,
        task: stoppedTask(way, outcome.why, service),
        // Mail that stands still stands still for every address; a case system is one service's own.
        useNextWay: way.line === 'webhook' && useNextWay,
      });
  }
}

function stoppedTask({ line }: Way, why: (Outcome & { kind: 'stopped' })['why'], service: string): Task {
  if (line === 'webhook') return { code: 'webhook-tls-refused', service };
  if (line === 'content') return { code: 'content-mail-refused' };
  return why === 'relay' ? { code: 'mail-relay-refused', service } : { code: `mail-${why}-refused` };
}

/** What goes out shows that these are over. */
function mendedBy({ line }: Way, service: string): readonly Task[] {
  if (line === 'webhook')
    return [
      { code: 'webhook-tls-refused', service },
      { code: 'webhook-refused', service },
    ];
  if (line === 'content') return [{ code: 'content-mail-refused' }];
  return [...mailTasks, { code: 'mail-relay-refused', service }];
}

/** Nobody else could be told in the place of a policing body, so a person does it. */
export function leaveToOperator(notice: NoticeRow, { store, now }: CourierParts): Promise<void> {
  const { reference, service } = notice;
  return settleLeftToOperator(store, notice, { code: 'tell-policing-body', reference, service }, now());
}

export function putOff(
  notice: NoticeRow,
  { store, now, random }: CourierParts,
  result: Partial<PutOff>,
): Promise<void> {
  const usual = { now: now(), waitMs: waitMsAfter(notice.attempts + 1, random()), counted: true };
  return settlePutOff(store, notice, { ...usual, ...result });
}
