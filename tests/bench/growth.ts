/** What one more referral costs when there are many already: to keep it, and to find and settle the next notice. */
import { accept } from '../../src/server/store/accept.ts';
import { openStore } from '../../src/server/store/open-store.ts';
import { claimNotice, settleHandedOver } from '../../src/server/store/outbox.ts';
import { aSealedReferral, minutesAfter, noon } from '../support/sealed-referral.ts';
import { aFolder, type Lifetime } from '../support/stores.ts';
import { median } from './alone.ts';

/** Enough that the median does not follow one slow moment of the disk. */
const stretch = 1_000;
const services = 20;

export type Cost = {
  readonly kept: number;
  /** Median milliseconds that one more takes. */
  readonly acceptMs: number;
  /** Median milliseconds from asking for the next notice to having it settled, while all the others wait. */
  readonly settleMs: number;
};

/** The cost around each of these numbers of referrals already kept, none of them sent. */
export async function costAt(life: Lifetime, sizes: readonly number[]): Promise<readonly Cost[]> {
  const store = await openStore({ dataDir: aFolder(life) });
  const curve: Cost[] = [];
  let kept = 0;
  const acceptOne = () => accept(store, aSealedReferral({ service: `service-${(kept += 1) % services}` }));
  const now = minutesAfter(noon, 60);
  const settleOne = async () => {
    const notice = await claimNotice(store, { now, busyServices: [] });
    if (!notice) throw new Error('nothing waits');
    await settleHandedOver(store, notice, now);
  };
  for (const size of sizes) {
    while (kept < size) await acceptOne();
    const acceptMs = await medianMs(acceptOne, stretch);
    curve.push({ kept: size, acceptMs, settleMs: await medianMs(settleOne, stretch / 2) });
  }
  await store.close();
  return curve;
}

async function medianMs(work: () => Promise<unknown>, times: number): Promise<number> {
  const took: number[] = [];
  for (let time = 0; time < times; time += 1) {
    const started = performance.now();
    await work();
    took.push(performance.now() - started);
  }
  return median(took);
}
