/**
 * Which folder the second copies belong in. Where a volume is not mounted there is an empty folder all the same, and when
 * it is back it holds what was true before: so the folder has a mark, and the database knows which.
 */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { modeIn, placeOnce, readIfThere } from '../durable-file.ts';
import { readMeta, writeMeta } from './meta.ts';
import { inTurn, type Store } from './store.ts';

const markFile = 'volume-mark';

/**
 * Rejects while the folder is not the one that this database copies to. The first that is ever asked for is that one.
 *
 * The database is read once, and then only where the mark is not as expected: a person waits for this.
 */
export function newVolumeCheck(store: Store, folder: string): () => Promise<void> {
  let known: string | undefined;
  let taking: Promise<string> | undefined;
  return async () => {
    const there = await markIn(folder);
    if (there !== undefined && there === known) return;
    known = await readMeta(store.db, 'volume-mark');
    if (known === undefined) {
      taking ??= takeVolume(store, folder, { isNew: false }).finally(() => (taking = undefined));
      known = await taking;
    } else if (there !== known) throw new Error('this is not the volume of the second copies');
  };
}

/**
 * Makes the folder the one that this database copies to, in the place of another where that `isNew`.
 *
 * @throws where another has come first
 */
export async function takeVolume(
  store: Store,
  folder: string,
  { isNew }: { isNew: boolean },
): Promise<string> {
  await placeOnce(join(folder, markFile), `${randomBytes(16).toString('hex')}\n`, await modeIn(folder));
  const mark = await markIn(folder);
  if (mark === undefined) throw new Error('the folder takes no mark');
  return inTurn(store, 'copies', async (change) => {
    const known = isNew ? undefined : await readMeta(change, 'volume-mark');
    if (known !== undefined && known !== mark) throw new Error('another volume was taken meanwhile');
    await writeMeta(change, 'volume-mark', mark);
    return mark;
  });
}

/** True also where nothing has ever been copied. */
export async function isOurVolume({ db }: Store, folder: string): Promise<boolean> {
  const known = await readMeta(db, 'volume-mark');
  return known === undefined || known === (await markIn(folder));
}

/** Undefined where there is none, or one that is damaged. */
async function markIn(folder: string): Promise<string | undefined> {
  const text = await readIfThere(join(folder, markFile));
  return /^[0-9a-f]{32}\n$/u.test(text) ? text.trimEnd() : undefined;
}
