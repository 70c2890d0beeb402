/** Making a deletion last beyond this database: its tombstones are laid, and its second copies go. */
import type { Secrets } from '../secrets.ts';
import { noteFailure } from './mend-copies.ts';
import { inTurn, type Store } from './store.ts';
import { appendMissing, tombstoneFile, tombstoneMark } from './tombstones.ts';

const atOnceMax = 500;

/** What of a referral lies outside the database, and where: tombstones, and what they are made with. */
export type LettingGo = { secrets: Secrets; dataDir: string };

/**
 * Lays every tombstone that is owed, beside the database and on the volume of the second copies. What is owed stays so
 * until it is on disk in both places and the second copy is gone: a crash in between, or a volume that is away, costs a
 * second try and nothing else.
 *
 * @throws when one of the places takes nothing; for the other volume that stays noted, so that the operator is told
 */
export async function layTombstones(store: Store, { secrets, dataDir }: LettingGo, now: Date): Promise<void> {
  const { secondCopy } = store;
  for (;;) {
    const owed = await store.db.selectFrom('tombstone').selectAll().limit(atOnceMax).execute();
    if (owed.length === 0) return;
    const lines = owed.map(
      ({ reference, kind, day }) => `${tombstoneMark(secrets, reference)} ${day} ${kind}`,
    );
    const lay = (folder: string) => appendMissing(tombstoneFile(folder), lines);
    await lay(dataDir);
    await noteFailure(store, now, async () => {
      await secondCopy?.withFolder(lay);
      for (const { reference } of owed) await secondCopy?.remove(reference);
    });
    await inTurn(store, 'tombstones', async (change) => {
      for (const { reference, kind } of owed) {
        // Withdrawn since it was read: that is another tombstone.
        await change
          .deleteFrom('tombstone')
          .where('reference', '=', reference)
          .where('kind', '=', kind)
          .execute();
      }
    });
  }
}
