/** After a database was brought back from a copy, nothing goes out before a person has looked at it. */
import { record } from './audit.ts';
import { clearMeta, readMeta, writeMeta } from './meta.ts';
import { inTurn, type Change, type Store } from './store.ts';

export async function pauseOutbox(change: Change, now: Date): Promise<void> {
  await writeMeta(change, 'outbox-paused', now.toISOString());
}

export async function isPaused(store: Store): Promise<boolean> {
  return (await readMeta(store.db, 'outbox-paused')) !== undefined;
}

/** False when it was not paused. */
export function releaseOutbox(store: Store, now: Date): Promise<boolean> {
  return inTurn(store, 'release', async (change) => {
    if ((await readMeta(change, 'outbox-paused')) === undefined) return false;
    await clearMeta(change, 'outbox-paused');
    await record(change, { at: now, event: 'outbox-released' });
    return true;
  });
}
