import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { parse } from 'yaml';
import * as z from 'zod';
import type { Envelope } from '../../src/referral/envelope.ts';
import { openReferral } from '../../src/referral/opening.ts';
import { newKeyPair } from '../../src/referral/seal.ts';
import { openWebhookChannel } from '../../src/server/delivery/channels/webhook.ts';
import { keyFrom } from '../../src/server/delivery/webhook-signature.ts';
import { accept } from '../../src/server/store/accept.ts';
import { openStore } from '../../src/server/store/open-store.ts';
import { acknowledge } from '../../src/server/store/opening.ts';
import { withdraw } from '../../src/server/store/status.ts';
import type { Recipient } from '../../src/server/delivery/courier.ts';
import { aCourierWorld } from '../support/courier.ts';
import { noon } from '../support/sealed-referral.ts';
import { anEnvelope, aReferralWith, escrowKey, mark, markDigits, spoolKey } from '../support/spool-key.ts';
import { testAuthority } from '../support/smtp-sink.ts';
import { statusFor } from '../support/status-for.ts';
import { aFolder } from '../support/stores.ts';
import {
  aWebhookReceiver,
  type Misbehaviour,
  type ReceiverScript,
  type WebhookReceiver,
} from '../support/webhook-receiver.ts';

const keys = { 'northfield-1': 'whsec_bm9ydGhmaWVsZCwgdGVzdCBrZXkgbnVtYmVyIG9uZQ==' };

const serviceKeys = [await newKeyPair(), await newKeyPair()] as const;
const sealedTo = serviceKeys.map(({ recipient }) => recipient);

type Named = {
  receiver?: Partial<ReceiverScript>;
  format?: 'sealed' | 'json';
  hasKeys?: boolean;
  url?: (receiver: WebhookReceiver) => string;
  signsWith?: Readonly<Record<string, string>>;
  attemptMs?: number;
};

/** A courier, an ordinary mail server, and a case system. */
async function aWebhookWorld(t: TestContext, named: Named = {}) {
  const { format = 'sealed', hasKeys = format === 'sealed', signsWith = keys, attemptMs = 20_000 } = named;
  let now = () => noon;
  const receiver = await aWebhookReceiver(t, { keys, now: () => now(), ...named.receiver });
  const dataDir = aFolder(t);
  const store = await openStore({ dataDir });
  t.after(() => store.close());
  const webhook = { url: named.url?.(receiver) ?? receiver.url, keyId: 'northfield-1', format };
  const recipients = {
    northfield: { addresses: ['team@northfield.example'], languages: ['en'] as const, webhook, hasKeys },
    southfield: { addresses: ['team@southfield.example'], languages: ['en'] as const },
  };
  const world = await aCourierWorld(t, {
    store,
    recipients,
    webhookKeys: signsWith,
    webhookAttemptMs: attemptMs,
    spool: [spoolKey.identity],
  });
  now = world.now;
  return {
    ...world,
    receiver,
    dataDir,
    async send(differs: Partial<Envelope> = {}, recipientKeys?: readonly string[]) {
      const envelope = anEnvelope(differs);
      const usual = format === 'json' ? [spoolKey.recipient, escrowKey.recipient] : sealedTo;
      const referral = {
        ...(await aReferralWith(envelope, recipientKeys ?? usual)),
        acceptedAt: world.now(),
      };
      await accept(store, referral);
      return { envelope, referral };
    },
  };
}

type Schemas = { components: { schemas: Record<string, Parameters<typeof z.fromJSONSchema>[0]> } };
const { components } = parse(readFileSync('docs/webhook.openapi.yaml', 'utf8')) as Schemas;

/** The names of all schemas of the published description that a body fits. */
function fitting(body: unknown): string[] {
  return Object.entries(components.schemas)
    .filter(([, schema]) => z.fromJSONSchema(schema).safeParse(body).success)
    .map(([name]) => name);
}

