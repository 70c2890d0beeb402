/** The outbox as the courier sees it: which notice is next, and what became of it. */
import type { ExpressionBuilder } from 'kysely';
import type { Lane } from '../../referral/envelope.ts';
import { record } from './audit.ts';
import { noContactTasks } from './no-contact.ts';
import { queueNotice } from './notices.ts';
import { formOf, formTurn, inTurn, type Change, type Store } from './store.ts';
import { closeTasks, closeTasksOf, mailTasks, raiseTask, type Task } from './tasks.ts';
import type { NoticeRow, Tables } from './schema.ts';

/** Longer than any attempt may last; after it, whoever had the notice has died. */
export const leaseMs = 90 * 1000;

/** So many referrals go out in one mail at most: thousands of junk posts are a few mails, and one stays readable. */
const inOneMailMax = 50;

/** No notice is ever put off for longer, so a later time means that the clock has been set back: it is due. */
const putOffMsMax = 8 * 60 * 60 * 1000;

export type Claim = {
  now: Date;
  busyServices: readonly string[];
  /** Absent for any. */
  onlyServices?: readonly string[] | undefined;
};

/**
 * Takes the notice that has been due longest, for `leaseMs`. Undefined when there is none.
 *
 * By due time, not by age, so that notices which fail again and again never hide one that would not. Only one at a time
 * for each service; `busyServices` are those the caller knows to be at work. What is held lets everything else pass, and so
 * do reminders, so that a flood delays nobody.
 */
export function claimNotice(
  store: Store,
  { now, busyServices, onlyServices }: Claim,
): Promise<NoticeRow | undefined> {
  const at = now.getTime();
  return inTurn(store, 'claim', async (change) => {
    const leased = change
      .selectFrom('notice')
      .select('service')
      .where('lease_until', '>', at)
      // Further ahead, the clock has been set back since. Not by a little: whoever waited for a turn read the time before.
      .where('lease_until', '<=', at + 2 * leaseMs);
    const next = await withServicesThatWait(change)
      .innerJoin('notice', (join) => join.on('notice.id', '=', (of) => firstOfService(of, at)))
      .select('notice.id')
      .where('waiting.service', 'not in', leased)
      .where(({ not, exists, selectFrom }) =>
        not(exists(selectFrom('meta').select('name').where('name', '=', 'outbox-paused'))),
      )
      .$if(busyServices.length > 0, (query) => query.where('waiting.service', 'not in', busyServices))
      .$if(onlyServices !== undefined, (query) => query.where('waiting.service', 'in', onlyServices ?? []))
      .orderBy((order) => order.case().when('notice.lane', '=', 'held').then(1).else(0).end())
      .orderBy('notice.next_at')
      .orderBy('notice.id')
      .limit(1)
      .executeTakeFirst();
    if (!next) return undefined;
    return change
      .updateTable('notice')
      .set({ lease_until: at + leaseMs })
      .where('id', '=', next.id)
      .where('state', '=', 'due')
      .returningAll()
      .executeTakeFirst();
  });
}

/**
 * Every service for which a notice is due or will be, each found by one look into the index `notice_turn`.
 *
 * With `firstOfService` it keeps the price of a claim the same, whether ten notices wait or ten thousand.
 */
function withServicesThatWait(change: Change) {
  return change
    .withRecursive('waiting(service)', (db) =>
      db
        .selectFrom('notice')
        .select((of) => of.fn.min<string | null>('service').as('service'))
        .where('state', '=', 'due')
        .unionAll(
          db
            .selectFrom('waiting')
            .select((of) =>
              of
                .selectFrom('notice')
                .select((next) => next.fn.min('notice.service').as('service'))
                .where('notice.state', '=', 'due')
                .whereRef('notice.service', '>', 'waiting.service')
                .as('service'),
            )
            .where('waiting.service', 'is not', null),
        ),
    )
    .selectFrom('waiting');
}

/** The id of the notice that comes first for the service of this row of `waiting`. */
function firstOfService(of: ExpressionBuilder<Waiting, 'waiting'>, at: number) {
  const first = (lane: Lane, from: number, until: number) =>
    of
      .selectFrom('notice as own')
      .select('own.id')
      .whereRef('own.service', '=', 'waiting.service')
      .where('own.state', '=', 'due')
      .where('own.lane', '=', lane)
      .where('own.next_at', '>=', from)
      .where('own.next_at', '<=', until)
      .orderBy('own.next_at')
      .orderBy('own.id')
      .limit(1)
      .$asScalar();
  const putOffTooFar = [at + putOffMsMax + 1, Number.MAX_SAFE_INTEGER] as const;
  return of.fn.coalesce(
    first('normal', 0, at),
    first('normal', ...putOffTooFar),
    first('held', 0, at),
    first('held', ...putOffTooFar),
  );
}

type Waiting = Tables & { waiting: { service: string | null } };

/**
 * Takes the other referrals that may go with this one and are due at the same address, for `leaseMs`: one mail tells of
 * all.
 */
export function claimBeside(store: Store, notice: NoticeRow, now: Date): Promise<NoticeRow[]> {
  const at = now.getTime();
  return inTurn(store, 'claim', (change) => {
    const others = change
      .selectFrom('notice')
      .select('id')
      .where('service', '=', notice.service)
      .where('address', '=', notice.address)
      .where('kind', '=', 'referral')
      .where('lane', '=', notice.lane)
      .where('together', '=', 1)
      .where('state', '=', 'due')
      .where('next_at', '<=', at)
      .where('id', '!=', notice.id)
      .orderBy('next_at')
      .orderBy('id')
      .limit(inOneMailMax - 1);
    return change
      .updateTable('notice')
      .set({ lease_until: at + leaseMs })
      .where('id', 'in', others)
      .returningAll()
      .execute();
  });
}

