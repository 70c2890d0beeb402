import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { newReference } from '../../src/referral/codes.ts';
import { canonicalText, padded, parseEnvelope } from '../../src/referral/envelope.ts';
import { newKeyPair, open, seal } from '../../src/referral/seal.ts';
import { openNoticeChannel } from '../../src/server/delivery/channels/notice.ts';
import { makeCourier, type CourierParts } from '../../src/server/delivery/courier.ts';
import { plantCanary, plantTest } from '../../src/server/delivery/canary.ts';
import { escalate } from '../../src/server/delivery/escalate.ts';
import { sendServiceTests } from '../../src/server/delivery/service-tests.ts';
import { capabilityOf, linkTo } from '../../src/server/notice-link.ts';
import { loadSecrets, type Secrets } from '../../src/server/secrets.ts';
import { accept } from '../../src/server/store/accept.ts';
import { canaryService, forgetCanaries, lastTests } from '../../src/server/store/canary.ts';
import { digestFacts } from '../../src/server/store/digest.ts';
import { healthOf } from '../../src/server/store/health.ts';
import { acknowledge, openSealed } from '../../src/server/store/opening.ts';
import { purge } from '../../src/server/store/purge.ts';
import type { Store } from '../../src/server/store/store.ts';
import { openTasks } from '../../src/server/store/tasks.ts';
import { aSealedReferral, daysAfter, minutesAfter, noon } from '../support/sealed-referral.ts';
import { anSmtpSink } from '../support/smtp-sink.ts';
import { aFolder, aSqliteStore, testOnStores } from '../support/stores.ts';

const key = await newKeyPair();
const recipients = [key.recipient, (await newKeyPair()).recipient];

async function aCanaryWorld(t: TestContext, store: Store, origin = 'https://portal.example') {
  const sink = await anSmtpSink(t);
  const secrets = loadSecrets(aFolder(t));
  let now = noon;
  const parts: CourierParts = {
    store,
    channel: openNoticeChannel({ smtpUrl: sink.url, from: 'portal@sender.example', demonstration: true }),
    recipientOf: () => ({ addresses: ['canary@robot.example'], languages: ['en'] }),
    linkTo: linkTo(origin, secrets),
    canary: { secrets, recipients },
    isClockSteady: async () => true,
    now: () => now,
    random: () => 0.5,
    log: () => undefined,
  };
  const courier = makeCourier(parts);
  return {
    sink,
    secrets,
    parts,
    /** What the courier does at that minute. */
    async at(minutes: number) {
      now = minutesAfter(noon, minutes);
      await plantCanary(parts);
      await courier.makeRound();
    },
    /** What the robot does with whatever is open. */
    async confirmAll() {
      for (const { reference } of await waiting(store)) await confirm(store, secrets, reference, now);
    },
    alarms: async (minutes: number) => (await healthOf(store, minutesAfter(noon, minutes))).alarms,
  };
}

const waiting = (store: Store) =>
  store.db.selectFrom('referral').select('reference').where('acknowledged_at', 'is', null).execute();

async function confirm(store: Store, secrets: Secrets, reference: string, now: Date): Promise<void> {
  const found = await openSealed(store, reference);
  assert.ok(typeof found === 'object');
  const { innerCode, test: isTest } = parseEnvelope(await open(found.sealed, key.identity));
  assert.equal(isTest, true);
  const innerCodeMac = secrets.mac('inner-code', reference, innerCode);
  assert.equal(await acknowledge(store, { reference, innerCodeMac, now }), 'acknowledged');
}

testOnStores(
  'an hourly test goes the way of every referral, once however many couriers there are',
  async (t, store) => {
    const world = await aCanaryWorld(t, store);
    await Promise.all([plantCanary(world.parts), plantCanary(world.parts)]);
    await world.at(0);
    await world.at(30);
    assert.equal(world.sink.taken.length, 1);
    assert.deepEqual(world.sink.taken[0]?.to, ['canary@robot.example']);
    await world.confirmAll();
    await world.at(60);
    assert.equal(world.sink.taken.length, 2);

    assert.deepEqual(
      await store.db.selectFrom('counter_due').selectAll().execute(),
      [],
      'tests are not counted',
    );
    const { waiting: told, unconfirmed } = await healthOf(store, minutesAfter(noon, 61));
    assert.deepEqual([told, unconfirmed], [0, 0]);
    assert.equal((await digestFacts(store, noon)).referrals.acknowledged, 0);
  },
);

