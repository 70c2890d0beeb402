/**
 * What is done while nobody confirms a referral, or has heard that it was taken back: found by its clocks, done once, ended
 * with the waiting.
 */
import { sql, type ExpressionBuilder } from 'kysely';
import { record } from './audit.ts';
import { canaryService } from './canary.ts';
import { aheadMsMax, countedFrom } from './dated-ahead.ts';
import { withoutWord } from './no-contact.ts';
import { cancelDueNotices } from './notices.ts';
import { formTurn, inTurn, type Change, type Store } from './store.ts';
import { closeTasksOf, type TaskCode } from './tasks.ts';
import { withServiceSince } from './with-service-since.ts';
import type { EscalationStep, ReferralState, Tables } from './schema.ts';

export type DueReferral = { reference: string; service: string; formKeyMac: string };

/** More than this at a time would keep a courier from stopping when told; the next minute takes the rest. */
const atATimeMax = 500;

/**
 * `hand-over` runs while nobody has been told, `answer` from then until somebody confirms, `decision` through both, `test`
 * the same for a test of a service, and `no-contact` while a service does not know that a referral was taken back.
 */
type Clock = 'hand-over' | 'answer' | 'decision' | 'test' | 'no-contact';

const clockOf: Readonly<Record<EscalationStep, Clock>> = {
  'late-4h': 'hand-over',
  'late-24h': 'hand-over',
  remind: 'answer',
  phone: 'answer',
  'policing-body': 'answer',
  'decide-30': 'decision',
  'decide-90': 'decision',
  'no-contact-4h': 'no-contact',
  'no-contact-24h': 'no-contact',
  test: 'test',
};

/** The referrals whose clock for this step started at `since` or before, and that have not had it; the oldest first. */
export async function referralsDueFor(
  store: Store,
  { step, since, now }: { step: EscalationStep; since: Date; now: Date },
): Promise<readonly DueReferral[]> {
  const rows = await dueFor(store.db, { step, since, now })
    .orderBy('referral.accepted_at')
    .orderBy('referral.reference')
    .limit(atATimeMax)
    .execute();
  return rows.map(({ reference, service, form_key_mac }) => ({
    reference,
    service,
    formKeyMac: form_key_mac,
  }));
}

/**
 * Takes a step for one referral, with all that belongs to it in one transaction. False when there is nothing to do any
 * more: somebody confirmed, the person withdrew or corrected, or another courier was first.
 *
 * @param settles an earlier step that this one makes needless
 */
export function takeStep(
  store: Store,
  referral: DueReferral,
  {
    step,
    settles,
    since,
    now,
  }: { step: EscalationStep; settles?: EscalationStep | undefined; since: Date; now: Date },
  act: (change: Change) => Promise<void>,
): Promise<boolean> {
  const { reference, formKeyMac } = referral;
  return inTurn(store, formTurn(formKeyMac), async (change) => {
    const due = await dueFor(change, { step, since, now })
      .where('referral.reference', '=', reference)
      .executeTakeFirst();
    if (!due) return false;
    for (const taken of settles ? [step, settles] : [step]) {
      await change
        .insertInto('escalation')
        .values({ reference, step: taken, at: now.getTime() })
        .onConflict((conflict) => conflict.columns(['reference', 'step']).doUpdateSet({ at: now.getTime() }))
        .execute();
    }
    await record(change, { at: now, event: 'escalated', reference, detail: step });
    await act(change);
    return true;
  });
}

const tasksWhileWaiting: readonly TaskCode[] = [
  'not-handed-over-4h',
  'not-handed-over-24h',
  'phone-service',
  'tell-policing-body',
  'decide',
  'test-unconfirmed',
];

/**
 * Nobody need be reminded of this referral any more: what has not been sent is not, and what was asked of the operator
 * is done.
 */
export async function endEscalation(
  change: Change,
  reference: string,
  now: Date,
  furtherTasks: readonly TaskCode[] = [],
): Promise<void> {
  await cancelDueNotices(change, reference, 'reminder');
  await cancelDueNotices(change, reference, 'policing-body');
  await closeTasksOf(change, reference, [...tasksWhileWaiting, ...furtherTasks], now);
}

function dueFor(db: Store['db'], { step, since, now }: { step: EscalationStep; since: Date; now: Date }) {
  const at = since.getTime();
  const clock = clockOf[step];
  // The hourly canary is a test too, and has an alarm of its own.
  return db
    .selectFrom('referral')
    .select(['referral.reference', 'referral.service', 'referral.form_key_mac'])
    .where('referral.test', '=', clock === 'test' ? 1 : 0)
    .where('referral.service', '!=', canaryService)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('escalation')
            .select('escalation.step')
            .whereRef('escalation.reference', '=', 'referral.reference')
            .where('escalation.step', '=', step)
            // A step that is dated ahead has still to come.
            .where('escalation.at', '<=', now.getTime() + aheadMsMax),
        ),
      ),
    )
    .where((referral) =>
      clock === 'no-contact'
        ? referral('referral.reference', 'in', withoutWord(db, since, now).select('notice.reference'))
        : isUnanswered(referral, clock, at, now),
    );
}

/** The newest version of a form speaks for the earlier ones, whose clocks stand still. */
function isUnanswered(
  referral: ExpressionBuilder<Tables, 'referral'>,
  clock: Exclude<Clock, 'no-contact'>,
  at: number,
  now: Date,
) {
  const { and, not, exists, selectFrom } = referral;
  const states: readonly ReferralState[] =
    clock === 'hand-over' ? ['waiting'] : clock === 'answer' ? ['handed-over'] : ['waiting', 'handed-over'];
  const newer = selectFrom('referral as newer')
    .select('newer.reference')
    .whereRef('newer.form_key_mac', '=', 'referral.form_key_mac')
    .whereRef('newer.version', '>', 'referral.version');
  // What was held back on purpose is not late before it has been due for as long as any other.
  const heldBack = selectFrom('notice')
    .select('notice.id')
    .whereRef('notice.reference', '=', 'referral.reference')
    .where('notice.kind', '=', 'referral')
    .where('notice.state', '=', 'due')
    .where(countedFrom(sql<number>`notice.first_due_at`, 'notice.reference', now), '>', at);
  const started =
    clock === 'answer' ? sql<number>`referral.handed_over_at` : sql<number>`referral.accepted_at`;
  return and([
    referral('referral.state', 'in', states),
    referral(countedFrom(started, 'referral.reference', now), '<=', at),
    referral(withServiceSince(now), '<=', at),
    not(exists(newer)),
    ...(clock === 'hand-over' ? [not(exists(heldBack))] : []),
  ]);
}
