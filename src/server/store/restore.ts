/**
 * Bringing a database back, so that nobody is told twice by surprise and nothing comes back that was let go.
 *
 * Whichever way it came (a backup, the second copies, PostgreSQL's own tools), it ends here: what has a tombstone goes
 * again, what the second copies know besides is added, and the outbox stays paused until a person lets it go.
 */
import type { Secrets } from '../secrets.ts';
import { addReferral, replaceEarlier } from './accept.ts';
import { record } from './audit.ts';
import { endEscalation } from './escalation.ts';
import { moveTo } from './hand-on.ts';
import { clearMeta } from './meta.ts';
import { cancelDueNotices } from './notices.ts';
import { pauseOutbox } from './pause.ts';
import { oweScrub, scrub } from './scrub.ts';
import type { Copy } from './second-copy.ts';
import { stopNotices } from './status.ts';
import { inTurn, type Change, type Store } from './store.ts';
import { tombstoneMark, type Tombstones } from './tombstones.ts';
import type { ReferralState, TombstoneKind } from './schema.ts';

export type Restoring = {
  secrets: Secrets;
  tombstones: Tombstones;
  copies: readonly Copy[];
  now: Date;
};

/** How many referrals there are, how many of them came from second copies, and how many went again. */
export type Restored = { referrals: number; fromCopies: number; letGo: number };

export async function settleRestored(store: Store, restoring: Restoring): Promise<Restored> {
  const { secrets, tombstones, copies, now } = restoring;
  const kindOf = (reference: string) => tombstones.get(tombstoneMark(secrets, reference));
  const restored = await inTurn(store, 'restore', async (change) => {
    await pauseOutbox(change, now);
    // Copies go from here on to whatever volume there is where it was brought back.
    await clearMeta(change, 'volume-mark');
    // Since it was copied, anything may have been sent; and no courier is busy with it any more.
    await change
      .updateTable('notice')
      .set({ maybe_sent: 1, lease_until: null })
      .where('state', '=', 'due')
      .execute();
    const fromCopies = await addCopies(
      change,
      copies.filter(({ reference }) => !kindOf(reference)),
      now,
    );
    const letGo = await letGoAgain(change, kindOf, now);
    const { total } = await change
      .selectFrom('referral')
      .select(({ fn }) => fn.countAll<number>().as('total'))
      .executeTakeFirstOrThrow();
    await record(change, { at: now, event: 'restored' });
    return { referrals: Number(total), fromCopies, letGo };
  });
  await scrub(store);
  return restored;
}

/** In the order of their versions, so that each correction replaces what it corrects. */
async function addCopies(change: Change, copies: readonly Copy[], now: Date): Promise<number> {
  let added = 0;
  for (const copy of copies.toSorted((one, other) => one.version - other.version)) {
    const known = await change
      .selectFrom('referral')
      .select(['reference', 'version', 'state', 'handed_on'])
      .where((where) =>
        where.or([where('reference', '=', copy.reference), where('form_key_mac', '=', copy.formKeyMac)]),
      )
      .execute();
    const { handedOn } = copy;
    const older = known.find(
      ({ reference, state, handed_on }) =>
        reference === copy.reference && held.includes(state) && handed_on < (handedOn?.times ?? 0),
    );
    if (older && handedOn) {
      // Handed on since this database was copied: the service that has it is the one to be told.
      await moveTo(change, older, { ...copy, handedOn }, now);
      await mayHaveBeenSent(change, copy.reference);
      added += 1;
      continue;
    }
    // A form has one referral for each version, and only the newest is still to be told.
    if (known.some(({ reference, version }) => reference === copy.reference || version >= copy.version))
      continue;
    await addReferral(change, { ...copy, contentMac: null });
    await mayHaveBeenSent(change, copy.reference);
    await replaceEarlier(change, copy, now);
    added += 1;
  }
  return added;
}

/** With a service, and neither replaced nor taken back. */
const held: readonly ReferralState[] = ['waiting', 'handed-over', 'acknowledged'];

async function mayHaveBeenSent(change: Change, reference: string): Promise<void> {
  await change.updateTable('notice').set({ maybe_sent: 1 }).where('reference', '=', reference).execute();
}

async function letGoAgain(
  change: Change,
  kindOf: (reference: string) => TombstoneKind | undefined,
  now: Date,
): Promise<number> {
  const kept = await change
    .selectFrom('referral')
    .select(['reference', 'acknowledged_at'])
    .where('sealed', 'is not', null)
    .execute();
  let gone = 0;
  for (const { reference, acknowledged_at } of kept) {
    const kind = kindOf(reference);
    if (!kind) continue;
    await change
      .updateTable('referral')
      .set({
        sealed: null,
        content_mac: null,
        state: kind === 'withdrawn' ? 'withdrawn' : 'closed',
        closed_at: now.getTime(),
        // Read after this copy was made, and only the tombstone knows.
        ...(kind === 'purged' && { acknowledged_at: acknowledged_at ?? now.getTime() }),
      })
      .where('reference', '=', reference)
      .execute();
    await endEscalation(change, reference, now, ['heard-nothing', 'inner-code-locked', 'not-ours']);
    if (kind === 'withdrawn') await stopNotices(change, reference, now);
    else await cancelDueNotices(change, reference, 'referral');
    await record(change, {
      at: now,
      event: kind === 'withdrawn' ? 'withdrawn' : 'purged',
      reference,
      detail: 'restored',
    });
    gone += 1;
  }
  if (gone > 0) await oweScrub(change);
  return gone;
}
