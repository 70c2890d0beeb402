/** Keeping a sealed referral: from here on it cannot be lost. */
import type { Role } from '../../referral/choices.ts';
import type { Lane } from '../../referral/envelope.ts';
import { record } from './audit.ts';
import { noteCounters, type Counter } from './counters.ts';
import { endEscalation } from './escalation.ts';
import { cancelDueNotices, queueNotice } from './notices.ts';
import { noteFailedCopy } from './mend-copies.ts';
import type { Copy } from './second-copy.ts';
import { takeBack } from './status.ts';
import { formTurn, inTurn, type Change, type Store } from './store.ts';

export type SealedReferral = {
  /** Bare, as `newReference` makes it. */
  reference: string;
  service: string;
  /** ONS code. Area, role and language are counted, and not kept with the referral. */
  area: string | null;
  role: Role;
  language: string;
  lane: Lane;
  /** The MACs are hex, made by `src/server/secrets.ts`. */
  formKeyMac: string;
  contentMac: string;
  receiptMac: string;
  innerCodeMac: string;
  sealed: Uint8Array;
  acceptedAt: Date;
  /** Further answers that are only counted, such as how the person heard of the service. */
  counters: readonly Counter[];
  /** Many came to this service within the hour: its notice waits a little for others, and goes with them in one mail. */
  isOneOfMany?: boolean;
  /** Made to try the way out: nobody is waiting, and nothing is counted. */
  isTest?: boolean;
};

/** What stays of it: no area, role or language, and the text to compare a post with only for a while. */
export type KeptReferral = Copy & { contentMac: string | null };

/** `repeated` when nothing was kept, and `reference` is that of an earlier post of this form. */
export type Accepted = {
  reference: string;
  repeated: boolean;
  version: number;
  /** What that post had brought was taken back since. */
  takenBack?: true;
};

/** More corrections of one form than this look like a flood, and leave in the held lane. */
export const versionsMax = 3;

/** A held notice leaves this much later, well within the two working hours promised for it. */
export const heldMs = 60 * 60 * 1000;

/** Notices that are many leave together at these turns of the clock. */
export const togetherEveryMs = 10 * 60 * 1000;

/**
 * Keeps a sealed referral and everything that must be true with it, in one transaction.
 *
 * Resolves only once a power cut could not undo it. The same form key with the same content changes nothing;
 * with other content it is a correction, which supersedes the earlier one. A form that was taken back keeps nothing any
 * more, whatever its content: a page loaded again, or a post that was late, is nobody's wish to be called after all.
 *
 * A second copy is written before it resolves. Without one it is accepted all the same, and the courier writes it later.
 *
 * @throws StoreError within three seconds when it is not on disk; the person must then be told so.
 */
export async function accept(store: Store, referral: SealedReferral): Promise<Accepted> {
  const { kept, ...accepted } = await inTurn(store, formTurn(referral.formKeyMac), (change) =>
    keep(change, referral),
  );
  if (kept) await store.secondCopy?.keep(kept).catch(() => noteFailedCopy(store, kept.acceptedAt));
  return accepted;
}

async function keep(change: Change, referral: SealedReferral): Promise<Accepted & { kept?: KeptReferral }> {
  const earlier = await newestOfForm(change, referral.formKeyMac);
  if (earlier?.state === 'withdrawn')
    return { reference: earlier.reference, repeated: true, version: earlier.version, takenBack: true };
  const isRepeated = earlier?.content_mac === referral.contentMac;
  if (isRepeated) return { reference: earlier.reference, repeated: true, version: earlier.version };

  const version = (earlier?.version ?? 0) + 1;
  const {
    reference,
    service,
    formKeyMac,
    contentMac,
    innerCodeMac,
    sealed,
    acceptedAt,
    isTest = false,
  } = referral;
  const kept: KeptReferral = {
    reference,
    service,
    lane: version > versionsMax ? 'held' : referral.lane,
    formKeyMac,
    version,
    contentMac,
    // Null when the person has said they want no code: a correction must not bring it back.
    receiptMac: earlier?.receipt_mac === null ? null : referral.receiptMac,
    innerCodeMac,
    isTest,
    acceptedAt,
    sealed,
  };
  await addReferral(change, kept, referral.isOneOfMany);
  if (earlier) await replaceEarlier(change, kept, acceptedAt);
  else if (!isTest) await noteCounters(change, acceptedAt, [...referral.counters, acceptedCounter(referral)]);
  await record(change, { at: acceptedAt, event: 'accepted', reference });
  return { reference, repeated: false, version, kept };
}

