/** Making the second copies agree with the database, after a crash or after the other volume was away. */
import { clearMeta, readMeta, writeMeta } from './meta.ts';
import type { SecondCopy } from './second-copy.ts';
import { inTurn, type Store } from './store.ts';

/** Longer than any web process waits for its copy: what is younger may still be on its way. */
const youngMs = 60_000;

/**
 * Writes the copies that are missing, and takes away those of texts that have gone. A copy the database knows nothing of
 * stays: it may be all that is left.
 *
 * Whether it worked stays noted, so that the operator is told. @throws when it did not
 */
export async function mendCopies(store: Store, now: Date): Promise<void> {
  if (!store.secondCopy) return;
  try {
    await mend(store, store.secondCopy, now);
  } catch (cause) {
    await inTurn(store, 'copies', (change) => writeMeta(change, 'second-copy-failed', now.toISOString()));
    throw cause;
  }
  if ((await readMeta(store.db, 'second-copy-failed')) === undefined) return;
  await inTurn(store, 'copies', (change) => clearMeta(change, 'second-copy-failed'));
}

/** How many sealed referrals there is no second copy of. */
export async function countMissingCopies({ db, secondCopy }: Store): Promise<number> {
  if (!secondCopy) return 0;
  const there = await secondCopy.references();
  const kept = await db.selectFrom('referral').select('reference').where('sealed', 'is not', null).execute();
  return kept.filter(({ reference }) => !there.has(reference)).length;
}

async function mend(store: Store, secondCopy: SecondCopy, now: Date): Promise<void> {
  await secondCopy.clearParts();
  const there = await secondCopy.references();
  const known = await store.db
    .selectFrom('referral')
    .select((expression) => ['reference', expression('sealed', 'is', null).as('isGone')])
    .where('accepted_at', '<=', now.getTime() - youngMs)
    .execute();
  for (const { reference, isGone } of known) {
    if (isGone && there.has(reference)) await secondCopy.remove(reference);
    if (!isGone && !there.has(reference)) await copyAgain(store, secondCopy, reference);
  }
}

async function copyAgain(store: Store, secondCopy: SecondCopy, reference: string): Promise<void> {
  const row = await store.db
    .selectFrom('referral')
    .selectAll()
    .where('reference', '=', reference)
    .executeTakeFirst();
  if (!row?.sealed) return;
  await secondCopy.keep({
    reference,
    service: row.service,
    lane: row.lane,
    formKeyMac: row.form_key_mac,
    version: row.version,
    receiptMac: row.receipt_mac,
    innerCodeMac: row.inner_code_mac,
    isTest: row.test === 1,
    acceptedAt: new Date(row.accepted_at),
    sealed: new Uint8Array(row.sealed),
  });
}