/**
 * Takes notices that were claimed together for `leaseMs` anew, since those before them may have taken long, and notes
 * where they will be tried. False when one is ours no more, because another courier has it or nobody is to be told of it:
 * then the others are for whoever comes next.
 *
 * @param triedAt a mail address, or `webhook`
 */
export function keepLease(
  store: Store,
  notices: readonly NoticeRow[],
  now: Date,
  triedAt: string,
): Promise<boolean> {
  return inTurn(store, 'claim', async (change) => {
    // Each claim ends at a time of its own: whoever has taken one since wrote another.
    const claimed = await change
      .selectFrom('notice')
      .select(['id', 'state'])
      .where('id', 'in', idsOf(notices))
      .where(
        'lease_until',
        'in',
        notices.map(({ lease_until }) => lease_until ?? 0),
      )
      .execute();
    const areAllOurs = claimed.length === notices.length && claimed.every(({ state }) => state === 'due');
    if (claimed.length > 0)
      await change
        .updateTable('notice')
        .set(areAllOurs ? { lease_until: now.getTime() + leaseMs, tried_at: triedAt } : { lease_until: null })
        .where('id', 'in', idsOf(claimed))
        .execute();
    return areAllOurs;
  });
}

function idsOf(notices: readonly { id: number }[]): number[] {
  return notices.map(({ id }) => id);
}

/**
 * A mail server or a case system took it. That is handed over, and never called delivered or read.
 *
 * @param mended tasks that are over with it: mail that goes out shows that signing in and TLS work again
 */
export function settleHandedOver(
  store: Store,
  notice: NoticeRow,
  now: Date,
  mended: readonly Task[] = mailTasks,
): Promise<void> {
  return inTurn(store, 'settle', async (change) => {
    await change
      .updateTable('notice')
      .set({ state: 'sent', sent_at: now.getTime(), lease_until: null, attempts: notice.attempts + 1 })
      .where('id', '=', notice.id)
      .execute();
    await record(change, { at: now, event: 'handed-over', reference: notice.reference, detail: notice.kind });
    if (notice.kind === 'referral') {
      const told = await change
        .updateTable('referral')
        .set({ state: 'handed-over', handed_over_at: now.getTime() })
        .where('reference', '=', notice.reference)
        .where('state', '=', 'waiting')
        // One that was under way to an earlier service says nothing about the service it was handed on to.
        .where('handed_on', '=', notice.handed_on)
        .returning('reference')
        .execute();
      if (told.length > 0)
        await closeTasksOf(change, notice.reference, ['not-handed-over-4h', 'not-handed-over-24h'], now);
    }
    if (notice.kind === 'withdrawn')
      await closeTasksOf(change, notice.reference, noContactTasks, now, notice.service);
    for (const { code, service } of mended) await closeTasks(change, code, now, service);
  });
}

export type PutOff = {
  now: Date;
  /** When to try again, in milliseconds from `now`. */
  waitMs: number;
  /** False where the notice is not to blame, so that its own schedule stays where it was. */
  counted: boolean;
  /** True when the mail server may have had the whole message. */
  maybeSent?: boolean;
  /** Something the operator must see to. */
  task?: Task;
  /** Tell the service's next address at once. */
  useNextWay?: boolean;
};

/** It was not handed over, as far as anybody knows: it stays in the outbox. Nothing is ever given up here. */
export async function settlePutOff(store: Store, notice: NoticeRow, result: PutOff): Promise<void> {
  const { now, waitMs, counted, maybeSent, task, useNextWay } = result;
  // Whoever cancels what waits cannot see a notice that is being queued beside them.
  const form = useNextWay ? await formOf(store, notice.reference) : undefined;
  return inTurn(store, form === undefined ? 'settle' : formTurn(form), async (change) => {
    await change
      .updateTable('notice')
      .set({
        next_at: now.getTime() + waitMs,
        attempts: notice.attempts + (counted ? 1 : 0),
        maybe_sent: maybeSent || notice.maybe_sent ? 1 : 0,
        lease_until: null,
      })
      .where('id', '=', notice.id)
      .execute();
    if (task) await raiseTask(change, task, now);
    if (useNextWay) await tellNextAddress(change, notice, now);
  });
}

/**
 * Nobody can be told by this notice, so a person does what it was for. Never for one about a referral nobody else
 * tells.
 */
export function settleLeftToOperator(store: Store, notice: NoticeRow, task: Task, now: Date): Promise<void> {
  return inTurn(store, 'settle', async (change) => {
    await change
      .updateTable('notice')
      .set({ state: 'cancelled', lease_until: null })
      .where('id', '=', notice.id)
      .execute();
    await raiseTask(change, task, now);
  });
}

async function tellNextAddress(change: Change, notice: NoticeRow, now: Date): Promise<void> {
  const { reference, service, kind, lane, handed_on: handedOn } = notice;
  // Withdrawn or confirmed while this address was being tried: nobody else need hear of it.
  const current = await change
    .selectFrom('notice')
    .select('state')
    .where('id', '=', notice.id)
    .executeTakeFirst();
  if (current?.state !== 'due') return;
  await record(change, { at: now, event: 'notice-refused', reference });
  await queueNotice(change, {
    reference,
    service,
    kind,
    lane,
    dueAt: now,
    address: notice.address + 1,
    together: notice.together === 1,
    handedOn,
  });
}