test('B16, J6: whichever part stands still, the alarm comes within fifteen minutes of the canary being due', async (t) => {
  const faults: Record<string, (world: Awaited<ReturnType<typeof aCanaryWorld>>) => Promise<void>> = {
    'the courier': async () => undefined,
    'the mail': async (world) => {
      world.sink.script.replies.rcpt = '450 later';
      await world.at(60);
    },
    'the robot': async (world) => {
      await world.at(60);
    },
  };
  for (const [name, stop] of Object.entries(faults)) {
    const store = await aSqliteStore(t);
    const world = await aCanaryWorld(t, store);
    await world.at(0);
    await world.confirmAll();
    await stop(world);
    assert.deepEqual(await world.alarms(75), [], name);
    assert.deepEqual(await world.alarms(76), ['canary-missing'], name);
    assert.equal((await healthOf(store, minutesAfter(noon, 76))).isWell, false);

    delete world.sink.script.replies.rcpt;
    await world.at(180);
    await world.confirmAll();
    assert.deepEqual(await world.alarms(181), [], `${name}, put right`);
  }
});

testOnStores(
  'H1: a canary of an hour to come keeps no alarm back, nor the canary of that hour',
  async (t, store) => {
    const world = await aCanaryWorld(t, store);
    const twoDays = 48 * 60;
    const planted = async () => (await store.db.selectFrom('referral').select('reference').execute()).length;
    await world.at(0);
    await world.confirmAll();
    // The clock runs two days ahead for three hours, and then is put right.
    for (const minutes of [60, 120, 180]) {
      await world.at(twoDays + minutes);
      await world.confirmAll();
    }
    assert.deepEqual(await world.alarms(twoDays + 175), [], 'two machines differ by a little');
    assert.deepEqual(await world.alarms(190), ['canary-missing'], 'nobody knows');

    await world.at(190);
    assert.equal(await planted(), 2, 'those of hours to come are gone');
    await world.confirmAll();
    assert.deepEqual(await world.alarms(190 + 75), []);
    assert.deepEqual(await world.alarms(190 + 76), ['canary-missing']);
    assert.deepEqual(
      await world.alarms(twoDays + 130),
      ['canary-missing'],
      'in the hours that were dated, too',
    );
  },
);

test('H2: a clock set back by ten years and put right leaves no alarm and no canary of its own', async (t) => {
  const store = await aSqliteStore(t);
  const world = await aCanaryWorld(t, store);
  const tenYears = 10 * 365 * 24 * 60;
  await world.at(0);
  await world.confirmAll();
  await world.at(-tenYears);
  assert.deepEqual(await world.alarms(2), ['canary-missing']);
  await world.at(2);
  await world.confirmAll();
  assert.deepEqual(await world.alarms(3), []);
  assert.deepEqual(await waiting(store), []);
});

test('a day without a robot leaves one test waiting and not twenty-four', async (t) => {
  const store = await aSqliteStore(t);
  const world = await aCanaryWorld(t, store);
  for (let hour = 0; hour < 6; hour++) await world.at(hour * 60);
  assert.equal((await waiting(store)).length, 1);
});

test('where no canary is planted any more, none is missing', async (t) => {
  const store = await aSqliteStore(t);
  const world = await aCanaryWorld(t, store);
  await world.at(0);
  assert.deepEqual(await world.alarms(120), ['canary-missing']);
  await plantCanary({ ...world.parts, canary: undefined });
  assert.deepEqual(await world.alarms(120), []);
  await forgetCanaries(store, noon);
});

test('a test for a service is remembered for thirty-five days after it was sent', async (t) => {
  const store = await aSqliteStore(t);
  const secrets = loadSecrets(aFolder(t));
  const plant = (service: string) =>
    plantTest(store, { secrets, recipients, service, formKey: service, now: noon });
  const reference = await plant('northfield');
  await plant('silent');
  await confirm(store, secrets, reference, minutesAfter(noon, 5));
  assert.deepEqual(Object.fromEntries(await lastTests(store)), {
    northfield: { sent: noon, confirmed: minutesAfter(noon, 5) },
    silent: { sent: noon, confirmed: undefined },
  });
  await purge(store, minutesAfter(daysAfter(noon, 35), -1));
  assert.equal((await lastTests(store)).size, 2);
  await purge(store, daysAfter(noon, 35));
  assert.equal((await lastTests(store)).size, 0);
  assert.deepEqual(await waiting(store), []);
});

