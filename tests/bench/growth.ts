/** What one more referral costs when there are many already. */
import { accept } from '../../src/server/store/accept.ts';
import { openStore } from '../../src/server/store/open-store.ts';
import { aSealedReferral } from '../support/sealed-referral.ts';
import { aFolder, type Lifetime } from '../support/stores.ts';

/** Referrals timed together: enough that one slow moment of the disk does not decide. */
const stretch = 1_000;

/** Milliseconds that one takes, around each of these numbers of referrals already kept. */
export async function costAt(
  life: Lifetime,
  sizes: readonly number[],
): Promise<readonly { readonly kept: number; readonly ms: number }[]> {
  const store = await openStore({ dataDir: aFolder(life) });
  const curve = [];
  let kept = 0;
  for (const size of sizes) {
    for (; kept < size; kept += 1) await accept(store, aSealedReferral());
    const started = performance.now();
    for (let more = 0; more < stretch; more += 1) await accept(store, aSealedReferral());
    kept += stretch;
    curve.push({ kept: size, ms: (performance.now() - started) / stretch });
  }
  await store.close();
  return curve;
}
