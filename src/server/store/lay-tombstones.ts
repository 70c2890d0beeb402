/** Making a deletion last beyond this database: its tombstones are laid, and its second copies go. */
import { stat } from 'node:fs/promises';
import type { Secrets } from '../secrets.ts';
import { noteFailure } from './mend-copies.ts';
import type { SecondCopy } from './second-copy.ts';
import { inTurn, type Store } from './store.ts';
import { appendMissing, linesOf, tombstoneFile, tombstoneMark } from './tombstones.ts';

const atOnceMax = 500;

/** What of a referral lies outside the database, and where: tombstones, and what they are made with. */
export type LettingGo = { secrets: Secrets; dataDir: string };

/**
 * Lays every tombstone that is owed, and brings both places up to what the other has: a volume that was replaced must know
 * what was taken back before it came, because bringing an older database back reads it there.
 *
 * @throws when one of the places takes nothing; for the other volume that stays noted, so that the operator is told
 */
export async function layTombstones(store: Store, lettingGo: LettingGo, now: Date): Promise<void> {
  await layOwed(store, lettingGo, now);
  const { secondCopy } = store;
  if (secondCopy) await noteFailure(store, now, () => level(store, secondCopy, lettingGo));
}

/**
 * Lays every tombstone that is owed, beside the database and on the volume of the second copies. What is owed stays so
 * until it is on disk in both places and the second copy is gone: a crash in between, or a volume that is away, costs a
 * second try and nothing else.
 */
async function layOwed(store: Store, { secrets, dataDir }: LettingGo, now: Date): Promise<void> {
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

/** Both files of these were compared line by line since this process began. */
const compared = new WeakSet<Store>();

/** As a rule two files of the same size are the same, and reading them every minute would be for nothing. */
async function level(store: Store, secondCopy: SecondCopy, { dataDir }: LettingGo): Promise<void> {
  const here = tombstoneFile(dataDir);
  await secondCopy.withFolder(async (folder) => {
    const there = tombstoneFile(folder);
    if (compared.has(store) && (await sizeOf(here)) === (await sizeOf(there))) return;
    await appendMissing(there, await linesOf(here));
    await appendMissing(here, await linesOf(there));
    compared.add(store);
  });
}

async function sizeOf(file: string): Promise<number> {
  return (await stat(file).catch(() => undefined))?.size ?? 0;
}
