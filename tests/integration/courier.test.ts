import assert from 'node:assert/strict';
import test from 'node:test';
import PostalMime from 'postal-mime';
import { openNoticeChannel } from '../../src/server/delivery/channels/notice.ts';
import { makeCourier, type CourierParts, type Recipient } from '../../src/server/delivery/courier.ts';
import { runCourier } from '../../src/server/delivery/run-courier.ts';
import { showCode } from '../../src/referral/codes.ts';
import { accept } from '../../src/server/store/accept.ts';
import { decide } from '../../src/server/store/decisions.ts';
import { healthOf } from '../../src/server/store/health.ts';
import { acknowledge } from '../../src/server/store/opening.ts';
import { withdraw } from '../../src/server/store/status.ts';
import { aSealedReferral, minutesAfter, noon } from '../support/sealed-referral.ts';
import { openTasks } from '../../src/server/store/tasks.ts';
import { aCourierWorld } from '../support/courier.ts';
import { amount } from '../support/how-long.ts';
import { anSmtpSink } from '../support/smtp-sink.ts';
import { statusFor } from '../support/status-for.ts';
import { aSqliteStore, testOnStores } from '../support/stores.ts';

testOnStores('a service is told by one mail that says nothing about the person', async (t, store) => {
  const world = await aCourierWorld(t, { store });
  const referral = await world.submit();
  await world.roundAfter(0);
  await world.roundAfter(600);

  const [taken, ...more] = world.sink.taken;
  assert.ok(taken);
  assert.deepEqual(more, []);
  assert.deepEqual([taken.from, taken.to], ['portal@sender.example', ['team@northfield.example']]);
  const mail = await PostalMime.parse(taken.data);
  assert.equal(mail.subject, `New message ${showCode(referral.reference)}`);
  assert.equal(mail.messageId, `<${referral.reference}.referral@sender.example>`);
  assert.equal(mail.html, undefined);
  assert.deepEqual(mail.attachments, []);
  assert.ok(mail.text?.includes(`https://portal.example/en/p/#${referral.reference}.capability\n`));
  const header = (name: string) => mail.headers.find(({ key }) => key === name)?.value;
  assert.equal(header('auto-submitted'), 'auto-generated');
  assert.equal(header('x-auto-response-suppress'), 'All');
  assert.equal(header('x-mailer'), undefined);
  assert.match(header('content-type') ?? '', /^text\/plain; charset=utf-8$/iu);
  assert.equal(await statusFor(store, referral.receiptMac, noon), 'sent');
});

testOnStores('A12: two couriers at work on one outbox send every notice once', async (t, store) => {
  const world = await aCourierWorld(t, { store });
  const other = await aCourierWorld(t, { store });
  for (let count = 0; count < 12; count++) await world.submit({ service: `service-${count % 5}` });
  await Promise.all([world.courier.makeRound(), other.courier.makeRound()]);
  const told = [...world.sink.taken, ...other.sink.taken].map(
    ({ data }) => /^Message-ID: (.*)$/imu.exec(data)?.[1],
  );
  assert.equal(told.length, 12);
  assert.equal(new Set(told).size, 12);
});

testOnStores(
  'E3: a flood of held referrals is a few mails, names every one, and lets a new one pass',
  async (t, store) => {
    const world = await aCourierWorld(t, { store });
    const held = [];
    for (let count = 0; count < 60; count++) held.push(await world.submit({ lane: 'held' }));
    await world.roundAfter(30);
    assert.equal(world.sink.taken.length, 0, 'held for an hour');

    world.sink.script.replies.rcpt = '450 later';
    await world.roundAfter(31);
    assert.equal((await world.notices()).filter((notice) => notice.state === 'due').length, 60);

    delete world.sink.script.replies.rcpt;
    const genuine = await world.submit();
    await world.roundAfter(60);
    const mails = await Promise.all(world.sink.taken.map(({ data }) => PostalMime.parse(data)));
    assert.deepEqual(
      mails.map((mail) => mail.subject),
      [`New message ${showCode(genuine.reference)}`, '50 new messages', '10 new messages'],
    );
    assert.equal(new Set(mails.map((mail) => mail.messageId)).size, 3);
    for (const { reference } of held) {
      const naming = mails.filter((mail) => mail.text?.includes(`#${reference}.capability\n`));
      assert.equal(naming.length, 1, reference);
    }
    assert.equal((await world.notices()).filter((notice) => notice.state === 'sent').length, 61);
    assert.equal(await statusFor(store, held[0]?.receiptMac ?? '', noon), 'sent');
  },
);

