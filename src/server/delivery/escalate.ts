/**
 * What happens while nobody confirms a referral, or has heard that it was taken back: who hears of it, and when. The whole
 * table is in this file.
 *
 * A step is due by instants that are stored, so a courier that was off for a week takes each once and no more. Clock hours
 * count from when the notice could first go, working days from the hand-over, and days from when it was accepted.
 */
import { referralsDueFor, takeStep, type DueReferral } from '../store/escalation.ts';
import { noContactTasks, servicesWithoutWord } from '../store/no-contact.ts';
import { laneOfFollowing, queueNotice, queueReminders } from '../store/notices.ts';
import type { EscalationStep } from '../store/schema.ts';
import type { Change } from '../store/store.ts';
import { closeTasksOf, raiseTask, raiseTaskAgain } from '../store/tasks.ts';
import { countWays } from '../directory.ts';
import { workingDaysBefore } from '../working-time.ts';
import type { CourierParts, Recipient } from './courier.ts';

type Due = DueReferral & { now: Date; recipient: Recipient | undefined };

type Plan = {
  step: EscalationStep;
  /** An earlier step that has nothing to add once this one is taken. */
  settles?: EscalationStep;
  /** A clock that started then, or before, has run long enough. */
  since: (now: Date) => Date;
  act: (change: Change, due: Due) => Promise<unknown>;
};

const hourMs = 60 * 60 * 1000;
const hoursBefore = (hours: number) => (now: Date) => new Date(now.getTime() - hours * hourMs);
const daysBefore = (days: number) => hoursBefore(24 * days);
const workingDays = (days: number) => (now: Date) => workingDaysBefore(now, days);

/** Of two steps that say the same, the later stands first and settles the earlier: who looks late hears it once. */
const plans: readonly Plan[] = [
  {
    step: 'late-24h',
    settles: 'late-4h',
    since: hoursBefore(24),
    act: async (change, { reference, service, now }) => {
      await closeTasksOf(change, reference, ['not-handed-over-4h'], now);
      await raiseTask(change, { code: 'not-handed-over-24h', reference, service }, now);
    },
  },
  {
    step: 'late-4h',
    since: hoursBefore(4),
    act: (change, { reference, service, now }) =>
      raiseTask(change, { code: 'not-handed-over-4h', reference, service }, now),
  },
  {
    step: 'remind',
    since: workingDays(1),
    act: (change, { reference, service, now, recipient }) =>
      queueReminders(change, {
        reference,
        service,
        // A service that is not listed has one too: it waits in the outbox and raises a task there.
        addresses: recipient ? countWays(recipient) : 1,
        dueAt: now,
      }),
  },
  {
    step: 'phone',
    since: workingDays(2),
    act: (change, { reference, service, now }) =>
      raiseTask(change, { code: 'phone-service', reference, service }, now),
  },
  {
    step: 'policing-body',
    since: workingDays(5),
    act: tellPolicingBody,
  },
  {
    step: 'decide-90',
    settles: 'decide-30',
    since: daysBefore(90),
    act: demandDecision,
  },
  {
    step: 'decide-30',
    since: daysBefore(30),
    act: demandDecision,
  },
  {
    step: 'no-contact-24h',
    settles: 'no-contact-4h',
    since: hoursBefore(24),
    act: (change, due) => stopByPhone(change, 'no-contact-24h', due),
  },
  {
    step: 'no-contact-4h',
    since: hoursBefore(4),
    act: (change, due) => stopByPhone(change, 'no-contact-4h', due),
  },
  {
    step: 'test',
    since: workingDays(5),
    act: (change, { reference, service, now }) =>
      raiseTask(change, { code: 'test-unconfirmed', reference, service }, now),
  },
];

/** Takes every step whose time has come. Any number of couriers may do so at once. */
export async function escalate({ store, recipientOf, now, log }: CourierParts): Promise<void> {
  for (const { step, settles, since: sinceAt, act } of plans) {
    const at = now();
    const since = sinceAt(at);
    for (const referral of await referralsDueFor(store, { step, since, now: at })) {
      const { reference, service } = referral;
      const due = { ...referral, now: at, recipient: recipientOf(service) };
      const taken = await takeStep(store, referral, { step, settles, since, now: at }, async (change) => {
        await act(change, due);
      });
      if (taken) log({ code: `escalated-${step}`, reference, service });
    }
  }
}

async function tellPolicingBody(change: Change, { reference, service, now, recipient }: Due): Promise<void> {
  if (recipient?.policingBody === undefined) {
    await raiseTask(change, { code: 'tell-policing-body', reference, service }, now);
  } else {
    await queueNotice(change, {
      reference,
      service,
      kind: 'policing-body',
      lane: laneOfFollowing,
      dueAt: now,
    });
  }
}

/** Whoever had it handed on to them has to know, and so has whoever handed it on: each is a call of its own. */
async function stopByPhone(
  change: Change,
  code: (typeof noContactTasks)[number],
  { reference, now }: Due,
): Promise<void> {
  await closeTasksOf(change, reference, noContactTasks, now);
  for (const service of await servicesWithoutWord(change, reference, now))
    await raiseTask(change, { code, reference, service }, now);
}

function demandDecision(change: Change, { reference, service, now }: Due): Promise<void> {
  return raiseTaskAgain(change, { code: 'decide', reference, service }, now);
}
