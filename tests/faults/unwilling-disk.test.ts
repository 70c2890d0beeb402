/** The disk takes nothing any more while people send: the web process as it runs, and every change to its files refused. */
import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { amount } from '../support/how-long.ts';
import { expectKept } from '../support/kept.ts';
import { receiptIn } from '../support/referral-form.ts';
import { aFolder } from '../support/stores.ts';
import { aWebProcess, formPath, type WebProcess } from '../support/web-process.ts';
import { ask, formPost } from '../support/wire.ts';
import { buildRecorder } from '../support/write-list.ts';

const people = 6;
const note = 'Zqxj7vkw said so';

/** Bad times of the disk in one test. In the last of them the process is killed. */
const badTimes = amount(2, 40);

/** What one person met from the first press of Send to the receipt. */
type Sent = { readonly receipt: string; readonly refusals: number };

/** Presses Send until there is a receipt, as a person does who is told that it did not work. */
async function sendUntilKept(web: WebProcess, isOver: () => boolean): Promise<Sent | undefined> {
  const form = await web.readyForm({ note });
  for (let refusals = 0; ; refusals += 1) {
    const answer = await ask(web, formPost(formPath, form)).catch(() => undefined);
    const receipt = receiptIn(answer?.body);
    if (receipt !== undefined) {
      assert.equal(answer?.status, 200);
      return { receipt, refusals };
    }
    // Killed while it answered: no receipt was shown, and that is all that counts.
    if (isOver()) return undefined;
    assert.equal(answer?.status, 503);
    assert.match(answer.body, /data-step="failed"/);
    assert.ok(answer.body.includes(note), 'what was typed is still in the page');
    assert.match(answer.body, /<a class="tel" href="tel:|\/en\/find\//, 'and another way is named');
    await wait(20);
  }
}

async function sendThrough(t: TestContext, errno: number): Promise<void> {
  const recorder = buildRecorder(t);
  if ('missing' in recorder) return t.skip(recorder.missing);
  const dataDir = aFolder(t);
  const refuseWhen = join(aFolder(t), 'refuse');
  const web = await aWebProcess(t, {
    dataDir,
    environment: {
      LD_PRELOAD: recorder.library,
      RECORD_TO: '/dev/null',
      RECORD_ROOT: dataDir,
      REFUSE_WHEN: refuseWhen,
    },
  });

  const sent: Sent[] = [];
  let isOver = false;
  const sending = Array.from({ length: people }, async () => {
    while (!isOver) {
      const one = await sendUntilKept(web, () => isOver);
      if (one) sent.push(one);
    }
  });
  const until = async (holds: () => boolean) => {
    for (const end = Date.now() + 60_000; !holds();) {
      assert.ok(Date.now() < end, 'it does not go on');
      await Promise.race([wait(10), ...sending]);
    }
  };
  const refused = () => web.printed().split('"store-failed"').length - 1;
  for (let bad = 1; bad <= badTimes; bad += 1) {
    const before = sent.length;
    await until(() => sent.length >= before + people);
    const refusedBefore = refused();
    writeFileSync(refuseWhen, String(errno));
    await until(() => refused() >= refusedBefore + people);
    // What had been kept when the disk turned bad may still be on its way to the person; after that nobody gets any.
    const shown = sent.length;
    await until(() => refused() >= refusedBefore + 3 * people);
    assert.equal(sent.length, shown, 'a receipt was given by a disk that takes nothing');
    if (bad === badTimes) break;
    rmSync(refuseWhen);
  }
  isOver = true;
  web.signal('SIGKILL');
  await Promise.all(sending);

  const waited = sent.filter(({ refusals }) => refusals > 0).length;
  assert.ok(waited > 0, 'the same forms are taken once the disk is well');
  expectKept(
    dataDir,
    sent.map(({ receipt }) => receipt),
  );
  t.diagnostic(
    `figure: ${badTimes} bad times, ${refused()} refusals, ${sent.length} receipts, ${waited} of them on trying again, 0 lost`,
  );
}

const { ENOSPC, EROFS, EIO } = constants.errno;

test('A5: a disk that becomes full under load gives nobody a receipt, costs no word, and is used again when there is room', (t) =>
  sendThrough(t, ENOSPC));

test('A8: a disk that becomes read-only under load gives nobody a receipt, costs no word, and is used again when it takes more', (t) =>
  sendThrough(t, EROFS));

test('A5, A8: a disk that breaks under load gives nobody a receipt, costs no word, and is used again when it is well', (t) =>
  sendThrough(t, EIO));
