/** Making a deletion last beyond this database: its tombstones are laid, and its second copies go. */
import type { Secrets } from '../secrets.ts';
import { inTurn, type Store } from './store.ts';
import { appendMissing, tombstoneFile, tombstoneMark } from './tombstones.ts';

const atOnceMax = 500;

/**
 * Lays every tombstone that is owed, in every folder. What is owed stays so until it is on disk there and the second copy
 * is gone: a crash in between, or a volume that is away, costs a second try and nothing else.
 */
export async function layTombstones(
  store: Store,
  secrets: Secrets,
  folders: readonly string[],
): Promise<void> {
  for (;;) {
    const owed = await store.db.selectFrom('tombstone').selectAll().limit(atOnceMax).execute();
    if (owed.length === 0) return;
    const lines = owed.map(
      ({ reference, kind, day }) => `${tombstoneMark(secrets, reference)} ${day} ${kind}`,
    );
    for (const folder of folders) await appendMissing(tombstoneFile(folder), lines);
    for (const { reference } of owed) await store.secondCopy?.remove(reference);
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
