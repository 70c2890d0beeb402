/** What a service can fetch, and how it says that it has read it. */
import { record } from './audit.ts';
import { noteCounters } from './counters.ts';
import { endEscalation } from './escalation.ts';
import { cancelDueNotices } from './notices.ts';
import { sealedMsAfterAcknowledgement } from './retention.ts';
import { formTurn, inTurn, type Change, type Store } from './store.ts';
import { raiseTask } from './tasks.ts';
import type { ReferralRow, ReferralState } from './schema.ts';

export type SealedForOpening = {
  sealed: Uint8Array;
  service: string;
  /** The reference this one corrects, and the one that corrects it. */
  supersedes?: string;
  supersededBy?: string;
  acceptedAt: Date;
  state: ReferralState;
  /** How often it was handed on. */
  handedOn: number;
  /** It can be handed on to another service without the operator. */
  mayBeHandedOn: boolean;
  /** When the sealed text will be deleted; absent until somebody has confirmed. */
  goneOn?: Date;
};

/**
 * Why a code proves nothing. `locked` after too many wrong ones, even for the right one. `withdrawn` and `handed-on` are
 * said only to who has the right code, or had it before the referral was handed on.
 */
export type Unproved = 'wrong-code' | 'locked' | 'withdrawn' | 'handed-on' | 'unknown';

export type Acknowledgement = 'acknowledged' | 'already' | Unproved;

export const wrongCodesMax = 10;

/** The sealed text, or why there is none: `withdrawn` by the person, `gone` with time, undefined when never heard of. */
export async function openSealed(
  store: Store,
  reference: string,
): Promise<SealedForOpening | 'gone' | 'withdrawn' | undefined> {
  const referral = await store.db
    .selectFrom('referral')
    .selectAll()
    .where('reference', '=', reference)
    .executeTakeFirst();
  if (!referral) return undefined;
  if (referral.state === 'withdrawn') return 'withdrawn';
  if (referral.sealed === null) return 'gone';

  const supersedes = await versionOf(store, referral, referral.version - 1);
  const supersededBy = await versionOf(store, referral, referral.version + 1);
  return {
    sealed: new Uint8Array(referral.sealed),
    service: referral.service,
    ...(supersedes && { supersedes }),
    ...(supersededBy && { supersededBy }),
    acceptedAt: new Date(referral.accepted_at),
    state: referral.state,
    handedOn: referral.handed_on,
    mayBeHandedOn: mayBeHandedOn(referral),
    ...(referral.acknowledged_at !== null && {
      goneOn: new Date(referral.acknowledged_at + sealedMsAfterAcknowledgement),
    }),
  };
}

/** A test stays where it was sent: it is there to show that this service receives. */
export function mayBeHandedOn({ hand_ons_left, test }: Pick<ReferralRow, 'hand_ons_left' | 'test'>): boolean {
  return hand_ons_left > 0 && test === 0;
}

/** Who has a referral and how often it was handed on, whatever became of it since. */
export type Whereabouts = { handedOn: number; service: string; isConfirmed: boolean; isWithdrawn: boolean };

export async function whereaboutsOf(store: Store, reference: string): Promise<Whereabouts | undefined> {
  const referral = await store.db
    .selectFrom('referral')
    .select(['handed_on', 'service', 'state', 'acknowledged_at'])
    .where('reference', '=', reference)
    .executeTakeFirst();
  return (
    referral && {
      handedOn: referral.handed_on,
      service: referral.service,
      isConfirmed: referral.acknowledged_at !== null,
      isWithdrawn: referral.state === 'withdrawn',
    }
  );
}

/**
 * Confirms that a person at the service has opened the referral: only they can know the inner code.
 *
 * Doing it again changes nothing and answers `already`.
 */
export async function acknowledge(store: Store, attempt: Attempt): Promise<Acknowledgement> {
  return withOpened<Acknowledgement>(store, attempt, async (change, referral) => {
    if (referral.state === 'acknowledged' || referral.state === 'closed') return 'already';
    await markAcknowledged(change, referral, attempt.now);
    return 'acknowledged';
  });
}

