/** What the courier does all the time, and how often. */
import { setTimeout as wait } from 'node:timers/promises';
import { mendCopies } from '../store/mend-copies.ts';
import { plantCanary } from './canary.ts';
import { handsMax, type Courier, type CourierParts } from './courier.ts';
import { sendDigest } from './digest.ts';
import { letGo } from './let-go.ts';
import { sendServiceTests } from './service-tests.ts';

const lookEveryMs = 500;
const letGoEveryMs = 60_000;
const mendEveryMs = 5 * 60_000;
const watchEveryMs = 60_000;
const afterFailureMs = 5_000;

/**
 * Works until the signal, and once a minute lets go of what has been kept long enough and looks after what nobody
 * confirms. Resolves when every attempt under way has ended.
 *
 * Each pair of hands works by itself, so a stalled mail server holds up one service and no round. Only one of those that
 * are free looks for work; whoever finds some leaves the looking to the next. A database that is busy or down is logged,
 * and met again a little later.
 */
export async function runCourier(courier: Courier, parts: CourierParts, signal: AbortSignal): Promise<void> {
  async function keepDoing(
    work: () => Promise<unknown>,
    everyMs: number,
    failed = 'courier-failed',
  ): Promise<void> {
    while (!signal.aborted) {
      const worked = await work().then(
        () => true,
        () => false,
      );
      if (!worked) parts.log({ code: failed });
      await wait(worked ? everyMs : afterFailureMs, undefined, { signal }).catch(() => undefined);
    }
  }

  let lookout: Promise<unknown> = Promise.resolve();
  async function look() {
    if (signal.aborted) return undefined;
    const handOver = await courier.takeNext();
    if (!handOver) await wait(lookEveryMs, undefined, { signal }).catch(() => undefined);
    return handOver;
  }
  async function workOnce() {
    const found = lookout.then(look);
    lookout = found.catch(() => undefined);
    await (
      await found
    )?.();
  }

  const hands = Array.from({ length: handsMax }, () => keepDoing(workOnce, 0));
  await Promise.all([
    ...hands,
    keepDoing(() => letGo(parts), letGoEveryMs),
    keepDoing(
      () => mendCopies(parts.store, parts.now(), parts.lettingGo?.dataDir),
      mendEveryMs,
      'second-copy-failed',
    ),
    keepDoing(() => plantCanary(parts), watchEveryMs),
    keepDoing(() => sendServiceTests(parts), watchEveryMs),
    keepDoing(() => sendDigest(parts), watchEveryMs),
    keepDoing(courier.watch, watchEveryMs),
  ]);
}
