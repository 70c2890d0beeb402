/**
 * A service that is not the right one hands a referral on to another: sealed anew in its browser, under the same
 * reference.
 */
import { record } from './audit.ts';
import { noteCounters } from './counters.ts';
import { endEscalation } from './escalation.ts';
import { copyAgain } from './mend-copies.ts';
import { cancelDueNotices, queueNotice } from './notices.ts';
import { mayBeHandedOn, withOpened, type Attempt, type Unproved } from './opening.ts';
import { oweScrub, scrub } from './scrub.ts';
import { raiseTask, type TaskCode } from './tasks.ts';
import type { HandedOnCopy } from './second-copy.ts';
import type { ReferralRow } from './schema.ts';
import type { Change, Store } from './store.ts';

export type HandOn = Attempt & {
  to: string;
  /** Sealed to the keys of `to`, with a new inner code inside. */
  sealed: Uint8Array;
  nextCodeMac: string;
};

/**
 * `replaced`: the person has sent a newer version, and that is the one to hand on. `gone`: the sealed text was deleted.
 * `refused`: it was handed on before, so the operator is asked first; or it is a test; or it is with that service.
 */
export type HandingOn = 'done' | 'replaced' | 'gone' | 'refused' | Unproved;

/** What is asked of the operator about the service that had it. */
const tasksOfService: readonly TaskCode[] = [
  'heard-nothing',
  'inner-code-locked',
  'spool-shut',
  'link-without-key',
  'notice-unwritten',
  'not-ours',
];

/**
 * Gives a referral to another service, in one transaction: from then on the first can neither fetch nor confirm it, the
 * other is told, and every clock starts again. The reference, the receipt and what came before stay as they are.
 *
 * The same again answers `handed-on`, because its inner code is of the past.
 */
export async function handOn(store: Store, attempt: HandOn): Promise<HandingOn> {
  const { to, now } = attempt;
  const outcome = await withOpened<HandingOn>(store, attempt, async (change, referral) => {
    if (referral.sealed === null) return 'gone';
    if (await isReplaced(change, referral)) return 'replaced';
    if (!mayBeHandedOn(referral) || to === referral.service) return 'refused';
    const { service: from, handed_on, inner_code_mac: codeMac } = referral;
    const { sealed, nextCodeMac: innerCodeMac } = attempt;
    const handedOn = { times: handed_on + 1, from, at: now, codeMac };
    await moveTo(change, referral, { service: to, sealed, innerCodeMac, handedOn }, now);
    await noteCounters(change, now, [
      { name: 'handed-on-from', value: from },
      { name: 'handed-on-to', value: to },
    ]);
    await record(change, {
      at: now,
      event: 'handed-on',
      reference: referral.reference,
      detail: `${from} to ${to}`,
    });
    return 'done';
  });
  if (outcome === 'done') {
    await scrub(store);
    // Owed until it is written: without one it is handed on all the same, and the courier writes it later.
    await copyAgain(store, attempt.reference).catch(() => undefined);
  }
  return outcome;
}

export type Moved = { service: string; sealed: Uint8Array; innerCodeMac: string; handedOn: HandedOnCopy };

/** Puts a referral into the hands of another service, with a notice to it. */
export async function moveTo(
  change: Change,
  { reference }: Pick<ReferralRow, 'reference'>,
  { service, sealed, innerCodeMac, handedOn }: Moved,
  now: Date,
): Promise<void> {
  await cancelDueNotices(change, reference, 'referral');
  await endEscalation(change, reference, now, tasksOfService);
  await change.deleteFrom('escalation').where('reference', '=', reference).execute();
  await change
    .updateTable('referral')
    .set({
      service,
      state: 'waiting',
      sealed,
      inner_code_mac: innerCodeMac,
      wrong_codes: 0,
      handed_over_at: null,
      acknowledged_at: null,
      heard_nothing_at: null,
      handed_on: handedOn.times,
      handed_on_from: handedOn.from,
      handed_on_at: handedOn.at.getTime(),
      handed_on_code_mac: handedOn.codeMac,
      hand_ons_left: 0,
      copy_owed: 1,
    })
    .where('reference', '=', reference)
    .execute();
  // Somebody has opened it, so there is no more reason to hold it back.
  await queueNotice(change, { reference, service, kind: 'referral', lane: 'normal', dueAt: now });
  await oweScrub(change);
}

async function isReplaced(change: Change, { form_key_mac, version }: ReferralRow): Promise<boolean> {
  const newer = await change
    .selectFrom('referral')
    .select('reference')
    .where('form_key_mac', '=', form_key_mac)
    .where('version', '>', version)
    .limit(1)
    .executeTakeFirst();
  return newer !== undefined;
}

/** `already`: the operator has been asked, and nobody there has answered yet. */
export type Asking = 'asked' | 'already' | Unproved;

/** Whoever has opened a referral that is not theirs, and may not hand it on, asks the operator to phone. */
export function askOperator(store: Store, attempt: Attempt): Promise<Asking> {
  return withOpened<Asking>(store, attempt, async (change, { reference, service }) =>
    (await raiseTask(change, { code: 'not-ours', reference, service }, attempt.now)) ? 'asked' : 'already',
  );
}