function newestOfForm(change: Change, formKeyMac: string) {
  return change
    .selectFrom('referral')
    .select(['reference', 'version', 'state', 'content_mac', 'receipt_mac'])
    .where('form_key_mac', '=', formKeyMac)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** Puts it among those that wait, with a notice to its service. */
export async function addReferral(change: Change, kept: KeptReferral, isOneOfMany = false): Promise<void> {
  const { reference, service, lane, acceptedAt, handedOn } = kept;
  await change
    .insertInto('referral')
    .values({
      reference,
      service,
      state: 'waiting',
      lane,
      form_key_mac: kept.formKeyMac,
      version: kept.version,
      content_mac: kept.contentMac,
      receipt_mac: kept.receiptMac,
      inner_code_mac: kept.innerCodeMac,
      wrong_codes: 0,
      sealed: kept.sealed,
      test: kept.isTest ? 1 : 0,
      accepted_at: acceptedAt.getTime(),
      acknowledged_at: null,
      closed_at: null,
      ...(handedOn && {
        handed_on: handedOn.times,
        handed_on_from: handedOn.from,
        handed_on_at: handedOn.at.getTime(),
        handed_on_code_mac: handedOn.codeMac,
        hand_ons_left: 0,
      }),
    })
    .execute();
  const together = lane === 'held' || isOneOfMany;
  const dueAt = dueFrom(acceptedAt, lane, isOneOfMany);
  await queueNotice(change, { reference, service, kind: 'referral', lane, dueAt, together });
}

function dueFrom(acceptedAt: Date, lane: Lane, isOneOfMany: boolean): Date {
  const at = acceptedAt.getTime();
  if (lane === 'held') return new Date(at + heldMs);
  return isOneOfMany ? new Date(Math.ceil(at / togetherEveryMs) * togetherEveryMs) : acceptedAt;
}

type Correction = Pick<KeptReferral, 'formKeyMac' | 'version' | 'service'>;

/**
 * A correction takes the place of what it corrects. Where it is for another service, the first is told not to make contact,
 * if it may have been told at all, and has nothing left to open: the person would be called by both.
 */
export async function replaceEarlier(
  change: Change,
  { formKeyMac, version, service }: Correction,
  now: Date,
): Promise<void> {
  const earlier = await change
    .selectFrom('referral')
    .select(['reference', 'service'])
    .where('form_key_mac', '=', formKeyMac)
    .where('version', '<', version)
    .where('state', '!=', 'withdrawn')
    .orderBy('version', 'desc')
    .execute();
  // The courier scrubs within a minute; the person must not wait for that.
  for (const one of earlier) if (one.service !== service) await takeBack(change, one.reference, now);
  const [newest] = earlier;
  if (newest?.service === service) await supersede(change, newest.reference, now);
}

/**
 * What nobody has been told of yet is told once, as the correction. What was handed over stays, and names its
 * correction.
 */
async function supersede(change: Change, reference: string, now: Date): Promise<void> {
  const { numUpdatedRows } = await change
    .updateTable('referral')
    .set({ state: 'superseded' })
    .where('reference', '=', reference)
    .where('state', '=', 'waiting')
    .executeTakeFirst();
  if (numUpdatedRows > 0n) await cancelDueNotices(change, reference, 'referral');
  await endEscalation(change, reference, now);
  await record(change, { at: now, event: 'superseded', reference });
}

function acceptedCounter({ area, role, language, lane }: SealedReferral): Counter {
  return { name: 'accepted', value: [area ?? 'no-area', role, language, lane].join(' ') };
}
