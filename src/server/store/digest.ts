/** What the daily digest says, and which courier sends it. */
import { notedHead, record } from './audit.ts';
import { noHead, type Head } from './chain.ts';
import { isDatedAhead } from './dated-ahead.ts';
import { clearMeta, readMeta, writeMeta } from './meta.ts';
import type { ReferralState } from './schema.ts';
import { inTurn, type Store } from './store.ts';
import { withServiceSince } from './with-service-since.ts';

export type DigestFacts = {
  referrals: Readonly<Record<ReferralState, number>>;
  oldestWaitingHours: number;
  oldestUnconfirmedHours: number;
  noticesDue: number;
  tasksOpen: number;
  /** Undefined when there has been none. */
  hoursSinceBackup: number | undefined;
  head: Head;
};

/** As long as a mail may take, and a little more: after it, whoever was sending has died. */
const leaseMs = 90 * 1000;

/** No attempt is put off for longer, so a later time means that the clock has been set back. */
const putOffMsMax = 10 * 60 * 1000;

const hourMs = 60 * 60 * 1000;

/** A day, and two hours for a mail server that is slow in the morning. */
const digestMsMax = 26 * hourMs;

const noReferrals: Readonly<Record<ReferralState, number>> = {
  waiting: 0,
  'handed-over': 0,
  acknowledged: 0,
  superseded: 0,
  withdrawn: 0,
  closed: 0,
};

export async function digestFacts(store: Store, now: Date): Promise<DigestFacts> {
  const { db } = store;
  const states = await db
    .selectFrom('referral')
    .select(({ fn }) => [
      'state',
      fn.countAll<number>().as('total'),
      fn.min(withServiceSince(now)).as('oldest'),
    ])
    .where('test', '=', 0)
    .groupBy('state')
    .execute();
  const notices = await db
    .selectFrom('notice')
    .select(({ fn }) => fn.countAll<number>().as('total'))
    .where('state', '=', 'due')
    .executeTakeFirstOrThrow();
  const tasks = await db
    .selectFrom('task')
    .select(({ fn }) => fn.countAll<number>().as('total'))
    .where('closed', 'is', null)
    .executeTakeFirstOrThrow();
  const backup = await db
    .selectFrom('audit')
    .select('at')
    .where('event', '=', 'backed-up')
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();

  const hoursSince = (at: number) => Math.max(0, Math.floor((now.getTime() - at) / hourMs));
  const oldestOf = (state: ReferralState) => {
    const row = states.find((one) => one.state === state);
    return row ? hoursSince(Number(row.oldest)) : 0;
  };
  return {
    referrals: {
      ...noReferrals,
      ...Object.fromEntries(states.map(({ state, total }) => [state, Number(total)])),
    },
    oldestWaitingHours: oldestOf('waiting'),
    oldestUnconfirmedHours: oldestOf('handed-over'),
    noticesDue: Number(notices.total),
    tasksOpen: Number(tasks.total),
    hoursSinceBackup: backup && hoursSince(backup.at),
    head: (await notedHead(db)) ?? noHead,
  };
}

/**
 * True when the digest of this day to this address is still to be sent, and it is the caller who sends it.
 *
 * @param address which of the addresses, counted from 0
 */
export function claimDigest(store: Store, address: number, day: string, now: Date): Promise<boolean> {
  return inTurn(store, 'digest', async (change) => {
    const [knownDay, until] = (await readMeta(change, `digest-${address}`))?.split(' ') ?? [];
    if (knownDay === day && until === 'sent') return false;
    const waitMs = Number(until) - now.getTime();
    if (knownDay === day && waitMs > 0 && waitMs <= putOffMsMax) return false;
    await writeMeta(change, `digest-${address}`, `${day} ${now.getTime() + leaseMs}`);
    return true;
  });
}

export function settleDigestSent(store: Store, address: number, day: string, now: Date): Promise<void> {
  return inTurn(store, 'digest', async (change) => {
    await writeMeta(change, `digest-${address}`, `${day} sent`);
    await writeMeta(change, 'digest-sent-at', String(now.getTime()));
    await record(change, { at: now, event: 'digest-sent', detail: day });
  });
}

/**
 * True when somebody is used to having a digest and none has gone out for so long, whatever the reason. While the last is
 * dated ahead nobody knows, and that is an alarm too, until the next goes out.
 */
export async function isDigestMissing(store: Store, now: Date): Promise<boolean> {
  const last = await readMeta(store.db, 'digest-sent-at');
  if (last === undefined) return false;
  const at = Number(last);
  return isDatedAhead(at, now) || now.getTime() - at > digestMsMax;
}

/** Where none is sent any more, none is missing. */
export async function forgetDigests(store: Store): Promise<void> {
  if ((await readMeta(store.db, 'digest-sent-at')) === undefined) return;
  await inTurn(store, 'digest', (change) => clearMeta(change, 'digest-sent-at'));
}

export function settleDigestPutOff(store: Store, address: number, day: string, now: Date): Promise<void> {
  return inTurn(store, 'digest', (change) =>
    writeMeta(change, `digest-${address}`, `${day} ${now.getTime() + putOffMsMax}`),
  );
}
