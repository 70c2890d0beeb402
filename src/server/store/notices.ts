/** Putting notices into the outbox and taking them out of it, inside other changes. */
import { sql } from 'kysely';
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
  /** May go in one mail with others of the same service and lane. */
  together?: boolean;
  /** Where the service was told of what this takes back. */
  triedAt?: string | null;
  /** As in the referral, unless it is for a service that has handed the referral on. */
  handedOn?: number;
};

/** Queues a notice once; the same reference, kind and address again changes nothing, until the referral is handed on. */
export async function queueNotice(change: Change, notice: NewNotice): Promise<void> {
  const {
    reference,
    service,
    kind,
    lane,
    dueAt,
    address = 0,
    together = false,
    triedAt = null,
    handedOn,
  } = notice;
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
      first_due_at: dueAt.getTime(),
      attempts: 0,
      lease_until: null,
      maybe_sent: 0,
      sent_at: null,
      tried_at: triedAt,
      together: together ? 1 : 0,
      handed_on: handedOn ?? timesHandedOn(reference),
    })
    .onConflict((conflict) => conflict.columns(once).doNothing())
    .execute();
}

const once = ['reference', 'kind', 'address', 'handed_on'] as const;

function timesHandedOn(reference: string) {
  return sql<number>`(select handed_on from referral where reference = ${reference})`;
}

/** What keeps a service from being told is mended: its notices go now. What is held back on purpose stays so. */
export async function hastenNotices(change: Change, service: string, now: Date): Promise<void> {
  await change
    .updateTable('notice')
    .set({ next_at: now.getTime() })
    .where('service', '=', service)
    .where('state', '=', 'due')
    .where('attempts', '>', 0)
    .where('next_at', '>', now.getTime())
    .execute();
}

/** What follows from a referral on later days lets new ones pass: after a flood, thousands of it are due at once. */
export const laneOfFollowing = 'held' satisfies Lane;

export type Reminding = {
  reference: string;
  service: string;
  /** How many the service has. */
  addresses: number;
  dueAt: Date;
};

/** Asks a service again: a notice that nobody has taken yet goes at once, any other is followed by reminders. */
export async function askAgain(change: Change, reminding: Reminding): Promise<void> {
  const { reference, dueAt } = reminding;
  const referral = await change
    .selectFrom('referral')
    .select('state')
    .where('reference', '=', reference)
    .executeTakeFirst();
  if (!referral || referral.state === 'withdrawn' || referral.state === 'superseded') return;
  if (referral.state !== 'waiting') return queueReminders(change, reminding);
  await change
    .updateTable('notice')
    .set({ next_at: dueAt.getTime() })
    .where('reference', '=', reference)
    .where('kind', '=', 'referral')
    .where('state', '=', 'due')
    .execute();
}

/**
 * Queues a reminder for each of a service's addresses. One that has gone goes again; one still under way is not doubled,
 * so that a service which could not be reached for a week gets a single one.
 */
export async function queueReminders(
  change: Change,
  { reference, service, addresses, dueAt }: Reminding,
): Promise<void> {
  const fresh = {
    state: 'due',
    next_at: dueAt.getTime(),
    first_due_at: dueAt.getTime(),
    attempts: 0,
    lease_until: null,
    sent_at: null,
  } as const;
  // An address that had one before hears of a withdrawal, whatever becomes of this one.
  const maybeSent = sql<number>`case when notice.sent_at is null then notice.maybe_sent else 1 end`;
  for (let address = 0; address < addresses; address++) {
    await change
      .insertInto('notice')
      .values({
        reference,
        service,
        kind: 'reminder',
        address,
        lane: laneOfFollowing,
        ...fresh,
        maybe_sent: 0,
        handed_on: timesHandedOn(reference),
      })
      .onConflict((conflict) =>
        conflict
          .columns(once)
          .doUpdateSet({ ...fresh, maybe_sent: maybeSent, round: sql`notice.round + 1` })
          .where('notice.state', '!=', 'due'),
      )
      .execute();
  }
}

/**
 * Stops what has not been sent of one kind, to everybody or to one service. A courier that is busy with one finishes, and
 * its word still counts.
 */
export async function cancelDueNotices(
  change: Change,
  reference: string,
  kind: NoticeKind,
  service?: string,
): Promise<void> {
  const cancel = change
    .updateTable('notice')
    .set({ state: 'cancelled' })
    .where('reference', '=', reference)
    .where('kind', '=', kind)
    .where('state', '=', 'due');
  await (service === undefined ? cancel : cancel.where('service', '=', service)).execute();
}
