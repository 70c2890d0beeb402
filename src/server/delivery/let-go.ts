/** Once a minute: what has been kept long enough goes, here and wherever else it was kept. */
import type { Secrets } from '../secrets.ts';
import { record } from '../store/audit.ts';
import { layTombstones } from '../store/lay-tombstones.ts';
import { clearMeta, readMeta, writeMeta } from '../store/meta.ts';
import { purge } from '../store/purge.ts';
import { inTurn } from '../store/store.ts';
import { newClockWatch, type ClockState } from './clock-watch.ts';
import type { CourierParts } from './courier.ts';

export type LettingGo = {
  secrets: Secrets;
  /** Where tombstones are laid: beside the database, and on the volume of the second copy. */
  folders: readonly string[];
  /** Undefined where the clock is moved on purpose. */
  stopwatchMs?: (() => number) | undefined;
};

/** How often the time is noted, so that the next process knows about when this one ended. */
const noteEveryMs = 60 * 60 * 1000;

export function newLetGo(parts: CourierParts): () => Promise<void> {
  const { store, lettingGo, log } = parts;
  let clockState: ((now: Date) => ClockState) | undefined;
  let notedMs = Number.NEGATIVE_INFINITY;

  async function stateOf(now: Date): Promise<ClockState> {
    if (!lettingGo?.stopwatchMs) return 'steady';
    const seen = await readMeta(store.db, 'clock-seen');
    clockState ??= newClockWatch(lettingGo.stopwatchMs, seen === undefined ? undefined : Number(seen));
    const state = clockState(now);
    if (state === 'jumped' || Math.abs(now.getTime() - notedMs) > noteEveryMs) {
      notedMs = now.getTime();
      await inTurn(store, 'purge', (change) => writeMeta(change, 'clock-seen', String(notedMs)));
    }
    return state;
  }

  return async () => {
    const now = parts.now();
    switch (await stateOf(now)) {
      case 'jumped':
        log({ code: 'clock-jumped' });
        await inTurn(store, 'purge', async (change) => {
          await writeMeta(change, 'clock-jumped', now.toISOString());
          await record(change, { at: now, event: 'clock-jumped' });
        });
        break;
      case 'doubtful':
        break;
      case 'steady':
        if ((await readMeta(store.db, 'clock-jumped')) !== undefined) {
          await inTurn(store, 'purge', (change) => clearMeta(change, 'clock-jumped'));
        }
        await purge(store, now);
    }
    // What was withdrawn goes whatever the clock says.
    if (lettingGo) await layTombstones(store, lettingGo.secrets, lettingGo.folders);
  };
}