testOnStores(
  'E3: many at once for one service are a few mails at the next turn of the clock, beside those that stand alone',
  async (t, store) => {
    const world = await aCourierWorld(t, { store });
    await world.roundAfter(3);
    const alone = await world.submit();
    const many = [];
    for (let count = 0; count < 60; count++) many.push(await world.submit({ isOneOfMany: true }));
    const elsewhere = await world.submit({ service: 'good' });
    await world.roundAfter(0);
    const mails = () => Promise.all(world.sink.taken.map(({ data }) => PostalMime.parse(data)));
    assert.deepEqual(
      (await mails()).map((mail) => mail.subject).sort(),
      [alone, elsewhere].map(({ reference }) => `New message ${showCode(reference)}`).sort(),
    );

    await world.roundAfter(7);
    const lists = (await mails()).slice(2);
    assert.deepEqual(
      lists.map((mail) => mail.subject),
      ['50 new messages', '10 new messages'],
    );
    for (const { reference } of many)
      assert.equal(lists.filter((mail) => mail.text?.includes(`#${reference}.capability\n`)).length, 1);
    assert.match(lists[0]?.text ?? '', /More than twenty messages for your service came within an hour/);
    assert.doesNotMatch(lists[0]?.text ?? '', /held back/);
    assert.equal(await statusFor(store, many[59]?.receiptMac ?? '', noon), 'sent');
  },
);

test('B11: notices that fail again and again do not hide one that would go through', async (t) => {
  const world = await aCourierWorld(t, { script: { rcptFor: { 'team@broken.example': '450 later' } } });
  const broken = amount(10, 100);
  for (let count = 0; count < broken; count++) await world.submit({ service: 'broken' });
  await world.roundAfter(0);
  const good = await world.submit({ service: 'good' });
  await world.roundAfter(1);
  assert.deepEqual(
    world.sink.taken.map(({ to }) => to[0]),
    ['team@good.example'],
  );
  assert.equal(await statusFor(world.store, good.receiptMac, noon), 'sent');
});

for (const reply of ['drop', 'reset'] as const) {
  test(`B17: a server that hangs up on one recipient (${reply}) delays nobody else`, async (t) => {
    const world = await aCourierWorld(t, { script: { rcptFor: { 'team@bad.example': reply } } });
    for (let count = 0; count < 20; count++) await world.submit({ service: 'bad' });
    await world.roundAfter(0);
    await world.submit({ service: 'good' });
    await world.roundAfter(1);
    assert.deepEqual(
      world.sink.taken.map(({ to }) => to[0]),
      ['team@good.example'],
    );
  });
}

test('B17: while the brake is on, each service has its turn at being the probe', async (t) => {
  const bad = ['bad-1', 'bad-2', 'bad-3', 'bad-4', 'bad-5'];
  const rcptFor = Object.fromEntries(bad.map((service) => [`team@${service}.example`, 'drop']));
  const world = await aCourierWorld(t, { script: { rcptFor } });
  for (const service of bad) for (let count = 0; count < 10; count++) await world.submit({ service });
  await world.roundAfter(0);
  await world.submit({ service: 'good' });
  for (let minutes = 0; minutes < 30; minutes++) await world.roundAfter(1);
  assert.deepEqual(
    world.sink.taken.map(({ to }) => to[0]),
    ['team@good.example'],
  );
});

test('one service never gets two mails at the same moment', async (t) => {
  const world = await aCourierWorld(t, { script: { dripMs: 1 } });
  for (let count = 0; count < 4; count++) await world.submit();
  await world.roundAfter(0);
  assert.equal(world.sink.taken.length, 4);
  const begun = world.sink.said.map((line) => line.slice(0, 4)).join(' ');
  assert.equal(begun.match(/EHLO MAIL RCPT DATA/gu)?.length, 4);
});

test('A14: after an outage, a service for which hundreds wait keeps none of the others waiting', async (t) => {
  const world = await aCourierWorld(t);
  for (let count = 0; count < 300; count++) await world.submit({ service: 'large' });
  const small = Array.from({ length: 12 }, (_, index) => `small-${index}`);
  for (const service of small) await world.submit({ service });
  await world.roundAfter(7 * 24 * 60);
  const order = world.sink.taken.map(({ to }) => to[0]);
  assert.equal(order.length, 300 + small.length);
  const places = small.map((service) => order.indexOf(`team@${service}.example`));
  // Each was the last to come in; six hands take one of a service at a time.
  assert.ok(Math.max(...places) < 60, `${places.join()} of ${order.length}`);
});

