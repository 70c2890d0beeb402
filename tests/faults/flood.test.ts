/** A flood that no network stands out of, so that no lane can tell it from people. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { blankForm, submit } from '../../src/server/intake/submit.ts';
import { healthOf } from '../../src/server/store/health.ts';
import { statusFor } from '../../src/server/store/status.ts';
import { receiptLength, tidyCode } from '../../src/referral/codes.ts';
import { aCourierWorld } from '../support/courier.ts';
import { aDesk, formOf, type DeskWorld } from '../support/desk.ts';
import { amount } from '../support/how-long.ts';
import { aReferralForm } from '../support/referral-form.ts';
import { minutesAfter, noon } from '../support/sealed-referral.ts';
import { aFolderInMemory } from '../support/stores.ts';

/** Sends one from a network of its own. Gives back its receipt. */
async function sendFrom(world: DeskWorld, network: string, service: string): Promise<string> {
  const typed = aReferralForm({ 'form-key': blankForm(world.desk).formKey, service, step: 'send' });
  const shown = await submit(
    {
      role: 'harmed',
      language: 'en',
      form: formOf(typed as Record<string, string>),
      sender: { isForeign: false, network },
    },
    world.desk,
  );
  assert.ok(shown.step === 'sent', shown.step);
  return shown.receipt;
}

test('E2: a flood from as many networks costs a genuine one ten minutes, and the operator is told', async (t) => {
  const world = await aDesk(t, aFolderInMemory(t));
  const checked = await world.send();
  assert.ok(checked.step === 'sent');
  const { service } = checked;
  const { addresses } = world.desk.directory.services[service] ?? assert.fail();
  const courier = await aCourierWorld(t, {
    store: world.desk.store,
    recipients: { [service]: { addresses, languages: ['en'] } },
  });
  const { store } = world.desk;
  assert.deepEqual((await healthOf(store, noon)).alarms, []);

  const junk = amount(250, 5_000);
  for (let count = 0; count < junk; count += 1) {
    world.now = minutesAfter(noon, count / junk);
    await sendFrom(world, `10.${count >> 8}.${count & 255}`, service);
  }
  const genuine = await sendFrom(world, '203.0.113', service);
  assert.deepEqual((await healthOf(store, minutesAfter(noon, 1))).alarms, ['flood']);
  assert.equal((await healthOf(store, minutesAfter(noon, 1))).isWell, false);
  assert.deepEqual((await healthOf(store, minutesAfter(noon, 62))).alarms, [], 'it is over an hour later');

  // The last of all, to the service that all the others went to: it goes at the next turn of the clock, in a list with them.
  const begun = performance.now();
  await courier.roundAfter(10);
  const seconds = (performance.now() - begun) / 1000;
  const mac = world.desk.secrets.mac('lookup', tidyCode(genuine, receiptLength) ?? '');
  assert.equal(await statusFor(store, mac, courier.now()), 'sent');
  assert.ok(seconds < 5 * 60, `${seconds} s`);
  // Twenty stood alone, one before the flood among them; a mail names fifty at most.
  assert.equal(courier.sink.taken.length, 20 + Math.ceil((junk + 2 - 20) / 50));
  t.diagnostic(
    `figure: ${junk} networks; the genuine one, last of all, went ${seconds.toFixed(1)} s after the courier began`,
  );
});
