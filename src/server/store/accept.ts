/** Keeping a sealed referral: from here on it cannot be lost. */
import type { Role } from '../../referral/choices.ts';
import type { Lane } from '../../referral/envelope.ts';
import { record } from './audit.ts';
import { addCounters, type Counter } from './counters.ts';
import { cancelDueNotices, queueNotice } from './notices.ts';
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
};

/** `repeated` when the same post had been kept before, and `reference` is the one given then. */
export type Accepted = { reference: string; repeated: boolean; version: number };

/** More corrections of one form than this look like a flood, and leave in the held lane. */
export const versionsMax = 3;

/** A held notice leaves this much later, well within the two working hours promised for it. */
export const heldMs = 60 * 60 * 1000;

/**
 * Keeps a sealed referral and everything that must be true with it, in one transaction.
 *
 * Resolves only once a power cut could not undo it. The same form key with the same content changes nothing;
 * with other content it is a correction, which supersedes the earlier one.
 *
 * @throws StoreError within three seconds when it is not on disk; the person must then be told so.
 */
export function accept(store: Store, referral: SealedReferral): Promise<Accepted> {
  return inTurn(store, formTurn(referral.formKeyMac), async (change) => {
    const earlier = await newestOfForm(change, referral.formKeyMac);
    const isRepeated = earlier?.content_mac === referral.contentMac && earlier.state !== 'withdrawn';
    if (isRepeated) return { reference: earlier.reference, repeated: true, version: earlier.version };

    const version = (earlier?.version ?? 0) + 1;
    const lane = version > versionsMax ? 'held' : referral.lane;
    await addReferral(change, { ...referral, lane }, version, earlier?.receipt_mac);
    await addNotice(change, { ...referral, lane });
    if (earlier) await supersede(change, earlier.reference, referral.acceptedAt);
    else await addCounters(change, referral.acceptedAt, [...referral.counters, acceptedCounter(referral)]);
    await record(change, { at: referral.acceptedAt, event: 'accepted', reference: referral.reference });
    return { reference: referral.reference, repeated: false, version };
  });
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

/** `earlierReceipt` is null when the person has said they want no code: a correction must not bring it back. */
async function addReferral(
  change: Change,
  referral: SealedReferral,
  version: number,
  earlierReceipt: string | null | undefined,
): Promise<void> {
  await change
    .insertInto('referral')
    .values({
      reference: referral.reference,
      service: referral.service,
      state: 'waiting',
      lane: referral.lane,
      form_key_mac: referral.formKeyMac,
      version,
      content_mac: referral.contentMac,
      receipt_mac: earlierReceipt === null ? null : referral.receiptMac,
      inner_code_mac: referral.innerCodeMac,
      wrong_codes: 0,
      sealed: referral.sealed,
      accepted_at: referral.acceptedAt.getTime(),
      acknowledged_at: null,
      closed_at: null,
    })
    .execute();
}

function addNotice(change: Change, { reference, service, lane, acceptedAt }: SealedReferral): Promise<void> {
  const dueAt = new Date(acceptedAt.getTime() + (lane === 'held' ? heldMs : 0));
  return queueNotice(change, { reference, service, kind: 'referral', lane, dueAt });
}

/** What nobody has been told of yet is told once, as the correction. What was handed over stays, and names its correction. */
async function supersede(change: Change, reference: string, now: Date): Promise<void> {
  const { numUpdatedRows } = await change
    .updateTable('referral')
    .set({ state: 'superseded' })
    .where('reference', '=', reference)
    .where('state', '=', 'waiting')
    .executeTakeFirst();
  if (numUpdatedRows > 0n) await cancelDueNotices(change, reference, 'referral');
  await record(change, { at: now, event: 'superseded', reference });
}

function acceptedCounter({ area, role, language, lane }: SealedReferral): Counter {
  return { name: 'accepted', value: [area ?? 'no-area', role, language, lane].join(' ') };
}