test('a service in Wales is told in English and then in Welsh', async (t) => {
  const recipients = {
    northfield: { addresses: ['team@northfield.example'], languages: ['en', 'cy'] as const },
  };
  const world = await aCourierWorld(t, { recipients });
  await world.submit();
  await world.roundAfter(0);
  const mail = await PostalMime.parse(world.sink.taken[0]?.data ?? '');
  const [english, welsh] = ['/en/p/', '/cy/p/'].map((path) => mail.text?.indexOf(path) ?? -1);
  assert.ok(english !== undefined && welsh !== undefined && english > 0 && welsh > english);
});

test('B11: a notice that cannot be written keeps no other waiting, and the operator is told which', async (t) => {
  const recipients = {
    northfield: { addresses: ['team@northfield.example'], languages: ['en'] as const },
    // No words exist in it, so the text fails.
    southfield: { addresses: ['team@southfield.example'], languages: ['xx' as 'en'] },
  };
  const world = await aCourierWorld(t, { recipients });
  const unwritten = await world.submit({ service: 'southfield' });
  await world.submit({ service: 'northfield' });
  await world.roundAfter(0);
  assert.deepEqual(
    world.sink.taken.flatMap(({ to }) => to),
    ['team@northfield.example'],
  );
  const [task] = await openTasks(world.store);
  assert.deepEqual([task?.code, task?.reference], ['notice-unwritten', unwritten.reference]);
  assert.equal((await world.notices())[0]?.attempts, 1, 'put off like any other');
});