/** Somebody says that they have opened a referral: the MAC of the inner code they typed or read is to prove it. */
export type Attempt = { reference: string; innerCodeMac: string; now: Date };

/** Does something, in the turn of its form, for who has opened a referral, and for nobody else. */
export async function withOpened<Outcome>(
  store: Store,
  attempt: Attempt,
  work: (change: Change, referral: ReferralRow) => Promise<Outcome>,
): Promise<Outcome | Unproved> {
  const found = await store.db
    .selectFrom('referral')
    .select('form_key_mac')
    .where('reference', '=', attempt.reference)
    .executeTakeFirst();
  if (!found) return 'unknown';

  return inTurn(store, formTurn(found.form_key_mac), async (change) => {
    const referral = await change
      .selectFrom('referral')
      .selectAll()
      .where('reference', '=', attempt.reference)
      .executeTakeFirst();
    if (!referral) return 'unknown';
    // All sides are MACs under a key of ours, so how long a comparison takes tells nothing. The code from before it was
    // handed on stands on paper somewhere: it is not a guess, and must not lock out those who have the referral.
    if (referral.handed_on_code_mac === attempt.innerCodeMac) {
      return referral.state === 'withdrawn' ? 'withdrawn' : 'handed-on';
    }
    if (referral.wrong_codes >= wrongCodesMax) return 'locked';
    if (referral.inner_code_mac !== attempt.innerCodeMac) {
      await countWrongCode(change, referral, attempt.now);
      return 'wrong-code';
    }
    if (referral.state === 'withdrawn') return 'withdrawn';
    return work(change, referral);
  });
}

type Known = Pick<ReferralRow, 'reference' | 'service' | 'form_key_mac' | 'version' | 'wrong_codes' | 'test'>;

async function countWrongCode(
  change: Change,
  { reference, service, wrong_codes }: Known,
  now: Date,
): Promise<void> {
  const wrong = wrong_codes + 1;
  await change
    .updateTable('referral')
    .set({ wrong_codes: wrong })
    .where('reference', '=', reference)
    .execute();
  await record(change, { at: now, event: 'wrong-code', reference });
  if (wrong >= wrongCodesMax) await raiseTask(change, { code: 'inner-code-locked', reference, service }, now);
}

/** Whoever has read a correction needs no reminder of what it corrects: the earlier ones end with it. */
async function markAcknowledged(change: Change, referral: Known, now: Date): Promise<void> {
  const { reference, form_key_mac, version, service, test } = referral;
  await change
    .updateTable('referral')
    .set({ state: 'superseded', acknowledged_at: now.getTime() })
    .where('form_key_mac', '=', form_key_mac)
    .where('version', '<', version)
    .where('state', 'in', ['waiting', 'handed-over', 'superseded'])
    .execute();
  await change
    .updateTable('referral')
    .set({ state: 'acknowledged', acknowledged_at: now.getTime() })
    .where('reference', '=', reference)
    .execute();

  const settled = await change
    .selectFrom('referral')
    .select('reference')
    .where('form_key_mac', '=', form_key_mac)
    .where('version', '<=', version)
    .execute();
  for (const each of settled) {
    await cancelDueNotices(change, each.reference, 'referral');
    await endEscalation(change, each.reference, now);
  }
  if (test === 0) await noteCounters(change, now, [{ name: 'acknowledged', value: service }]);
  await record(change, { at: now, event: 'acknowledged', reference });
}

async function versionOf(store: Store, of: ReferralRow, version: number): Promise<string | undefined> {
  const row = await store.db
    .selectFrom('referral')
    .select('reference')
    .where('form_key_mac', '=', of.form_key_mac)
    .where('version', '=', version)
    .where('state', '!=', 'withdrawn')
    .executeTakeFirst();
  return row?.reference;
}
