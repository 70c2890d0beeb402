/** Accepts referrals into the store of a folder, one form after another, and prints each reference once it is on disk. */
import { accept } from '../../src/server/store/accept.ts';
import { openStore } from '../../src/server/store/open-store.ts';
import { aSealedReferral } from './sealed-referral.ts';

const [dataDir = ''] = process.argv.slice(2);
const store = await openStore({ dataDir });

/** Like a person who presses Send again because no answer came: every form is posted twice, several at a time. */
async function postForever(): Promise<never> {
  for (;;) {
    const form = aSealedReferral();
    const posts = [form, { ...aSealedReferral(), formKeyMac: form.formKeyMac, contentMac: form.contentMac }];
    const answers = await Promise.all(posts.map((post) => accept(store, post)));
    process.stdout.write(answers.map(({ reference }) => `${form.formKeyMac} ${reference}\n`).join(''));
  }
}

process.stdout.write('ready\n');
await Promise.all([postForever(), postForever(), postForever()]);
