import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test, { type TestContext } from 'node:test';
import { newKeyPair } from '../../src/referral/seal.ts';
import { openNoticeChannel } from '../../src/server/delivery/channels/notice.ts';
import { newClockTrust } from '../../src/server/delivery/clock-trust.ts';
import { plantCanary } from '../../src/server/delivery/canary.ts';
import { makeCourier, type CourierParts } from '../../src/server/delivery/courier.ts';
import { sendDigest } from '../../src/server/delivery/digest.ts';
import { letGo } from '../../src/server/delivery/let-go.ts';
import { loadSecrets } from '../../src/server/secrets.ts';
import { accept } from '../../src/server/store/accept.ts';
import { healthOf } from '../../src/server/store/health.ts';
import { acknowledge, openSealed } from '../../src/server/store/opening.ts';
import { withdraw } from '../../src/server/store/status.ts';
import { tombstoneFile } from '../../src/server/store/tombstones.ts';
import { aSealedReferral, daysAfter, minutesAfter, noon } from '../support/sealed-referral.ts';
import { aFolder, aSqliteStore } from '../support/stores.ts';

/** The courier's minute, with a clock and a stopwatch that the test moves each on its own. */
async function aMinuteOfLettingGo(t: TestContext) {
  const store = await aSqliteStore(t);
  const folder = aFolder(t);
  const codes: string[] = [];
  let now = noon;
  let stopwatch = 0;
  const log = ({ code }: { code: string }) => void codes.push(code);
  const begin = (): CourierParts => ({
    store,
    channel: openNoticeChannel({
      smtpUrl: 'smtp://127.0.0.1:1',
      from: 'portal@sender.example',
      demonstration: true,
    }),
    digest: { to: ['operator@portal.example'], origin: 'https://portal.example', build: '' },
    canary: { secrets: loadSecrets(folder), recipients },
    recipientOf: () => undefined,
    linkTo: (reference) => reference,
    lettingGo: { secrets: loadSecrets(folder), dataDir: folder },
    isClockSteady: newClockTrust({ store, now: () => now, log }, () => stopwatch),
    now: () => now,
    random: () => 0.5,
    log,
  });
  let parts = begin();
  return {
    store,
    /** The courier ends, and another begins with a stopwatch of its own. */
    startAnew() {
      stopwatch = 0;
      parts = begin();
    },
    folder,
    codes,
    /** What else the courier does in a minute by the clock. */
    async watch() {
      await makeCourier(parts).watch();
      await sendDigest(parts);
      await plantCanary(parts);
    },
    async after(clockMinutes: number, stopwatchMinutes = clockMinutes) {
      now = minutesAfter(now, clockMinutes);
      stopwatch += stopwatchMinutes * 60_000;
      await letGo(parts);
      return now;
    },
  };
}

const recipients = [(await newKeyPair()).recipient, (await newKeyPair()).recipient];

const tenYears = 10 * 365 * 24 * 60;

test('H1: a clock that jumps ten years deletes nothing, is seen, and is believed only a day later', async (t) => {
  const { store, codes, after } = await aMinuteOfLettingGo(t);
  const confirmed = aSealedReferral();
  await accept(store, confirmed);
  await acknowledge(store, { ...confirmed, now: noon });
  await after(0);
  const jumped = await after(tenYears, 1);
  await after(23 * 60);
  assert.equal(typeof (await openSealed(store, confirmed.reference)), 'object');
  assert.deepEqual(codes, ['clock-jumped']);
  assert.deepEqual((await healthOf(store, jumped)).alarms, ['clock-jumped']);

  const believed = await after(60);
  assert.equal(await openSealed(store, confirmed.reference), 'gone');
  assert.deepEqual((await healthOf(store, believed)).alarms, []);
});

test('H1: a courier that starts with a clock ten years ahead deletes nothing for a day', async (t) => {
  const { store, codes, after, startAnew } = await aMinuteOfLettingGo(t);
  const confirmed = aSealedReferral();
  await accept(store, confirmed);
  await acknowledge(store, { ...confirmed, now: noon });
  await after(0);
  startAnew();
  await after(2 * 24 * 60, 0);
  assert.deepEqual(codes, [], 'two days off are nothing');
  startAnew();
  await after(tenYears, 0);
  await after(23 * 60);
  assert.equal(typeof (await openSealed(store, confirmed.reference)), 'object');
  assert.deepEqual(codes, ['clock-jumped']);
  await after(2 * 60);
  assert.equal(await openSealed(store, confirmed.reference), 'gone');
});

test('H1: a clock that is put right within the day has deleted nothing', async (t) => {
  const { store, after } = await aMinuteOfLettingGo(t);
  const confirmed = aSealedReferral();
  await accept(store, confirmed);
  await acknowledge(store, { ...confirmed, now: noon });
  await after(0);
  await after(tenYears, 1);
  await after(-tenYears, 1);
  await after(24 * 60);
  await after(24 * 60);
  assert.equal(typeof (await openSealed(store, confirmed.reference)), 'object');
  await after(5 * 24 * 60);
  assert.equal(await openSealed(store, confirmed.reference), 'gone');
});

test('a clock that goes as it should lets go after seven days, and lays the tombstone', async (t) => {
  const { store, folder, codes, after } = await aMinuteOfLettingGo(t);
  const confirmed = aSealedReferral();
  await accept(store, confirmed);
  await acknowledge(store, { ...confirmed, now: noon });
  await after(0);
  assert.deepEqual(await after(7 * 24 * 60), daysAfter(noon, 7));
  assert.equal(await openSealed(store, confirmed.reference), 'gone');
  assert.match(readFileSync(tombstoneFile(folder), 'utf8'), / 2026-11-27 purged\n$/u);
  assert.deepEqual(codes, []);
});

test('what a person takes back goes whatever the clock says', async (t) => {
  const { store, folder, after } = await aMinuteOfLettingGo(t);
  const referral = aSealedReferral();
  await accept(store, referral);
  await after(0);
  await withdraw(store, referral.receiptMac, noon);
  await after(tenYears, 1);
  assert.match(readFileSync(tombstoneFile(folder), 'utf8'), / withdrawn\n$/u);
});

test('H1: by a clock that has jumped nothing is escalated, told or planted until it is believed again', async (t) => {
  const { store, codes, after, watch } = await aMinuteOfLettingGo(t);
  await accept(store, aSealedReferral());
  await after(0);
  const done = async () => ({
    steps: (await store.db.selectFrom('escalation').select('step').execute()).map(({ step }) => step).sort(),
    referrals: (await store.db.selectFrom('referral').select('reference').execute()).length,
  });
  await after(100 * 24 * 60, 1);
  await watch();
  assert.deepEqual(await done(), { steps: [], referrals: 1 });
  assert.deepEqual(codes, ['clock-jumped']);

  await after(24 * 60);
  await watch();
  assert.deepEqual(await done(), { steps: ['decide-30', 'decide-90', 'late-24h', 'late-4h'], referrals: 2 });
  assert.ok(codes.includes('digest-unreached'));
});
