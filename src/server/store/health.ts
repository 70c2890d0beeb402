/** How the referrals of this installation are, in numbers and codes. */
import { isCanaryMissing } from './canary.ts';
import { isAnythingUnfound } from './dated-ahead.ts';
import { isDigestMissing } from './digest.ts';
import { readMeta } from './meta.ts';
import { hasRefusedLately, type Store } from './store.ts';
import { firstDueAt, withoutWord } from './no-contact.ts';
import { mailTasks } from './tasks.ts';
import { withServiceSince } from './with-service-since.ts';

/**
 * `database-moved`: its file was moved away, deleted or replaced, so nothing is taken. `store-failed`: something could
 * not be kept within the last minutes, perhaps for want of room. `outbox-paused`: brought back from a copy and not let go
 * yet. `second-copy-failed`: the other volume takes nothing. `clock-jumped`: nothing is deleted by it for a day, or what
 * waits is dated ahead and no courier has seen to it.
 * `canary-missing`: no test referral was confirmed for too long. `digest-missing`: nobody has had the daily digest for
 * too long. `flood`: more came within an hour than people send. `mail-refused`: a mail server refuses us, or cannot be
 * trusted, so that nothing goes out by it, or nothing to one service.
 */
export type Alarm =
  | 'database-moved'
  | 'store-failed'
  | 'outbox-paused'
  | 'second-copy-failed'
  | 'clock-jumped'
  | 'canary-missing'
  | 'digest-missing'
  | 'flood'
  | 'mail-refused';

export type Health = {
  /** False when something waits so long that a person must look. */
  readonly isWell: boolean;
  /** What services do not know because no mail server has taken it yet: referrals, and that one was taken back. */
  readonly waiting: number;
  /** Referrals handed over and not confirmed by a person. */
  readonly unconfirmed: number;
  readonly oldestWaitingSeconds: number;
  readonly oldestUnconfirmedSeconds: number;
  readonly alarms: readonly Alarm[];
  readonly tasks: readonly { code: string; reference: string; service: string; at: string }[];
};

/** A notice that no server has taken for this long means that mail is broken. */
const waitingSecondsMax = 4 * 60 * 60;

/** Several times what all services of England and Wales together could expect in a busy hour: a guess, on the safe side. */
const perHourMax = 200;
const hourMs = 60 * 60 * 1000;

export async function healthOf(store: Store, now: Date): Promise<Health> {
  const states = await store.db
    .selectFrom('referral')
    .select(({ fn }) => [
      'state',
      fn.countAll<number>().as('total'),
      fn.min(withServiceSince(now)).as('oldest'),
    ])
    .where('state', 'in', ['waiting', 'handed-over'])
    .where('test', '=', 0)
    .groupBy('state')
    .execute();
  const open = await store.db
    .selectFrom('task')
    .selectAll()
    .where('closed', 'is', null)
    .orderBy('at')
    .execute();
  const lasting = (row: { total: number; oldest: number | null } | undefined) => {
    const total = Number(row?.total ?? 0);
    const ms = total === 0 ? 0 : now.getTime() - Number(row?.oldest);
    return { total, seconds: Math.max(0, Math.round(ms / 1000)) };
  };
  const of = (state: string) => lasting(states.find((one) => one.state === state));
  const withoutWordYet = await withoutWord(store.db, now, now)
    .select(({ fn }) => [
      fn.count<number>('notice.reference').distinct().as('total'),
      fn.min(firstDueAt(now)).as('oldest'),
    ])
    .executeTakeFirst();
  const [referrals, takenBack] = [of('waiting'), lasting(withoutWordYet)];
  const waiting = {
    total: referrals.total + takenBack.total,
    seconds: Math.max(referrals.seconds, takenBack.seconds),
  };
  const unconfirmed = of('handed-over');
  const alarms = await alarmsOf(store, now);
  if (open.some(({ code }) => isMailRefused(code))) alarms.push('mail-refused');
  return {
    isWell: waiting.seconds <= waitingSecondsMax && alarms.length === 0,
    waiting: waiting.total,
    unconfirmed: unconfirmed.total,
    oldestWaitingSeconds: waiting.seconds,
    oldestUnconfirmedSeconds: unconfirmed.seconds,
    alarms,
    tasks: open.map(({ code, reference, service, at }) => ({
      code,
      reference,
      service,
      at: new Date(at).toISOString(),
    })),
  };
}

const refusals: readonly string[] = [
  ...mailTasks.map(({ code }) => code),
  'mail-relay-refused',
  'content-mail-refused',
];

function isMailRefused(code: string): boolean {
  return refusals.includes(code);
}

async function alarmsOf(store: Store, now: Date): Promise<Alarm[]> {
  const alarms: Alarm[] = [];
  if (store.isInPlace?.() === false) alarms.push('database-moved');
  if (hasRefusedLately(store)) alarms.push('store-failed');
  for (const name of ['outbox-paused', 'second-copy-failed', 'clock-jumped'] as const) {
    if ((await readMeta(store.db, name)) !== undefined) alarms.push(name);
  }
  if (!alarms.includes('clock-jumped') && (await isAnythingUnfound(store, now))) alarms.push('clock-jumped');
  if (await isCanaryMissing(store, now)) alarms.push('canary-missing');
  if (await isDigestMissing(store, now)) alarms.push('digest-missing');
  if (await isFlood(store, now)) alarms.push('flood');
  return alarms;
}

async function isFlood(store: Store, now: Date): Promise<boolean> {
  const { total } = await store.db
    .selectFrom('referral')
    .select(({ fn }) => fn.countAll<number>().as('total'))
    .where('accepted_at', '>', now.getTime() - hourMs)
    .where('accepted_at', '<=', now.getTime())
    .executeTakeFirstOrThrow();
  return Number(total) > perHourMax;
}
