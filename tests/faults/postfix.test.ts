/** The courier before a real Postfix, and what that hands on to the mail server behind it. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import PostalMime from 'postal-mime';
import { showCode } from '../../src/referral/codes.ts';
import { accept } from '../../src/server/store/accept.ts';
import { aCourierWorld, type CourierWorld } from '../support/courier.ts';
import { amount } from '../support/how-long.ts';
import { aPostfix, missingPostfix, type Postfix, type Settings } from '../support/postfix.ts';
import { anSmtpSink, type SmtpSink } from '../support/smtp-sink.ts';
import { anEnvelope, aReferralWith, mark, markDigits, spoolKey } from '../support/spool-key.ts';
import type { Lifetime } from '../support/stores.ts';

const options = { skip: missingPostfix() };

type World = CourierWorld & { readonly postfix: Postfix; readonly mailboxes: SmtpSink };

const referenceIn = (data: string) => /^Message-ID: <([0-9A-Z]{8})\.referral@/imu.exec(data)?.[1] ?? '';

const languages = ['en'] as const;
const northfield = { addresses: ['team@northfield.example'], languages };
const twoAddresses = { addresses: ['gone@southfield.example', 'second@southfield.example'], languages };
const later = { addresses: ['team@later.example'], languages };

async function aWorld(t: Lifetime, settings: Settings = {}): Promise<World> {
  const mailboxes = await anSmtpSink(t);
  const postfix = await aPostfix(t, mailboxes.port, settings);
  const world = await aCourierWorld(t, {
    recipients: { northfield, twoAddresses, later },
    smtpUrl: () => postfix.url,
    mail: { demonstration: false },
  });
  return { ...world, postfix, mailboxes };
}

async function until(isSo: () => boolean, otherwise: string): Promise<void> {
  const patience = performance.now() + 30_000;
  while (!isSo()) {
    if (performance.now() > patience) assert.fail(otherwise);
    await wait(20);
  }
}

/** Resolves when so many mails have come out behind Postfix. */
function arrived({ mailboxes, postfix }: World, count: number): Promise<void> {
  return until(() => mailboxes.taken.length >= count, `not all arrived\n${postfix.log()}`);
}

test('B3, B12: a notice comes out behind Postfix as the courier wrote it, once', options, async (t) => {
  const seven = { smtpd_discard_ehlo_keywords: '8bitmime, smtputf8, chunking, dsn' };
  const world = await aWorld(t, seven);
  const { reference } = await world.submit({ service: 'northfield' });
  await world.roundAfter(0);
  await arrived(world, 1);
  const [mail = assert.fail()] = world.mailboxes.taken;
  assert.deepEqual(mail.to, ['team@northfield.example']);
  const { subject, text, messageId, to } = await PostalMime.parse(mail.data);
  assert.equal(messageId, `<${reference}.referral@sender.example>`);
  assert.deepEqual(to, [{ name: '', address: 'team@northfield.example' }]);
  assert.ok(subject?.includes(reference.slice(0, 4)));
  assert.ok(text?.includes(`https://portal.example/en/p/#${reference}.capability`));
  assert.match(mail.data, /^[\x00-\x7F]*$/u, 'seven bits');
});

test(
  'B4, B5: what Postfix refuses for good goes to the second address, what it puts off goes later',
  options,
  async (t) => {
    const refuses = {
      smtpd_recipient_restrictions:
        'check_recipient_access inline:{ {gone@southfield.example = 550 5.1.1 gone}, {team@later.example = 450 4.7.1 later} }',
    };
    const world = await aWorld(t, refuses);
    await world.submit({ service: 'twoAddresses' });
    const put = await world.submit({ service: 'later' });
    await world.submit({ service: 'northfield' });
    await world.roundAfter(0);
    await world.roundAfter(0);
    await arrived(world, 2);
    const told = () => world.mailboxes.taken.flatMap(({ to }) => to).sort();
    assert.deepEqual(told(), ['second@southfield.example', 'team@northfield.example']);
    assert.deepEqual(await world.taskCodes(), ['address-refused']);

    world.postfix.change({ smtpd_recipient_restrictions: '' });
    for (let hours = 0; hours < 3; hours++) await world.roundAfter(60);
    await arrived(world, 3);
    assert.deepEqual(told(), ['second@southfield.example', 'team@later.example', 'team@northfield.example']);
    assert.equal(world.mailboxes.taken.filter(({ data }) => referenceIn(data) === put.reference).length, 1);
  },
);

const unsafe: readonly (readonly [string, Settings])[] = [
  ['offers no TLS', { smtpd_tls_security_level: 'none' }],
  [
    'has a certificate for another name',
    { smtpd_tls_chain_files: new URL('../support/certificates/wrong-name.pem', import.meta.url).pathname },
  ],
  [
    'speaks TLS 1.1 at best',
    {
      smtpd_tls_mandatory_protocols: '!TLSv1.2, !TLSv1.3',
      smtpd_tls_mandatory_ciphers: 'low',
      tls_low_cipherlist: 'ALL:@SECLEVEL=0',
    },
  ],
];