testOnStores(
  'a service that agreed to it is sent a test every four weeks, in working time',
  async (t, store) => {
    const secrets = loadSecrets(aFolder(t));
    const world = await aCanaryWorld(t, store);
    const serviceTests = { secrets, services: [{ service: 'northfield', recipients }] };
    const at = (now: Date) => sendServiceTests({ ...world.parts, serviceTests, now: () => now });
    const sent = async () => (await lastTests(store)).get('northfield')?.sent;

    const sunday = new Date('2026-11-22T12:00Z');
    await at(sunday);
    assert.equal(await sent(), undefined);
    const monday = new Date('2026-11-23T09:00Z');
    await Promise.all([at(monday), at(monday)]);
    assert.equal((await waiting(store)).length, 1);
    await at(minutesAfter(daysAfter(monday, 28), -1));
    assert.deepEqual(await sent(), monday);
    await at(daysAfter(monday, 28));
    assert.deepEqual(await sent(), daysAfter(monday, 28));
    await at(daysAfter(monday, 29));
    assert.equal((await waiting(store)).length, 2);
  },
);

testOnStores(
  'a test of a service that nobody confirms is a task after five working days',
  async (t, store) => {
    const world = await aCanaryWorld(t, store);
    const plant = (service: string) =>
      plantTest(store, { secrets: world.secrets, recipients, service, formKey: service, now: noon });
    const reference = await plant('northfield');
    await plant(canaryService);
    const tasksAt = async (now: Date) => {
      await escalate({ ...world.parts, now: () => now });
      return (await openTasks(store)).map(({ code, service }) => [code, service]);
    };
    // Noon is that of a Friday.
    assert.deepEqual(await tasksAt(minutesAfter(daysAfter(noon, 7), -1)), []);
    const raised = [['test-unconfirmed', 'northfield']];
    assert.deepEqual(await tasksAt(daysAfter(noon, 7)), raised);
    assert.deepEqual(await tasksAt(daysAfter(noon, 20)), raised, 'once, and it leads to nothing else');
    await confirm(store, world.secrets, reference, daysAfter(noon, 20));
    assert.deepEqual(await tasksAt(daysAfter(noon, 30)), []);
  },
);

test('B15: the robot opens and confirms a test, and never confirms anything else', async (t) => {
  const store = await aSqliteStore(t);
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      asked.push(request.url ?? '');
      void answer(request.url ?? '', new URLSearchParams(Buffer.concat(chunks).toString())).then((body) =>
        response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(body)),
      );
    });
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  t.after(() => server.close());
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const world = await aCanaryWorld(t, store, 'https://elsewhere.example');

  async function answer(path: string, form: URLSearchParams): Promise<object> {
    const reference = form.get('reference') ?? '';
    if (path === '/p/ack') {
      const innerCodeMac = world.secrets.mac('inner-code', reference, form.get('code') ?? '');
      return { state: await acknowledge(store, { reference, innerCodeMac, now: noon }) };
    }
    if (form.get('capability') !== capabilityOf(world.secrets, reference)) return {};
    const found = await openSealed(store, reference);
    return typeof found === 'object' ? { sealed: Buffer.from(found.sealed).toString('base64') } : {};
  }

  const keyFile = join(aFolder(t), 'key.txt');
  writeFileSync(keyFile, `${key.identity}\n`);
  const robot = async (mail: string): Promise<number | null> => {
    const script = join(import.meta.dirname, '../../scripts/canary-robot.ts');
    const child = spawn(process.execPath, [script, '--origin', origin, '--key', keyFile], {
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    child.stdin.end(mail);
    const [code] = (await once(child, 'exit')) as [number | null];
    return code;
  };

  await world.at(0);
  assert.equal(await robot(world.sink.taken[0]?.data ?? ''), 0);
  assert.deepEqual(asked, ['/p/open', '/p/ack']);
  assert.ok((await lastTests(store)).get(canaryService)?.confirmed);

  assert.equal(await robot('Subject: hello\r\n\r\nNot a notice.\r\n'), 0);
  const noticeOf = (reference: string, capability: string) =>
    `Subject: x\r\n\r\nhttps://x.example/en/p/#${reference}.${capability}\r\n`;
  assert.equal(await robot(noticeOf('ABCD2345', '0'.repeat(32))), 75);

  const reference = newReference();
  const envelope = { ...parseEnvelope(await openedCanary()), reference };
  delete envelope.test;
  await accept(
    store,
    aSealedReferral({ reference, sealed: await seal(padded(canonicalText(envelope)), recipients) }),
  );
  assert.equal(await robot(noticeOf(reference, capabilityOf(world.secrets, reference))), 75);
  assert.equal(asked.filter((path) => path === '/p/ack').length, 1);

  async function openedCanary(): Promise<Uint8Array> {
    const row = await store.db.selectFrom('referral').select('sealed').executeTakeFirstOrThrow();
    return open(new Uint8Array(row.sealed ?? []), key.identity);
  }
});