test('a withdrawal reaches the service after its notice, and says not to make contact', async (t) => {
  const world = await aCourierWorld(t);
  const referral = await world.submit();
  await world.roundAfter(0);
  await withdraw(world.store, referral.receiptMac, noon);
  await world.roundAfter(1);
  const second = await PostalMime.parse(world.sink.taken[1]?.data ?? '');
  assert.equal(second.messageId, `<${referral.reference}.withdrawn@sender.example>`);
  assert.match(second.text ?? '', /do not\smake\scontact/u);
  assert.doesNotMatch(second.text ?? '', /\/p\/#/u);
});

test('G9: whenever a person withdraws while the mail is on its way, the service has nothing or is told to make no contact', async (t) => {
  const world = await aCourierWorld(t);
  const times = amount(60, 1_000);
  const ends = { spared: 0, told: 0 };
  const moments = new Set<string>();
  for (let time = 0; time < times; time += 1) {
    const before = { taken: world.sink.taken.length, said: world.sink.said.length };
    const referral = await world.submit();
    const takeBack = () => withdraw(world.store, referral.receiptMac, world.now());
    // Every third a little sooner than the courier; the others at any moment of the mail.
    const early = time % 3 === 0 ? takeBack() : undefined;
    const round = world.roundAfter(1);
    for (let turns = time % 60; turns > 0; turns -= 1) await new Promise(setImmediate);
    moments.add(world.sink.said.slice(before.said).at(-1)?.slice(0, 4) ?? 'nothing said');
    assert.equal(await (early ?? takeBack()), true);
    await round;
    await world.roundAfter(1);
    const told = world.sink.taken.slice(before.taken).map(({ data }) => /^Subject: (\w+)/mu.exec(data)?.[1]);
    // What was claimed may have left, so whoever was spared at the last moment hears of it in doubt.
    assert.ok(['', 'Update', 'New Update'].includes(told.join(' ')), told.join(' '));
    ends[told.includes('New') ? 'told' : 'spared'] += 1;
    const { state } = await world.store.db
      .selectFrom('referral')
      .select('state')
      .where('reference', '=', referral.reference)
      .executeTakeFirstOrThrow();
    assert.equal(state, 'withdrawn');
  }
  assert.ok(ends.spared > 0 && ends.told > 0, JSON.stringify(ends));
  assert.ok(moments.size >= 4, `taken back at ${[...moments].join()}`);
  t.diagnostic(
    `figure: ${times} times: ${ends.spared} services were spared the notice, ${ends.told} told of both`,
  );
});

test('a service that is not in the directory costs a task and not the referral', async (t) => {
  const world = await aCourierWorld(t, { recipients: {} });
  await world.submit();
  await world.roundAfter(0);
  await world.roundAfter(5);
  assert.deepEqual(await world.taskCodes(), ['service-unlisted']);
  assert.equal((await world.notices())[0]?.state, 'due');
});

test('what goes together goes together to the second mailbox as well', async (t) => {
  const [first, second] = ['first@northfield.example', 'second@northfield.example'];
  const world = await aCourierWorld(t, {
    recipients: { northfield: { addresses: [first, second], languages: ['en'] } },
    script: { rcptFor: { [first]: '550 5.1.1 no such mailbox' } },
  });
  for (let count = 0; count < 3; count++) await world.submit({ lane: 'held' });
  await world.roundAfter(60);
  assert.deepEqual(
    world.sink.taken.map(({ to }) => to),
    [[second]],
  );
});

test('an address that has left the directory is told nothing more, and costs no task', async (t) => {
  const [first, second] = ['first@northfield.example', 'second@northfield.example'];
  const recipients: Record<string, Recipient> = {
    northfield: { addresses: [first, second], languages: ['en'] },
  };
  const rcptFor = { [first]: '550 5.1.1 no such mailbox', [second]: '450 later' };
  const world = await aCourierWorld(t, { recipients, script: { rcptFor } });
  await world.submit();
  await world.roundAfter(0);
  assert.deepEqual(await world.taskCodes(), ['address-refused']);

  recipients['northfield'] = { addresses: ['third@northfield.example'], languages: ['en'] };
  await world.roundAfter(60);
  await world.roundAfter(7 * 60);
  assert.deepEqual(
    world.sink.taken.map(({ to }) => to),
    [['third@northfield.example']],
  );
  assert.deepEqual(await world.taskCodes(), ['address-refused']);
});

for (const [how, replies, task] of [
  [
    'takes nothing from our address',
    { mail: '550 5.4.5 Daily user sending quota exceeded' },
    'mail-sender-refused',
  ],
  ['will not relay for us', { rcpt: '554 5.7.1 Relay access denied' }, 'mail-relay-refused'],
] as const) {
  test(`B5: a mail server that ${how} is our fault, and no mailbox is given up for it`, async (t) => {
    const recipients = {
      northfield: {
        addresses: ['first@northfield.example', 'second@northfield.example'],
        languages: ['en'] as const,
      },
    };
    const world = await aCourierWorld(t, {
      recipients,
      operatorEmail: 'operator@portal.example',
      script: { replies },
    });
    const { receiptMac } = await world.submit();
    await world.roundAfter(0);
    assert.deepEqual(await world.taskCodes(), [task]);
    assert.deepEqual((await healthOf(world.store, world.now())).alarms, ['mail-refused']);
    assert.equal((await world.notices()).length, 1, 'the second address is behind the same server');

    await world.roundAfter(60);
    world.sink.script.replies = {};
    await world.roundAfter(5);
    assert.equal(await statusFor(world.store, receiptMac, noon), 'sent');
    assert.deepEqual(await world.taskCodes(), []);
    assert.deepEqual((await healthOf(world.store, world.now())).alarms, []);
  });
}

test('B5: a service we may not mail to has a task, and delays nobody else', async (t) => {
  const world = await aCourierWorld(t, {
    script: { rcptFor: { 'team@bad.example': '554 5.7.1 Relay access denied' } },
  });
  for (let count = 0; count < 20; count++) await world.submit({ service: 'bad' });
  for (let count = 0; count < 20; count++) await world.submit({ service: 'good' });
  await world.roundAfter(0);
  assert.equal(world.sink.taken.length, 20);
  assert.deepEqual(await world.taskCodes(), ['mail-relay-refused']);
});

for (const [code, reply] of [
  ['address-refused', '550 no such user'],
  ['mailbox-full', '552 no room'],
] as const) {
  testOnStores(`${code}: what waits goes when somebody says that it is put right`, async (t, store) => {
    const world = await aCourierWorld(t, {
      store,
      script: { rcptFor: { 'team@northfield.example': reply } },
    });
    await world.submit();
    await world.submit({ lane: 'held' });
    await world.roundAfter(0);
    await world.roundAfter(30);
    Object.assign(world.sink.script, { rcptFor: {} });
    const [task] = await openTasks(store);
    assert.equal(task?.code, code);
    const decided = {
      choice: 'mended',
      name: 'Test Operator',
      now: world.now(),
      addressesOf: () => 1,
    } as const;
    assert.equal(await decide(store, { ...decided, task: task?.id ?? 0 }), true);
    await world.roundAfter(0);
    assert.equal(world.sink.taken.length, 1, 'what is held back still is');
  });
}

test('C3: nothing is ever sent to an address that is more than an address', async (t) => {
  const addresses = [
    'a@b.example\r\nRCPT TO:<evil@e.example>',
    'a@b.example,evil@e.example',
    'Evil <evil@e.example>',
    '"a b"@c.example',
  ];
  const recipients = Object.fromEntries(
    addresses.map((address, index) => [
      `service-${index}`,
      { addresses: [address], languages: ['en'] as const },
    ]),
  );
  const world = await aCourierWorld(t, { recipients });
  for (const service of Object.keys(recipients)) await world.submit({ service });
  await world.roundAfter(0);
  assert.equal(world.sink.connections(), 0);
  assert.deepEqual(new Set(await world.taskCodes()), new Set(['address-refused']));
});

test('a demonstration sends to this machine only, and nothing is sent from a strange address', () => {
  const settings = { from: 'portal@sender.example', demonstration: true, smtpUrl: 'smtp://mail.example:25' };
  assert.throws(() => openNoticeChannel(settings));
  assert.throws(() =>
    openNoticeChannel({ ...settings, demonstration: false, from: 'a@b.example\r\nBcc: c@d.example' }),
  );
});

test('H2: a clock set back by ten years does not stop the courier', async (t) => {
  const world = await aCourierWorld(t, { script: { replies: { rcpt: '450 later' } } });
  await world.submit();
  await world.roundAfter(0);
  delete world.sink.script.replies.rcpt;
  await world.roundAfter(-10 * 365 * 24 * 60);
  assert.equal(world.sink.taken.length, 1);
});

test('H6: a clock that is moved while a mail is under way sends nothing twice', async (t) => {
  for (const minutes of [10, -10 * 365 * 24 * 60]) {
    const world = await aCourierWorld(t);
    await world.submit();
    const handOver = await world.courier.takeNext();
    assert.ok(handOver);
    await world.roundAfter(minutes);
    assert.equal(world.sink.taken.length, 0);
    await handOver();
    await world.roundAfter(120);
    assert.equal(world.sink.taken.length, 1);
  }
});

test('confirming ends what the courier still had to do', async (t) => {
  const world = await aCourierWorld(t, { script: { replies: { rcpt: '450 later' } } });
  const { reference, innerCodeMac } = await world.submit();
  await world.roundAfter(0);
  await acknowledge(world.store, { reference, innerCodeMac, now: noon });
  delete world.sink.script.replies.rcpt;
  await world.roundAfter(120);
  assert.equal(world.sink.taken.length, 0);
});

test('a running courier sends what comes in, outlives a failing store, and stops when told', async (t) => {
  const store = await aSqliteStore(t);
  const sink = await anSmtpSink(t);
  const events: string[] = [];
  const parts: CourierParts = {
    store,
    channel: openNoticeChannel({ smtpUrl: sink.url, from: 'portal@sender.example', demonstration: true }),
    recipientOf: () => ({ addresses: ['team@northfield.example'], languages: ['en'] }),
    linkTo: (reference) => reference,
    isClockSteady: async () => true,
    now: () => minutesAfter(noon, 1),
    random: Math.random,
    log: ({ code }) => events.push(code),
  };
  const stop = new AbortController();
  const running = runCourier(makeCourier(parts), parts, stop.signal);
  await accept(store, aSealedReferral());
  while (!events.includes('notice-handed-over')) await new Promise((resolve) => setTimeout(resolve, 20));
  stop.abort();
  await running;
  assert.equal(sink.taken.length, 1);
});

test('a channel that never answers has its notice tried again, and keeps nobody else waiting', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const store = await aSqliteStore(t);
  const parts: CourierParts = {
    store,
    channel: { send: () => new Promise<never>(() => undefined) },
    recipientOf: () => ({ addresses: ['team@northfield.example'], languages: ['en'] }),
    linkTo: (reference) => reference,
    isClockSteady: async () => true,
    now: () => minutesAfter(noon, 1),
    random: () => 0.5,
    log: () => undefined,
  };
  await accept(store, aSealedReferral());
  const round = makeCourier(parts).makeRound();
  while ((await store.db.selectFrom('notice').select('attempts').executeTakeFirstOrThrow()).attempts === 0) {
    t.mock.timers.tick(60_000);
    await new Promise(setImmediate);
  }
  await round;
  const notice = await store.db.selectFrom('notice').selectAll().executeTakeFirstOrThrow();
  assert.deepEqual([notice.state, notice.maybe_sent, notice.lease_until], ['due', 1, null]);
});
