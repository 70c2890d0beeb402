import assert from 'node:assert/strict';
import test from 'node:test';
import PostalMime from 'postal-mime';
import { openNoticeChannel } from '../../src/server/delivery/channels/notice.ts';
import { withdraw } from '../../src/server/store/status.ts';
import { aCourierWorld } from '../support/courier.ts';
import { isLong } from '../support/how-long.ts';
import { noon } from '../support/sealed-referral.ts';
import { anSmtpSink, type Moment } from '../support/smtp-sink.ts';

const northfield = {
  addresses: ['first@northfield.example', 'second@northfield.example'],
  languages: ['en'] as const,
};

/** As in production in the long form; else short enough to wait for, and long enough for a busy machine. */
const hasty = isLong ? {} : { timeouts: { greetingMs: 1500, silenceMs: 4000 } };
/** What the long form waits for at most. The catalogue names 15 s and 60 s; the rest is for a busy machine. */
const greetingMsMax = 18_000;
const attemptMsMax = 63_000;

const minutesUntilNext = async (world: Awaited<ReturnType<typeof aCourierWorld>>) =>
  (await world.notices()).map((notice) => (notice.next_at - noon.getTime()) / 60_000);

for (const moment of ['mail', 'rcpt', 'data', 'dot'] as const) {
  for (const reply of ['421 busy', '450 greylisted', '451 local error']) {
    test(`B4: ${reply} at ${moment} is tried again, on schedule, until the mail goes`, async (t) => {
      const world = await aCourierWorld(t, { script: { replies: { [moment]: reply } } });
      await world.submit();
      await world.roundAfter(0);
      assert.deepEqual(await minutesUntilNext(world), [1]);
      await world.roundAfter(1);
      assert.deepEqual(await minutesUntilNext(world), [3]);
      assert.deepEqual(await world.taskCodes(), []);
      delete world.sink.script.replies[moment];
      await world.roundAfter(2);
      assert.equal(world.sink.taken.length, 1);
    });
  }
}

for (const moment of ['rcpt', 'data', 'dot'] as const) {
  for (const reply of ['550 no such user', '553 no', '554 no']) {
    test(`B5: ${reply} at ${moment}: the second address is told at once, the first again in six hours`, async (t) => {
      const world = await aCourierWorld(t, { recipients: { northfield } });
      if (moment === 'rcpt')
        Object.assign(world.sink.script, { rcptFor: { 'first@northfield.example': reply } });
      else world.sink.script.replies.dot = reply;
      await world.submit();
      const round = world.roundAfter(0);
      await round;
      const [first, second] = await world.notices();
      assert.deepEqual([first?.address, second?.address], [0, 1]);
      assert.equal((Number(first?.next_at) - noon.getTime()) / 60_000, 360);
      assert.deepEqual(await world.taskCodes(), ['address-refused']);
      if (moment === 'rcpt')
        assert.deepEqual(
          world.sink.taken.map(({ to }) => to),
          [['second@northfield.example']],
        );

      Object.assign(world.sink.script, { rcptFor: {}, replies: {} });
      await world.roundAfter(360);
      assert.ok(world.sink.taken.some(({ to }) => to[0] === 'first@northfield.example'));
    });
  }
}

for (const [reply, moments] of [
  ['552 mailbox full', ['rcpt', 'data', 'dot']],
  ['452 no room', ['mail', 'rcpt', 'data', 'dot']],
] as const) {
  for (const moment of moments) {
    test(`B4, B5: ${reply} at ${moment} passes by itself, but the operator hears of it`, async (t) => {
      const world = await aCourierWorld(t, {
        recipients: { northfield },
        script: { replies: { [moment]: reply } },
      });
      await world.submit();
      await world.roundAfter(0);
      assert.deepEqual(await minutesUntilNext(world), [1]);
      assert.deepEqual(await world.taskCodes(), ['mailbox-full']);
    });
  }
}

const breaks: [situation: string, moment: Moment, reply: 'stall' | 'drop', mayHaveArrived: boolean][] = [
  ['B1: a server that says nothing at all', 'greeting', 'stall', false],
  ['B2: a server that stalls before DATA', 'data', 'stall', true],
  ['B3: a server that hangs up before DATA', 'data', 'drop', true],
  ['B2: a server that stalls after the final dot', 'stored', 'stall', true],
  ['B3: a server that hangs up after the final dot', 'stored', 'drop', true],
];

for (const [situation, moment, reply, mayHaveArrived] of breaks) {
  test(`${situation} is tried again with the same Message-ID`, async (t) => {
    const world = await aCourierWorld(t, { mail: hasty, script: { replies: { [moment]: reply } } });
    const referral = await world.submit();
    const begun = performance.now();
    await world.roundAfter(0);
    const ms = performance.now() - begun;
    assert.ok(ms < (moment === 'greeting' ? greetingMsMax : attemptMsMax), `${ms} ms`);
    assert.equal((await world.notices())[0]?.maybe_sent, mayHaveArrived ? 1 : 0);
    delete world.sink.script.replies[moment];
    await world.roundAfter(1);
    assert.equal((await world.notices())[0]?.state, 'sent');
    assert.equal(world.sink.taken.length, moment === 'stored' ? 2 : 1);
    for (const { data } of world.sink.taken) {
      assert.match(
        data,
        new RegExp(`^Message-ID: <${referral.reference}\\.referral@sender\\.example>`, 'imu'),
      );
    }
  });
}

