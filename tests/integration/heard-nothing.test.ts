/** What the status page offers to somebody who has waited as long as was promised. */
import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { parseForm } from '../../src/server/intake/http/read-form.ts';
import { newGuesses } from '../../src/server/intake/guesses.ts';
import { askAfter } from '../../src/server/intake/receipts.ts';
import { readCatalogue } from '../../src/server/catalogue.ts';
import { secretsFrom } from '../../src/server/secrets.ts';
import { acknowledge } from '../../src/server/store/opening.ts';
import { withdraw } from '../../src/server/store/status.ts';
import { addWorkingDays } from '../../src/server/working-time.ts';
import { aCourierWorld } from '../support/courier.ts';
import { minutesAfter, noon } from '../support/sealed-referral.ts';

const code = '7K2Q9FXB7K2Q9FXB';
const secrets = secretsFrom('ab'.repeat(32));

/** One referral that was handed over at noon, and the status page at a moment the test chooses. */
async function aWaiting(t: TestContext, replyWorkingDays: number | null) {
  const world = await aCourierWorld(t);
  const known = readCatalogue();
  const services = known.services.slice(0, 1).map((service) => ({ ...service, replyWorkingDays }));
  const service = services[0]?.id ?? '';
  const referral = await world.submit({ service, receiptMac: secrets.mac('lookup', code) });
  await world.roundAfter(0);
  const ask = (step: string, now: Date, typed = code) =>
    askAfter(parseForm(new URLSearchParams({ code: typed, step }).toString()), {
      store: world.store,
      secrets,
      directory: { version: 1, services: {} },
      catalogue: { ...known, services },
      clock: () => now,
      guesses: newGuesses(),
      log: () => undefined,
    });
  return { world, referral, ask };
}

for (const [promised, days] of [
  [3, 3],
  [null, 10],
] as const) {
  test(`a service that promises ${promised ?? 'nothing'} has ${days} working days before it is said to be late`, async (t) => {
    const { world, ask } = await aWaiting(t, promised);
    const due = addWorkingDays(noon, days);
    const before = minutesAfter(due, -1);
    const early = await ask('look', before);
    assert.deepEqual(early, { step: 'known', code, status: 'sent', isOverdue: false });
    // Pressing what is not offered does nothing.
    assert.deepEqual(await ask('heard-nothing', before), early);
    assert.deepEqual(await world.taskCodes(), []);

    assert.deepEqual(await ask('look', due), { ...early, isOverdue: true });
    assert.deepEqual(await ask('heard-nothing', due), { step: 'heard-nothing', code, already: false });
    assert.deepEqual(await ask('heard-nothing', due), { step: 'heard-nothing', code, already: true });
    assert.deepEqual(await world.taskCodes(), ['heard-nothing']);
    const again = addWorkingDays(due, 5);
    assert.deepEqual(await ask('heard-nothing', again), { step: 'heard-nothing', code, already: false });
    // The task is still open, and one is enough.
    assert.deepEqual(await world.taskCodes(), ['heard-nothing']);
  });
}

test('H1: dated ahead, a person can still say that they heard nothing, and say it again', async (t) => {
  const { world, ask } = await aWaiting(t, 3);
  const twoYears = 2 * 365 * 24 * 60;
  const ahead = minutesAfter(noon, twoYears).getTime();
  await world.store.db.updateTable('referral').set({ accepted_at: ahead, heard_nothing_at: ahead }).execute();
  await world.watchAfter(0);
  const due = addWorkingDays(noon, 3);
  const early = { step: 'known', code, status: 'sent', isOverdue: false };
  assert.deepEqual(await ask('heard-nothing', minutesAfter(due, -1)), early);
  assert.deepEqual(await ask('heard-nothing', due), { step: 'heard-nothing', code, already: false });
  assert.deepEqual(await ask('heard-nothing', due), { step: 'heard-nothing', code, already: true });
  assert.deepEqual(await world.taskCodes(), ['heard-nothing']);
});

test('who was opened and never called can say so too', async (t) => {
  const { world, referral, ask } = await aWaiting(t, null);
  const { reference, innerCodeMac } = referral;
  await acknowledge(world.store, { reference, innerCodeMac, now: noon });
  const due = addWorkingDays(noon, 10);
  assert.deepEqual(await ask('look', due), { step: 'known', code, status: 'opened', isOverdue: true });
  await ask('heard-nothing', due);
  await world.roundAfter(30 * 24 * 60);
  const subjects = world.sink.taken.map(({ data }) => /^Subject: (\w+)/mu.exec(data)?.[1]);
  assert.deepEqual(subjects, ['New', 'Reminder']);
});

test('a code that opens nothing answers as ever, whatever is pressed', async (t) => {
  const { world, referral, ask } = await aWaiting(t, null);
  const due = addWorkingDays(noon, 10);
  await withdraw(world.store, referral.receiptMac, due);
  assert.deepEqual(await ask('heard-nothing', due), { step: 'none' });
  assert.deepEqual(await ask('heard-nothing', due, '0000000000000000'), { step: 'none' });
  assert.deepEqual(await world.taskCodes(), []);
});
