/** Making the second copies agree with the database, after a crash or after the other volume was away. */
import { copySecrets } from '../secrets.ts';
import { aheadMsMax } from './dated-ahead.ts';
import { clearMeta, readMeta, writeMeta } from './meta.ts';
import type { Copy, SecondCopy } from './second-copy.ts';
import { formTurn, inTurn, type Store } from './store.ts';
import type { ReferralRow } from './schema.ts';

/** Longer than any web process waits for its copy: what is younger may still be on its way. */
const youngMs = 60_000;

/**
 * Writes the copies that are missing or of before a referral was handed on, and takes away those of texts that have gone. A
 * copy the database knows nothing of stays: it may be all that is left.
 *
 * Whether it worked stays noted, so that the operator is told. @throws when it did not
 * @param dataDir whose secrets belong beside the copies
 */
export async function mendCopies(store: Store, now: Date, dataDir?: string): Promise<void> {
  const { secondCopy } = store;
  if (!secondCopy) return;
  await noteFailure(store, now, async () => {
    if (dataDir !== undefined) await secondCopy.withFolder((folder) => copySecrets(dataDir, folder));
    await mend(store, secondCopy, now);
  });
  if ((await readMeta(store.db, 'second-copy-failed')) === undefined) return;
  await inTurn(store, 'copies', (change) => clearMeta(change, 'second-copy-failed'));
}

/** Does something on the other volume, and has the operator told when it did not work. @throws the same */
export async function noteFailure(store: Store, now: Date, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (cause) {
    await noteFailedCopy(store, now);
    throw cause;
  }
}

/** For `/health`, until copies can be written again. A referral that is kept stays so, whatever becomes of this. */
export async function noteFailedCopy(store: Store, now: Date): Promise<void> {
  await inTurn(store, 'copies', (change) => writeMeta(change, 'second-copy-failed', now.toISOString())).catch(
    () => undefined,
  );
}

/** How many sealed referrals there is no second copy of. */
export async function countMissingCopies({ db, secondCopy }: Store): Promise<number> {
  if (!secondCopy) return 0;
  const there = await secondCopy.references();
  const kept = await db
    .selectFrom('referral')
    .select(['reference', 'copy_owed'])
    .where('sealed', 'is not', null)
    .execute();
  return kept.filter(({ reference, copy_owed }) => copy_owed === 1 || !there.has(reference)).length;
}

async function mend(store: Store, secondCopy: SecondCopy, now: Date): Promise<void> {
  await secondCopy.clearParts();
  const there = await secondCopy.references();
  const known = await store.db
    .selectFrom('referral')
    .select((expression) => [
      'reference',
      'copy_owed',
      'handed_on',
      expression('sealed', 'is', null).as('isGone'),
    ])
    .where(({ or, eb }) =>
      or([
        eb('accepted_at', '<=', now.getTime() - youngMs),
        // How old that is nobody knows; a copy that is still on its way is only written twice.
        eb('accepted_at', '>', now.getTime() + aheadMsMax),
      ]),
    )
    .execute();
  for (const { reference, isGone, copy_owed, handed_on } of known) {
    if (isGone && there.has(reference)) await secondCopy.remove(reference);
    if (isGone) continue;
    const isOwed = copy_owed === 1 || !there.has(reference);
    if (isOwed || (await isStale(secondCopy, reference, handed_on))) await copyAgain(store, reference);
  }
}

/**
 * Few are ever handed on, so few copies are read. Such a one may have come back with an old volume, and would bring the
 * referral back to a service that has it no more.
 */
async function isStale(secondCopy: SecondCopy, reference: string, handedOn: number): Promise<boolean> {
  if (handedOn === 0) return false;
  const times = await secondCopy.timesHandedOn(reference);
  return times === undefined || times < handedOn;
}

/**
 * Writes the second copy of a referral as it stands, in the place of an older one. Handed on meanwhile, it is owed still.
 *
 * @throws when the copy is not on its disk
 */
export async function copyAgain(store: Store, reference: string): Promise<void> {
  const row = await rowOf(store, reference);
  if (!store.secondCopy || !row?.sealed) return;
  await store.secondCopy.keep(copyOf(row, row.sealed));
  const isLatest = (await rowOf(store, reference))?.handed_on === row.handed_on;
  if (isLatest && row.copy_owed === 0) return;
  await inTurn(store, formTurn(row.form_key_mac), (change) =>
    change
      .updateTable('referral')
      .set((expression) => ({
        copy_owed: expression.case().when('handed_on', '=', row.handed_on).then(0).else(1).end(),
      }))
      .where('reference', '=', reference)
      .execute(),
  );
}

function rowOf({ db }: Store, reference: string): Promise<ReferralRow | undefined> {
  return db.selectFrom('referral').selectAll().where('reference', '=', reference).executeTakeFirst();
}

function copyOf(row: ReferralRow, sealed: Uint8Array): Copy {
  const { handed_on: times, handed_on_from: from, handed_on_at: at, handed_on_code_mac: codeMac } = row;
  return {
    reference: row.reference,
    service: row.service,
    lane: row.lane,
    formKeyMac: row.form_key_mac,
    version: row.version,
    receiptMac: row.receipt_mac,
    innerCodeMac: row.inner_code_mac,
    isTest: row.test === 1,
    acceptedAt: new Date(row.accepted_at),
    ...(from !== null &&
      at !== null &&
      codeMac !== null && {
        handedOn: { times, from, at: new Date(at), codeMac },
      }),
    sealed: new Uint8Array(sealed),
  };
}
