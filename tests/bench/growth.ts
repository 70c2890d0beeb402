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

/** Median milliseconds. */
type Medians = {
  /** What one more takes to keep. */
  readonly acceptMs: number;
  /** From asking for the next notice to having it settled, while all the others wait. */
  readonly settleMs: number;
};

export type Cost = Medians & {
  readonly kept: number;
  /** The same in a store that was empty, in turn with it: a machine may be slower now than it was at the start. */
  readonly empty: Medians;
};

/** The cost around each of these numbers of referrals already kept, none of them sent. */
export async function costAt(life: Lifetime, sizes: readonly number[]): Promise<readonly Cost[]> {
  const full = await aStore(life);
  const curve: Cost[] = [];
  for (const size of sizes) {
    while (full.kept() < size) await full.acceptOne();
    const empty = await aStore(life);
    const accepts = await mediansMs([full.acceptOne, empty.acceptOne], stretch);
    const settles = await mediansMs([full.settleOne, empty.settleOne], stretch / 2);
    curve.push({
      kept: size,
      acceptMs: accepts[0] ?? Number.NaN,
      settleMs: settles[0] ?? Number.NaN,
      empty: { acceptMs: accepts[1] ?? Number.NaN, settleMs: settles[1] ?? Number.NaN },
    });
    await empty.close();
  }
  await full.close();
  return curve;
}

async function aStore(life: Lifetime) {
  const store = await openStore({ dataDir: aFolder(life) });
  const now = minutesAfter(noon, 60);
  let kept = 0;
  return {
    kept: () => kept,
    acceptOne: () => accept(store, aSealedReferral({ service: `service-${(kept += 1) % services}` })),
    async settleOne() {
      const notice = await claimNotice(store, { now, busyServices: [] });
      if (!notice) throw new Error('nothing waits');
      await settleHandedOver(store, notice, now);
    },
    close: () => store.close(),
  };
}

/** Does each of these in turn, so many times. */
async function mediansMs(works: readonly (() => Promise<unknown>)[], times: number): Promise<number[]> {
  const took = works.map((): number[] => []);
  for (let time = 0; time < times; time += 1) {
    for (const [index, work] of works.entries()) {
      const started = performance.now();
      await work();
      took[index]?.push(performance.now() - started);
    }
  }
  return took.map(median);
}
