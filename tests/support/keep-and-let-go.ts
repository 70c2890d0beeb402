/**
 * Accepts referrals beside one another into `<folder>/data` with second copies in `<folder>/copies`, withdraws each
 * fourth and lets go of it for good, and prints every promise as soon as it may be made. For
 * `tests/faults/power-cut.test.ts`.
 */
import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { loadSecrets } from '../../src/server/secrets.ts';
import { accept } from '../../src/server/store/accept.ts';
import { layTombstones } from '../../src/server/store/lay-tombstones.ts';
import { openStore } from '../../src/server/store/open-store.ts';
import { purge } from '../../src/server/store/purge.ts';
import type { SecondCopy } from '../../src/server/store/second-copy.ts';
import { withdraw } from '../../src/server/store/status.ts';
import { aSealedReferral, noon } from './sealed-referral.ts';

const [folder = '', forms = ''] = process.argv.slice(2);
const dataDir = join(folder, 'data');
const opened = await openStore({ dataDir, secondCopyDir: join(folder, 'copies') });
const store = { ...opened, secondCopy: opened.secondCopy && saying(opened.secondCopy) };
const secrets = loadSecrets(dataDir);

/** At once: a promise that waits in a stream would be made later than it seems. */
const promise = (...words: readonly string[]) => writeSync(1, `${words.join(' ')}\n`);
promise('secrets', secrets.mac('lookup', 'x'));

/** On a slow machine a copy may take too long to be waited for: then none was promised. */
function saying(copies: SecondCopy): SecondCopy {
  return {
    ...copies,
    async keep(copy) {
      await copies.keep(copy);
      promise('copied', copy.reference);
    },
  };
}

let left = Number(forms);
async function keepSome(): Promise<void> {
  while (left > 0) {
    const turn = left--;
    const referral = aSealedReferral();
    const { reference } = await accept(store, referral);
    promise('kept', reference);
    if (turn % 4 !== 0) continue;
    await withdraw(store, referral.receiptMac, noon);
    promise('withdrawn', reference);
    await layTombstones(store, { secrets, dataDir }, noon);
    promise('laid', reference);
    await purge(store, noon);
  }
}
await Promise.all([keepSome(), keepSome(), keepSome()]);
await store.close();