test('a case system gets the sealed referral, signed, as it is described, and opens it with its own key', async (t) => {
  const world = await aWebhookWorld(t);
  const { envelope, referral } = await world.send();
  await world.roundAfter(0);
  await world.roundAfter(600);

  const [body, ...more] = world.receiver.taken();
  assert.deepEqual(more, []);
  assert.deepEqual(fitting(body), ['SealedReferralBody']);
  const { sealed, openAt } = body as { sealed: string; openAt: string };
  assert.equal(openAt, `https://portal.example/en/p/#${envelope.reference}.capability`);
  const [{ identity }] = serviceKeys;
  assert.deepEqual(await openReferral(Buffer.from(sealed, 'base64'), identity, envelope.reference), {
    kind: 'opened',
    envelope,
  });
  const [request] = world.receiver.received;
  assert.equal(request?.headers['webhook-id'], `${envelope.reference}.referral`);
  assert.equal(request?.headers['webhook-key-id'], 'northfield-1');
  assert.equal(Buffer.byteLength(request?.body ?? '') % 4096, 0);
  assert.equal(await statusFor(world.store, referral.receiptMac, noon), 'sent');
  assert.equal(world.sink.taken.length, 0);
});

test('a case system that asks for it gets the referral as JSON, with the code that confirms it', async (t) => {
  const world = await aWebhookWorld(t, { format: 'json' });
  const { envelope, referral } = await world.send();
  await world.roundAfter(0);
  const [body] = world.receiver.taken();
  assert.deepEqual(fitting(body), ['JsonReferralBody']);
  assert.deepEqual((body as { referral: Envelope }).referral, envelope);
  // A 2xx is handed over and never confirmed.
  assert.equal(await statusFor(world.store, referral.receiptMac, noon), 'sent');
  const { reference } = envelope;
  await acknowledge(world.store, { reference, innerCodeMac: referral.innerCodeMac, now: noon });
  assert.equal(await statusFor(world.store, referral.receiptMac, noon), 'opened');
});

test('what the spool key does not open goes sealed, and the operator hears of it', async (t) => {
  const world = await aWebhookWorld(t, { format: 'json' });
  await world.send({}, sealedTo);
  await world.roundAfter(0);
  assert.deepEqual(fitting(world.receiver.taken()[0]), ['SealedReferralBody']);
  assert.deepEqual(await world.taskCodes(), ['spool-shut']);
});