for (const [what, settings] of unsafe) {
  test(
    `B7, B8, B9: a Postfix that ${what} hears no address and no word, and the operator does`,
    options,
    async (t) => {
      const world = await aWorld(t, settings);
      await world.submit({ service: 'northfield' });
      await world.roundAfter(0);
      assert.deepEqual(await world.taskCodes(), ['mail-tls-refused']);
      await until(() => /smtpd\[\d+\]: disconnect from/u.test(world.postfix.log()), 'it noted no visit');
      assert.doesNotMatch(world.postfix.log(), /northfield|sender\.example|client=/u);
      assert.deepEqual(world.mailboxes.taken, []);
    },
  );
}

test(
  'B4: a Postfix that lets us in one at a time, and then too rarely, is told everything in the end',
  options,
  async (t) => {
    const world = await aWorld(t, {
      smtpd_client_connection_count_limit: '1',
      smtpd_client_connection_rate_limit: '20',
      anvil_rate_time_unit: '2s',
      // Otherwise machines beside it are let in as often as they like.
      smtpd_client_event_limit_exceptions: '',
    });
    const references = new Set<string>();
    for (let count = 0; count < 30; count++) {
      const service = ['northfield', 'twoAddresses', 'later'][count % 3] ?? '';
      references.add((await world.submit({ service })).reference);
    }
    for (let round = 0; round < 40 && world.mailboxes.taken.length < 30; round++) {
      await world.roundAfter(30);
      await wait(250);
    }
    await arrived(world, 30);
    assert.deepEqual(new Set(world.mailboxes.taken.map(({ data }) => referenceIn(data))), references);
    assert.equal(world.mailboxes.taken.length, 30, 'each once');
    assert.match(world.postfix.log(), /(?:count|rate) limit exceeded/iu, 'it did refuse some');
  },
);

test('B14: a referral that bounces comes back without a word of it', options, async (t) => {
  const mailboxes = await anSmtpSink(t, { rcptFor: { 'team@northfield.example': '550 5.1.1 gone' } });
  const postfix = await aPostfix(t, mailboxes.port);
  const world = await aCourierWorld(t, {
    contentSink: { ...mailboxes, url: postfix.url },
    recipients: { northfield: { ...northfield, content: 'verified' } },
    spool: [spoolKey.identity],
  });
  const envelope = anEnvelope();
  await accept(world.store, { ...(await aReferralWith(envelope)), acceptedAt: world.now() });
  await world.roundAfter(0);
  assert.deepEqual(
    world.events.map(({ code }) => code),
    ['content-handed-over'],
  );
  await until(() => mailboxes.taken.length > 0, `nothing came back\n${postfix.log()}`);
  const [bounce = assert.fail()] = mailboxes.taken;
  assert.deepEqual(bounce.to, ['portal@sender.example']);
  assert.ok(bounce.data.includes(envelope.reference.slice(0, 4)), 'it says which');
  for (const word of [mark, markDigits, showCode(envelope.innerCode), envelope.innerCode])
    assert.ok(!bounce.data.includes(word), word);
});

test(
  'B3, B17: Postfix is killed amid its mail and started again: every notice arrives, under one Message-ID',
  options,
  async (t) => {
    const world = await aWorld(t);
    const references = new Set<string>();
    const count = amount(60, 600);
    const services = ['northfield', 'twoAddresses', 'later'];
    for (let made = 0; made < count; made++) {
      references.add((await world.submit({ service: services[made % 3] ?? '' })).reference);
    }
    let kills = 0;
    const killing = (async () => {
      while (kills < 3) {
        const before = world.mailboxes.taken.length;
        await until(() => world.mailboxes.taken.length >= before + count / 6, 'the mail stands still');
        world.postfix.abort();
        kills += 1;
        await wait(200);
        world.postfix.start();
      }
    })();
    const isAllSent = async () => (await world.notices()).every(({ state }) => state === 'sent');
    while (!(await isAllSent())) {
      await world.roundAfter(10);
      await wait(50);
    }
    await killing;
    world.postfix.flush();
    const got = () => new Set(world.mailboxes.taken.map(({ data }) => referenceIn(data)));
    await until(() => got().size === count, 'some are lost');
    assert.deepEqual(got(), references);
    const copies = world.mailboxes.taken.length - count;
    // Each kill finds at most a mail of each pair of hands, and those that Postfix was just handing on.
    assert.ok(copies <= kills * 26, `${copies} copies`);
    t.diagnostic(`figure: ${count} notices, ${kills} kills of Postfix, 0 lost, ${copies} copies`);
  },
);