test('B13: a server that sends a byte now and then is left at the overall deadline', async (t) => {
  const mail = isLong ? {} : { timeouts: { attemptMs: 1500 } };
  const world = await aCourierWorld(t, { mail });
  // After a greeting in time: that has a deadline of its own.
  world.sink.script.seen = (moment) => {
    if (moment === 'ehlo') world.sink.script.dripMs = isLong ? 9_000 : 300;
  };
  await world.submit();
  const begun = performance.now();
  await world.roundAfter(0);
  const ms = performance.now() - begun;
  assert.ok(ms < (isLong ? attemptMsMax : 15_000), `${ms} ms`);
  assert.equal((await world.notices())[0]?.state, 'due');
  assert.deepEqual(
    world.events.map(({ code }) => code),
    ['notice-unknown'],
  );
  t.diagnostic(`figure: left after ${(ms / 1000).toFixed(1)} s`);
});

test('a person who withdraws while no mail server can be reached leaves no trace at the service', async (t) => {
  const world = await aCourierWorld(t, { smtpUrl: () => 'smtp://127.0.0.1:1' });
  const referral = await world.submit();
  await world.roundAfter(0);
  await withdraw(world.store, referral.receiptMac, noon);
  assert.deepEqual(
    (await world.notices()).map(({ kind, state }) => [kind, state]),
    [['referral', 'cancelled']],
  );
});

test('B17: five broken connections put the brake on, and one probe in five minutes finds the server again', async (t) => {
  const world = await aCourierWorld(t, { script: { replies: { greeting: 'drop' } } });
  for (let count = 0; count < 20; count++) await world.submit({ service: `service-${count}` });
  await world.roundAfter(0);
  const tried = world.sink.connections();
  assert.ok(tried >= 5 && tried <= 10, `${tried} connections`);
  await world.roundAfter(4);
  assert.equal(world.sink.connections(), tried);
  await world.roundAfter(1);
  assert.equal(world.sink.connections(), tried + 1);

  delete world.sink.script.replies.greeting;
  await world.roundAfter(5);
  await world.roundAfter(10);
  assert.equal(world.sink.taken.length, 20);
});

const unreachable: [how: string, url: (port: number) => string, reply?: 'reset'][] = [
  ['cannot be found', () => 'smtps://mail.invalid:465'],
  ['refuses the connection', () => 'smtps://127.0.0.1:1'],
  ['resets the connection at once', (port) => `smtps://127.0.0.1:${port}`, 'reset'],
];

for (const [how, url, reply] of unreachable) {
  test(`B17: a server that ${how} costs no notice, and is asked once in five minutes`, async (t) => {
    const world = await aCourierWorld(t, {
      script: reply ? { replies: { greeting: reply } } : {},
      mail: { demonstration: false },
      smtpUrl: (sink) => url(sink.port),
    });
    for (let count = 0; count < 12; count++) await world.submit({ service: `service-${count}` });
    await world.roundAfter(0);
    const tried = world.events.length;
    assert.ok(tried >= 5 && tried <= 10, `${tried} attempts`);
    await world.roundAfter(4);
    assert.equal(world.events.length, tried);
    await world.roundAfter(1);
    assert.equal(world.events.length, tried + 1);
    assert.ok((await world.notices()).every(({ state }) => state === 'due'));
  });
}

test('B12: a server that takes seven bits only gets texts in every script as they were written', async (t) => {
  const sink = await anSmtpSink(t);
  const channel = openNoticeChannel({
    smtpUrl: sink.url,
    from: 'portal@sender.example',
    demonstration: true,
  });
  const text = [
    'Gŵyl ŷ',
    'اردو متن',
    'العربية',
    'Zażółć gęślą',
    'ਪੰਜਾਬੀ',
    '🕊️ 👩‍👧',
    '.',
    '..x',
    'From here',
  ].join('\n');
  const outcome = await channel.send({
    to: 'team@service.example',
    id: 'x',
    subject: 'New message',
    text: `${text}\n`,
    date: noon,
  });
  assert.equal(outcome.kind, 'handed-over');
  const [taken] = sink.taken;
  assert.ok(taken);
  assert.doesNotMatch(taken.data, /[^\x00-\x7f]/u);
  assert.ok(taken.data.split('\r\n').every((line) => line.length <= 998));
  assert.equal((await PostalMime.parse(taken.data)).text?.trimEnd(), text);
});

test('seven days without a mail server lose nothing', async (t) => {
  const world = await aCourierWorld(t, { script: { replies: { greeting: '421 down' } } });
  for (let count = 0; count < 30; count++) await world.submit({ service: `service-${count % 3}` });
  for (let hour = 0; hour < 7 * 24; hour += 2) await world.roundAfter(120);
  delete world.sink.script.replies.greeting;
  await world.roundAfter(120);
  await world.roundAfter(120);
  assert.equal(world.sink.taken.length, 30);
});

test('J3: the log of a bad day holds codes, references and services, and nothing else', async (t) => {
  const world = await aCourierWorld(t, {
    script: { replies: { rcpt: '550 <first@northfield.example> unknown' } },
  });
  const { reference } = await world.submit();
  await world.roundAfter(0);
  assert.deepEqual(world.events, [{ code: 'notice-refused', reference, service: 'northfield' }]);
});