for (const format of ['sealed', 'json'] as const) {
  test(`F1, J1: what was typed is in no file and no log of ours (${format})`, async (t) => {
    const world = await aWebhookWorld(t, {
      format,
      receiver: { misbehaviour: { status: 500, words: `${mark} said back` } },
    });
    const { envelope } = await world.send();
    await world.roundAfter(0);
    world.receiver.script.misbehaviour = undefined;
    await world.roundAfter(2);
    assert.equal(world.receiver.taken().length, 1);
    const isInTheClear = world.receiver.received.some(({ body }) => body.includes(mark));
    assert.equal(isInTheClear, format === 'json');

    const secrets = [mark, markDigits, envelope.innerCode];
    for (const entry of readdirSync(world.dataDir, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const bytes = readFileSync(join(entry.parentPath, entry.name));
      for (const secret of secrets) assert.ok(!bytes.includes(secret), `${entry.name}: ${secret}`);
    }
    const log = JSON.stringify(world.events);
    for (const secret of secrets) assert.ok(!log.includes(secret));
    assert.deepEqual(
      world.events.map(({ code }) => code),
      ['webhook-later', 'webhook-handed-over'],
    );
  });
}

for (const status of [500, 503, 429, 408]) {
  test(`${status} and then 200: tried again on schedule, with the same id and a fresh timestamp`, async (t) => {
    const world = await aWebhookWorld(t, { receiver: { misbehaviour: { status } } });
    const { envelope } = await world.send();
    await world.roundAfter(0);
    const [notice] = await world.notices();
    assert.equal((Number(notice?.next_at) - noon.getTime()) / 60_000, 1);
    world.receiver.script.misbehaviour = undefined;
    await world.roundAfter(1);
    const { received } = world.receiver;
    assert.deepEqual(
      received.map(({ headers }) => headers['webhook-id']),
      Array(2).fill(`${envelope.reference}.referral`),
    );
    assert.deepEqual(
      received.map(({ headers }) => Number(headers['webhook-timestamp']) - noon.getTime() / 1000),
      [0, 60],
    );
    assert.equal(received[0]?.body, received[1]?.body);
    assert.equal((await world.notices())[0]?.state, 'sent');
    assert.deepEqual(await world.taskCodes(), []);
  });
}

for (const status of [101, 400, 401, 403, 404, 410, 413, 422]) {
  test(`B5: ${status} is lasting: people are told by mail at once, the operator has a task, the case system is tried again`, async (t) => {
    const world = await aWebhookWorld(t, { receiver: { misbehaviour: { status } } });
    const { envelope, referral } = await world.send();
    await world.roundAfter(0);
    assert.deepEqual(await world.taskCodes(), ['webhook-refused']);
    assert.deepEqual(
      world.sink.taken.map(({ to }) => to),
      [['team@northfield.example']],
    );
    assert.ok(world.sink.taken[0]?.data.includes(envelope.reference));
    assert.ok(!world.sink.taken[0]?.data.includes(mark));
    assert.equal(await statusFor(world.store, referral.receiptMac, noon), 'sent');

    world.receiver.script.misbehaviour = undefined;
    await world.roundAfter(360);
    assert.equal(world.receiver.taken().length, 1);
    assert.deepEqual(await world.taskCodes(), []);
  });
}

for (const [has, hasKeys, tasks] of [
  ['no key', false, ['webhook-refused', 'link-without-key']],
  ['keys', true, ['webhook-refused']],
] as const) {
  test(`a link in the place of a referral in the clear, for a service that has ${has} of its own`, async (t) => {
    const receiver = { misbehaviour: { status: 403 } };
    const world = await aWebhookWorld(t, { format: 'json', hasKeys, receiver });
    await world.send();
    await world.roundAfter(0);
    assert.match(world.sink.taken[0]?.data ?? '', /\/en\/p\/#/u);
    assert.deepEqual(await world.taskCodes(), tasks);
  });
}

test('who was told hears that it was taken back, though their service receives otherwise by now', async (t) => {
  const dataDir = aFolder(t);
  const store = await openStore({ dataDir });
  t.after(() => store.close());
  const receiver = await aWebhookReceiver(t, { keys, now: () => noon });
  const byMail = { addresses: ['team@northfield.example'], languages: ['en'] as const };
  const webhook = { url: receiver.url, keyId: 'northfield-1', format: 'sealed' } as const;
  const aWorld = (northfield: Recipient) =>
    aCourierWorld(t, { store, recipients: { northfield }, webhookKeys: keys, spool: [spoolKey.identity] });
  const mails = await aWorld(byMail);
  const cases = await aWorld({ ...byMail, webhook });

  const toldByMail = await mails.submit();
  await mails.roundAfter(0);
  await withdraw(store, toldByMail.receiptMac, noon);
  await cases.roundAfter(1);
  assert.deepEqual(receiver.received, []);
  assert.deepEqual(
    cases.sink.taken.map(({ to }) => to),
    [['team@northfield.example']],
  );

  const toldByCaseSystem = await cases.submit();
  await cases.roundAfter(0);
  assert.equal(receiver.received.length, 1);
  await withdraw(store, toldByCaseSystem.receiptMac, noon);
  await mails.roundAfter(2);
  assert.ok(mails.sink.taken.at(-1)?.data.includes(`${toldByCaseSystem.reference}.withdrawn@`));
});

test('a redirect is not followed, and is a refusal', async (t) => {
  const elsewhere = await aWebhookReceiver(t, { keys, now: () => noon });
  const world = await aWebhookWorld(t);
  for (const status of [301, 302, 307, 308]) {
    world.receiver.script.misbehaviour = { status, location: elsewhere.url };
    await world.send();
    await world.roundAfter(0);
  }
  assert.equal(world.receiver.received.length, 4);
  assert.equal(elsewhere.connections(), 0);
  assert.deepEqual(await world.taskCodes(), ['webhook-refused']);
});

for (const certificate of ['expired', 'wrong-name', 'self-signed'] as const) {
  test(`B8: a case system whose certificate is ${certificate} gets nothing; people are told by mail`, async (t) => {
    // A variable that switches the check off for a whole process must not switch it off here.
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    t.after(() => delete process.env['NODE_TLS_REJECT_UNAUTHORIZED']);
    const world = await aWebhookWorld(t, { receiver: { certificate } });
    await world.send();
    await world.roundAfter(0);
    assert.ok(world.receiver.connections() > 0);
    assert.deepEqual(world.receiver.received, []);
    assert.deepEqual(await world.taskCodes(), ['webhook-tls-refused']);
    assert.deepEqual(
      world.sink.taken.map(({ to }) => to),
      [['team@northfield.example']],
    );
    const [first] = await world.notices();
    assert.deepEqual([first?.state, first?.attempts], ['due', 0]);
  });
}

test('B7: https is never spoken in clear: a case system without TLS gets nothing', async (t) => {
  const world = await aWebhookWorld(t, {
    receiver: { certificate: 'none' },
    url: ({ url }) => url.replace('http:', 'https:'),
  });
  await world.send();
  await world.roundAfter(0);
  assert.deepEqual(world.receiver.received, []);
  assert.equal((await world.notices())[0]?.state, 'due');
});

const breaks: [situation: string, misbehaviour: Misbehaviour, takenFirst: boolean][] = [
  ['says nothing', 'stall', false],
  ['hangs up', 'drop', false],
  ['sends a byte now and then', 'drip', false],
  ['takes it and hangs up', { takesFirst: true, then: 'drop' }, true],
];

for (const [situation, misbehaviour, takenFirst] of breaks) {
  test(`B2, B3, B13: a case system that ${situation} is left at the deadline, tried again, and takes it once`, async (t) => {
    const world = await aWebhookWorld(t, { receiver: { misbehaviour }, attemptMs: 2_500 });
    await world.send();
    const begun = performance.now();
    await world.roundAfter(0);
    assert.ok(performance.now() - begun < 15_000);
    assert.equal((await world.notices())[0]?.maybe_sent, 1);
    assert.equal(world.receiver.taken().length, takenFirst ? 1 : 0);
    world.receiver.script.misbehaviour = undefined;
    await world.roundAfter(1);
    assert.equal(world.receiver.taken().length, 1);
    const last = world.receiver.received.at(-1)?.verdict;
    assert.equal(last, takenFirst ? 'taken-before' : 'taken');
    assert.equal((await world.notices())[0]?.state, 'sent');
  });
}

test('B17: a case system that is down keeps nobody else waiting, and costs no task', async (t) => {
  const world = await aWebhookWorld(t, { url: () => 'https://127.0.0.1:1/referrals' });
  for (let count = 0; count < 7; count++) await world.send();
  await world.submit({ service: 'southfield' });
  await world.roundAfter(0);
  assert.deepEqual(
    world.sink.taken.map(({ to }) => to),
    [['team@southfield.example']],
  );
  assert.deepEqual(await world.taskCodes(), []);
  const { maybe_sent } = (await world.notices())[0] ?? {};
  assert.equal(maybe_sent, 0, 'nothing can have arrived');
});

test('the receiver takes a message signed with another key, altered, or old, for none of ours', async (t) => {
  const wrong = { 'northfield-1': 'whsec_YW5vdGhlciBrZXkgdGhhdCB3YXMgbmV2ZXIgYWdyZWVkIQ==' };
  const world = await aWebhookWorld(t, { signsWith: wrong });
  await world.send();
  await world.roundAfter(0);
  assert.deepEqual(
    world.receiver.received.map(({ verdict }) => verdict),
    ['unsigned'],
  );
  assert.deepEqual(await world.taskCodes(), ['webhook-refused']);

  const receiver = await aWebhookReceiver(t, { keys, now: () => noon });
  const channel = openWebhookChannel({
    keys: new Map([['northfield-1', keyFrom(keys['northfield-1'])]]),
    demonstration: true,
    ca: testAuthority,
  });
  const body = Buffer.from('{}');
  const message = { url: receiver.url, keyId: 'northfield-1', id: 'a.referral', body };
  for (const [minutes, verdict] of [
    [-6, 'stale'],
    [6, 'stale'],
    [-4, 'taken'],
    [4, 'taken-before'],
  ] as const) {
    await channel.send({ ...message, date: new Date(noon.getTime() + minutes * 60_000) });
    assert.equal(receiver.received.at(-1)?.verdict, verdict, `${minutes} minutes`);
  }
});

test('a withdrawal and a reminder are messages of their own, as described, and carry nothing that was typed', async (t) => {
  const world = await aWebhookWorld(t, { format: 'json' });
  const { envelope, referral } = await world.send();
  await world.roundAfter(0);
  await world.watchAfter(4 * 24 * 60);
  await world.roundAfter(0);
  await withdraw(world.store, referral.receiptMac, noon);
  await world.roundAfter(1);
  const [, reminder, withdrawn] = world.receiver.taken();
  assert.deepEqual(fitting(reminder), ['JsonReferralBody']);
  assert.equal((reminder as { event: string }).event, 'reminder');
  assert.deepEqual(fitting(withdrawn), ['WithdrawnBody']);
  assert.deepEqual(
    world.receiver.received.map(({ headers }) => headers['webhook-id']),
    ['referral', 'reminder', 'withdrawn'].map((event) => `${envelope.reference}.${event}`),
  );
  const mails = world.sink.taken.map(({ data }) => /^Subject: (\w+)/mu.exec(data)?.[1]);
  assert.deepEqual(mails, ['Reminder', 'Update'], 'people beside the machine are reminded and told as well');
  assert.ok(!world.sink.taken.some(({ data }) => data.includes(mark)));
});

test('nothing goes to an odd place: clear http, a user, a query, this machine, a network, or a name that leads there', async (t) => {
  const receiver = await aWebhookReceiver(t, { keys, now: () => noon, certificate: 'none' });
  const message = { keyId: 'northfield-1', id: 'a', body: Buffer.from('{}'), date: noon };
  const key = new Map([['northfield-1', keyFrom(keys['northfield-1'])]]);
  const real = openWebhookChannel({ keys: key, demonstration: false });
  const { port } = new URL(receiver.url);
  for (const url of [
    receiver.url,
    `https://127.0.0.1:${port}/`,
    `https://localhost:${port}/`,
    `https://[::1]:${port}/`,
    `https://[::ffff:127.0.0.1]:${port}/`,
    `https://2130706433:${port}/`,
    'https://10.0.0.1/',
    'https://169.254.169.254/latest/',
    'https://192.168.1.1/',
    'https://[fe80::1]/',
    'https://[fec0::1]/',
    'https://[64:ff9b::7f00:1]/',
    'https://[2002:a00:1::]/',
    'https://[2001:0:a00:1::]/',
    'https://[100::1]/',
    'https://user:word@case.example/',
    'https://case.example/?token=1',
    'ftp://case.example/',
  ]) {
    assert.deepEqual(await real.send({ ...message, url }), { kind: 'refused' }, url);
  }
  const demonstration = openWebhookChannel({ keys: key, demonstration: true });
  assert.deepEqual(await demonstration.send({ ...message, url: 'https://192.0.2.1/' }), { kind: 'refused' });
  assert.equal(receiver.connections(), 0);
  assert.deepEqual(await demonstration.send({ ...message, url: receiver.url }), { kind: 'handed-over' });
});
