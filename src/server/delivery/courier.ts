/** The courier: takes what is due from the outbox, hands it over, and notes what became of it. It never gives up. */
import { createHash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { WorkerLanguageCode } from '../../i18n/languages.ts';
import { mendCopies } from '../store/mend-copies.ts';
import {
  claimHeldBeside,
  claimNotice,
  settleHandedOver,
  settleLeftToOperator,
  settlePutOff,
  type PutOff,
} from '../store/outbox.ts';
import { isPaused } from '../store/pause.ts';
import type { NoticeRow } from '../store/schema.ts';
import type { Store } from '../store/store.ts';
import type { Task } from '../store/tasks.ts';
import { newBrake, type Brake } from './brake.ts';
import { plantCanary, type CanaryParts } from './canary.ts';
import type { NoticeChannel } from './channels/notice.ts';
import { sendDigest, type DigestParts } from './digest.ts';
import { escalate } from './escalate.ts';
import { newLetGo, type LettingGo } from './let-go.ts';
import { noticeSubject, noticeText } from './notice-text.ts';
import type { Outcome } from './outcome.ts';
import { waitMsAfter, waitMsAfterRefusal } from './schedule.ts';
import { tellOperator } from './tell-operator.ts';

/** Codes only: a log line has no place for anything else. */
export type CourierEvent = { code: string; reference?: string; service?: string };

/** How a service is told. Undefined for one that is not in the directory. */
export type Recipient = {
  /** One or two plain addresses. */
  addresses: readonly string[];
  /** Welsh after English for services in Wales. */
  languages: readonly WorkerLanguageCode[];
  /** What people call it. */
  name?: string | undefined;
  /** Who answers for it, if they are to be told by mail. */
  policingBody?: string | undefined;
};

export type CourierParts = {
  store: Store;
  channel: NoticeChannel;
  recipientOf: (service: string) => Recipient | undefined;
  /** The page on which a service opens this reference. */
  linkTo: (reference: string, language: WorkerLanguageCode) => string;
  operatorPhone?: string | undefined;
  /** Without it, the operator is told on the operator's page only. */
  operatorEmail?: string | undefined;
  digest?: DigestParts | undefined;
  canary?: CanaryParts | undefined;
  /** What of a referral lies outside the database, and how to tell that the clock was moved. */
  lettingGo?: LettingGo | undefined;
  now: () => Date;
  /** 0 to 1, like Math.random. */
  random: () => number;
  log: (event: CourierEvent) => void;
};

export type Courier = {
  /** Hands over all that is due now, to several services at a time. Resolves when nothing more is due. */
  makeRound(): Promise<void>;
  /** Takes the next notice that is due, and gives back what hands it over. Undefined when nothing is due. */
  takeNext(): Promise<(() => Promise<void>) | undefined>;
  /** Once a minute: takes the steps whose time has come, and tells the operator what waits for a person. */
  watch(): Promise<void>;
};

/** So many services are told at the same time; a stalled one holds up one of these. */
const handsMax = 6;

const lookEveryMs = 500;
const letGoEveryMs = 60_000;
const mendEveryMs = 5 * 60_000;
const watchEveryMs = 60_000;
const afterFailureMs = 5_000;

export function makeCourier(parts: CourierParts): Courier {
  const brake = newBrake();
  // The lease says the same in the database, but by the clock: one that runs fast must not send twice.
  const busyServices = new Set<string>();

  async function takeNext(): Promise<(() => Promise<void>) | undefined> {
    const now = parts.now();
    if (!brake.allows(now)) return undefined;
    const notice = await claimNotice(parts.store, { now, busyServices: [...busyServices] });
    if (!notice) {
      brake.forgo();
      return undefined;
    }
    busyServices.add(notice.service);
    return () => deliver(notice, parts, brake).finally(() => busyServices.delete(notice.service));
  }

  async function deliverAll(): Promise<void> {
    for (let handOver = await takeNext(); handOver; handOver = await takeNext()) await handOver();
  }

  return {
    takeNext,
    async makeRound() {
      await Promise.all(Array.from({ length: handsMax }, deliverAll));
    },
    async watch() {
      if (await isPaused(parts.store)) return;
      await escalate(parts);
      // The mail server is the same one: what is known of it holds for this mail too.
      if (!brake.allows(parts.now())) return;
      const outcome = await tellOperator(parts);
      if (outcome) steer(brake, outcome, parts.now());
      else brake.forgo();
    },
  };
}

/**
 * Works until the signal, and once a minute lets go of what has been kept long enough and looks after what nobody
 * confirms. Resolves when every attempt under way has ended.
 *
 * Each pair of hands works by itself, so a stalled mail server holds up one service and no round. Only one of those that
 * are free looks for work; whoever finds some leaves the looking to the next. A database that is busy or down is logged,
 * and met again a little later.
 */
export async function runCourier(courier: Courier, parts: CourierParts, signal: AbortSignal): Promise<void> {
  async function keepDoing(work: () => Promise<unknown>, everyMs: number): Promise<void> {
    while (!signal.aborted) {
      const worked = await work().then(
        () => true,
        () => false,
      );
      if (!worked) parts.log({ code: 'courier-failed' });
      await wait(worked ? everyMs : afterFailureMs, undefined, { signal }).catch(() => undefined);
    }
  }

  let lookout: Promise<unknown> = Promise.resolve();
  async function look() {
    if (signal.aborted) return undefined;
    const handOver = await courier.takeNext();
    if (!handOver) await wait(lookEveryMs, undefined, { signal }).catch(() => undefined);
    return handOver;
  }
  async function workOnce() {
    const found = lookout.then(look);
    lookout = found.catch(() => undefined);
    await (
      await found
    )?.();
  }

  const hands = Array.from({ length: handsMax }, () => keepDoing(workOnce, 0));
  await Promise.all([
    ...hands,
    keepDoing(newLetGo(parts), letGoEveryMs),
    keepDoing(() => mendCopies(parts.store, parts.now()), mendEveryMs),
    keepDoing(() => plantCanary(parts), watchEveryMs),
    keepDoing(() => sendDigest(parts), watchEveryMs),
    keepDoing(courier.watch, watchEveryMs),
  ]);
}

async function deliver(notice: NoticeRow, parts: CourierParts, brake: Brake): Promise<void> {
  const { service, kind, lane } = notice;
  const recipient = parts.recipientOf(service);
  const to = kind === 'policing-body' ? recipient?.policingBody : recipient?.addresses[notice.address];
  if (!recipient || to === undefined) {
    if (kind === 'policing-body') return leaveToOperator(notice, parts);
    await putOff(notice, parts, { task: { code: 'service-unlisted', service }, counted: false });
    return;
  }

  const isHeld = kind === 'referral' && lane === 'held';
  const together = [notice, ...(isHeld ? await claimHeldBeside(parts.store, notice, parts.now()) : [])];
  const references = together.map((one) => one.reference);
  const { linkTo: linkIn, operatorPhone } = parts;
  const outcome = await parts.channel.send({
    to,
    id: messageId(notice, references),
    subject: noticeSubject(kind, references),
    text: noticeText(
      { kind, references, lane, linkIn, operatorPhone, service: recipient.name ?? service },
      recipient.languages,
    ),
    date: parts.now(),
  });
  steer(brake, outcome, parts.now());
  for (const one of together) {
    parts.log({ code: `notice-${outcome.kind}`, reference: one.reference, service });
    await settle(one, outcome, recipient, parts);
  }
}

/** The same for every attempt at the same mail. One that tells of several is only the same when it tells of the same. */
function messageId({ reference, kind, round }: NoticeRow, references: readonly string[]): string {
  if (references.length > 1) {
    return `several.${createHash('sha256').update(references.toSorted().join(' ')).digest('hex').slice(0, 32)}`;
  }
  return round === 1 ? `${reference}.${kind}` : `${reference}.${kind}-${round}`;
}

function steer(brake: Brake, outcome: Outcome, now: Date): void {
  if (outcome.kind === 'stopped') brake.pull(now);
  else if (outcome.kind === 'unreached' || outcome.kind === 'unknown') brake.countBreak(now);
  else brake.release();
}

async function settle(
  notice: NoticeRow,
  outcome: Outcome,
  recipient: Recipient,
  parts: CourierParts,
): Promise<void> {
  const { service } = notice;
  const hasNoInbox = outcome.kind === 'refused' || outcome.kind === 'full';
  if (hasNoInbox && notice.kind === 'policing-body') return leaveToOperator(notice, parts);
  switch (outcome.kind) {
    case 'handed-over':
      return settleHandedOver(parts.store, notice, parts.now());
    case 'later':
    case 'unreached':
      return putOff(notice, parts, {});
    case 'unknown':
      return putOff(notice, parts, { maybeSent: true });
    case 'full':
      return putOff(notice, parts, { task: { code: 'mailbox-full', service } });
    case 'refused':
      return putOff(notice, parts, {
        waitMs: waitMsAfterRefusal(parts.random()),
        task: { code: 'address-refused', service },
        useSecondAddress: notice.address === 0 && recipient.addresses.length > 1,
      });
    case 'stopped':
      return putOff(notice, parts, { waitMs: 0, counted: false, task: stoppedTask(outcome.why) });
  }
}

function stoppedTask(why: 'sign-in' | 'tls'): Task {
  return { code: why === 'tls' ? 'mail-tls-refused' : 'mail-sign-in-refused' };
}

/** Nobody else could be told in the place of a policing body, so a person does it. */
function leaveToOperator(notice: NoticeRow, { store, now }: CourierParts): Promise<void> {
  const { reference, service } = notice;
  return settleLeftToOperator(store, notice, { code: 'tell-policing-body', reference, service }, now());
}

function putOff(
  notice: NoticeRow,
  { store, now, random }: CourierParts,
  result: Partial<PutOff>,
): Promise<void> {
  const usual = { now: now(), waitMs: waitMsAfter(notice.attempts + 1, random()), counted: true };
  return settlePutOff(store, notice, { ...usual, ...result });
}
