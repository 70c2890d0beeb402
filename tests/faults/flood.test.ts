/** Floods: from one network, which a lane tells from people, and from as many as there are posts, which none can. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { blankForm, submit } from '../../src/server/intake/submit.ts';
import { healthOf } from '../../src/server/store/health.ts';
import { receiptLength, tidyCode } from '../../src/referral/codes.ts';
import { openSqlite } from '../../src/server/store/sqlite.ts';
import { aCourierWorld } from '../support/courier.ts';
import { aDesk, formOf, type DeskWorld } from '../support/desk.ts';
import { amount } from '../support/how-long.ts';
import { aReferralForm } from '../support/referral-form.ts';
import { minutesAfter, noon } from '../support/sealed-referral.ts';
import { statusFor } from '../support/status-for.ts';
import { aFolderInMemory } from '../support/stores.ts';
import { proxiedOrigin } from '../support/proxies.ts';
import { aWebProcess, formPath } from '../support/web-process.ts';
import { converse, formPost } from '../support/wire.ts';

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

test('E1: while one network sends thousands, people elsewhere are in the normal lane and have their receipt at once', async (t) => {
  const web = await aWebProcess(t, {
    origin: proxiedOrigin,
    environment: { ADDRESS_HEADER: 'X-Network' },
  });
  const send = async (network: string, callMe: string) => {
    const headers = [`Origin: ${proxiedOrigin}`, 'Sec-Fetch-Site: same-origin', `X-Network: ${network}`];
    const { answers, ms } = await converse(web, [
      formPost(formPath, await web.readyForm({ 'call-me': callMe }), headers),
    ]);
    assert.match(answers[0]?.body ?? '', /id="receipt"/, 'junk is taken as well');
    return ms;
  };
  await send('198.51.100.0', 'Somebody');
  const junk = amount(150, 5_000);
  let left = junk;
  const begun = performance.now();
  const pouring = Array.from({ length: 12 }, async () => {
    for (; left > 0;) {
      left -= 1;
      await send('203.0.113.0', `Junk ${left}`);
    }
  });
  const waits: number[] = [];
  while (left > 0) waits.push(await send(`10.0.${waits.length}.0`, 'Test Person'));
  await Promise.all(pouring);
  const aMinute = (junk * 60_000) / (performance.now() - begun);

  const database = openSqlite(web.dataDir);
  const lanes = database.prepare('select lane, count(*) as total from referral group by lane').all();
  database.close();
  const inLane = Object.fromEntries(lanes.map((row) => [row['lane'], row['total']]));
  // Ten of a network are told one by one before it looks like a machine.
  assert.deepEqual(inLane, { held: junk - 10, normal: 1 + 10 + waits.length });
  const slowest = waits.toSorted((one, other) => other - one)[Math.floor(waits.length / 100)] ?? Infinity;
  // Of a few people the slowest counts, on whatever machine.
  assert.ok(
    waits.length >= 5 && slowest < amount(10_000, 2_000),
    `${waits.length} people, p99 ${slowest} ms`,
  );
  t.diagnostic(
    `figure: ${junk} of one network, ${Math.round(aMinute)} a minute; ${waits.length} people, p99 ${Math.round(slowest)} ms`,
  );
});
