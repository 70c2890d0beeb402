/** The courier: takes what is due from the outbox, and hands it over. It never gives up. */
import type { WorkerLanguageCode } from '../../i18n/languages.ts';
import { noteDatedAhead } from '../store/dated-ahead.ts';
import type { LettingGo } from '../store/lay-tombstones.ts';
import { claimBeside, claimNotice, keepLease, leaseMs } from '../store/outbox.ts';
import { isPaused } from '../store/pause.ts';
import { noteTask } from '../store/tasks.ts';
import type { NoticeRow } from '../store/schema.ts';
import type { Store } from '../store/store.ts';
import { newBrake, type Brake } from './brake.ts';
import type { CanaryParts } from './canary.ts';
import type { ContentChannel } from './channels/content.ts';
import type { NoticeChannel } from './channels/notice.ts';
import type { WebhookChannel } from './channels/webhook.ts';
import type { DigestParts } from './digest.ts';
import { escalate } from './escalate.ts';
import type { Outcome } from './outcome.ts';
import { parcelsFor, wayOf, type Line, type Webhook } from './parcels.ts';
import type { ServiceTests } from './service-tests.ts';
import { leaveToOperator, putOff, settle, stoppedMs } from './settle.ts';
import type { Spool } from './spool.ts';
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
  /** Its mails carry the whole referral, once its mailbox has been verified. */
  content?: 'verified' | 'unverified' | undefined;
  /** Keys of its own open what is sealed for it; without, a link is of no use to it. */
  hasKeys?: boolean | undefined;
  /** A case system that is told before the addresses. */
  webhook?: Webhook | undefined;
};

export type CourierParts = {
  store: Store;
  channel: NoticeChannel;
  /** Where some services receive whole referrals by mail: which, and by what. */
  content?: { services: readonly string[]; channel: ContentChannel } | undefined;
  /** Where some services receive by their case system. */
  webhooks?: { services: readonly string[]; channel: WebhookChannel } | undefined;
  /** Opens what leaves in the clear. */
  spool?: Spool | undefined;
  recipientOf: (service: string) => Recipient | undefined;
  /** The page on which a service opens this reference, once it had been handed on so often. */
  linkTo: (reference: string, language: WorkerLanguageCode, handedOn: number) => string;
  operatorPhone?: string | undefined;
  /** Without it, the operator is told on the operator's page only. */
  operatorEmail?: string | undefined;
  digest?: DigestParts | undefined;
  canary?: CanaryParts | undefined;
  serviceTests?: ServiceTests | undefined;
  /** What of a referral lies outside the database. */
  lettingGo?: LettingGo | undefined;
  /** While it is not, nothing is done by the clock that cannot be taken back. */
  isClockSteady: () => Promise<boolean>;
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
export const handsMax = 6;

/** Counts beside the services; none of them has this id. */
const operator = '';

/** Services that share a way out, and the brake that keeps it from being hammered. */
type Road = { line: Line; brake: Brake; only?: readonly string[]; except?: readonly string[] };

export function makeCourier(parts: CourierParts): Courier {
  const roads = roadsOf(parts);
  // The lease says the same in the database, but by the clock: one that runs fast must not send twice.
  const busyServices = new Set<string>();
  let turn = 0;

  async function takeNext(): Promise<(() => Promise<void>) | undefined> {
    // Each road comes first in its turn, so that ten thousand notices on one do not hide the others.
    turn += 1;
    for (let step = 0; step < roads.length; step++) {
      const road = roads[(turn + step) % roads.length];
      const handOver = road && (await takeNextOn(road));
      if (handOver) return handOver;
    }
    return undefined;
  }

  async function takeNextOn(road: Road): Promise<(() => Promise<void>) | undefined> {
    const { brake, only, except = [] } = road;
    const now = parts.now();
    if (!brake.allows(now)) return undefined;
    const claim = (others: readonly string[]) =>
      claimNotice(parts.store, {
        now,
        busyServices: [...busyServices, ...except, ...others],
        onlyServices: only,
      });
    const probed = brake.probed();
    const notice = (await claim(probed)) ?? (probed.length > 0 ? await claim([]) : undefined);
    if (!notice) {
      brake.forgo();
      return undefined;
    }
    brake.begin(notice.service);
    busyServices.add(notice.service);
    return () => deliver(notice, parts, road, roads).finally(() => busyServices.delete(notice.service));
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
      // At once, and also by a clock in doubt: it changes nothing that counts once the clock is right.
      await noteDatedAhead(parts.store, parts.now());
      if (await parts.isClockSteady()) await escalate(parts);
      // The mail server is the same one: what is known of it holds for this mail too.
      const brake = brakeOf('mail', roads);
      if (!brake.allows(parts.now())) return;
      const outcome = await tellOperator(parts);
      if (outcome) steer(brake, outcome, parts.now(), operator);
      else brake.forgo();
    },
  };
}

