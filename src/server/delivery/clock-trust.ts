/**
 * One watch over the clock for all that the courier does by it and cannot take back: deleting, escalating, telling
 * people.
 */
import { record } from '../store/audit.ts';
import { clearMeta, readMeta, writeMeta } from '../store/meta.ts';
import { inTurn } from '../store/store.ts';
import { newClockWatch, type ClockState } from './clock-watch.ts';
import type { CourierParts } from './courier.ts';

/** How often the time is noted, so that the next process knows about when this one ended. */
const noteEveryMs = 60 * 60 * 1000;

/**
 * What it gives tells whether the clock is steady. A jump is noted, for `/health` and in the audit, by whoever asks first.
 *
 * @param stopwatchMs goes evenly, whatever happens to the clock: `performance.now`
 */
export function newClockTrust(
  { store, now: clock, log }: Pick<CourierParts, 'store' | 'now' | 'log'>,
  stopwatchMs: () => number,
): () => Promise<boolean> {
  let stateOf: ((now: Date) => ClockState) | undefined;
  let notedMs = Number.NEGATIVE_INFINITY;

  return async () => {
    const seen = await readMeta(store.db, 'clock-seen');
    stateOf ??= newClockWatch(stopwatchMs, seen === undefined ? undefined : Number(seen));
    // Read beside the stopwatch: a database that is slow to answer must not look like a jump.
    const now = clock();
    const state = stateOf(now);
    if (state === 'jumped' || Math.abs(now.getTime() - notedMs) > noteEveryMs) {
      notedMs = now.getTime();
      await inTurn(store, 'clock', (change) => writeMeta(change, 'clock-seen', String(notedMs)));
    }
    if (state === 'jumped') {
      log({ code: 'clock-jumped' });
      await inTurn(store, 'clock', async (change) => {
        await writeMeta(change, 'clock-jumped', now.toISOString());
        await record(change, { at: now, event: 'clock-jumped' });
      });
    }
    if (state === 'steady' && (await readMeta(store.db, 'clock-jumped')) !== undefined) {
      await inTurn(store, 'clock', (change) => clearMeta(change, 'clock-jumped'));
    }
    return state === 'steady';
  };
}