function roadsOf({ content, webhooks }: CourierParts): readonly Road[] {
  const apart = [...(content?.services ?? []), ...(webhooks?.services ?? [])];
  return [
    { line: 'mail', brake: newBrake(), except: apart },
    ...(content ? [{ line: 'content', brake: newBrake(), only: content.services } as const] : []),
    // Each case system is a server of its own, and the schedule of its notices is brake enough: nobody puts this one on.
    ...(webhooks ? [{ line: 'webhook', brake: newBrake(), only: webhooks.services } as const] : []),
  ];
}

function brakeOf(line: Line, roads: readonly Road[]): Brake {
  return roads.find((road) => road.line === line)?.brake ?? newBrake();
}

async function deliver(
  notice: NoticeRow,
  parts: CourierParts,
  road: Road,
  roads: readonly Road[],
): Promise<void> {
  const { service, kind } = notice;
  const recipient = parts.recipientOf(service);
  const way = recipient && wayOf(notice, recipient);
  if (!recipient || !way) {
    if (kind === 'policing-body') return leaveToOperator(notice, parts);
    // Only the address has left the directory: the notices to those that stayed tell the service.
    if (recipient) return putOff(notice, parts, {});
    return putOff(notice, parts, { task: { code: 'service-unlisted', service }, counted: false });
  }
  // Claimed on one road and sent on another, such as a notice to the mailbox beside a case system.
  const brake = brakeOf(way.line, roads);
  if (way.line !== road.line && !brake.allows(parts.now()))
    return putOff(notice, parts, { waitMs: stoppedMs, counted: false });

  const hasCompany = notice.together === 1 && way.line !== 'webhook';
  const together = [notice, ...(hasCompany ? await claimBeside(parts.store, notice, parts.now()) : [])];
  for (const { notices, send, tasks = [] } of await parcelsFor(way, together, recipient, parts)) {
    if (!(await keepLease(parts.store, notices, parts.now(), way.line === 'webhook' ? 'webhook' : way.to)))
      continue;
    for (const task of tasks) await noteTask(parts.store, task, parts.now());
    const outcome = await attempt(send);
    if (way.line !== 'webhook') steer(brake, outcome, parts.now(), service);
    const waitsForBrake = way.line === road.line && way.line !== 'webhook';
    for (const one of notices) {
      parts.log({ code: `${logWord[way.line]}-${outcome.kind}`, reference: one.reference, service });
      await settle(one, outcome, { way, recipient, waitMs: waitsForBrake ? 0 : stoppedMs }, parts);
    }
  }
}

/**
 * One text that cannot be written must not keep those behind it waiting, nor an attempt that never ends. Each channel has a
 * deadline of its own, well before this one.
 */
async function attempt(send: () => Promise<Outcome>): Promise<Outcome> {
  const { promise: late, resolve: giveUp } = Promise.withResolvers<Outcome>();
  const deadline = setTimeout(giveUp, leaseMs, { kind: 'unknown' });
  try {
    return await Promise.race([send(), late]);
  } catch {
    return { kind: 'unwritten' };
  } finally {
    clearTimeout(deadline);
  }
}

const logWord = { mail: 'notice', content: 'content', webhook: 'webhook' } as const;

function steer(brake: Brake, outcome: Outcome, now: Date, service: string): void {
  // One recipient we may not mail to is no reason to keep mail from the others.
  if (outcome.kind === 'stopped' && outcome.why === 'relay') brake.countBreak(now, service);
  else if (outcome.kind === 'stopped') brake.pull(now);
  else if (outcome.kind === 'unreached') brake.countBreak(now);
  else if (outcome.kind === 'unknown') brake.countBreak(now, service);
  else if (outcome.kind === 'unwritten') brake.forgo();
  else brake.release();
}
