/** While nobody confirms, each step is taken once, by whoever comes first, and ends with the waiting. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { Kysely } from 'kysely';
import { Migrator } from 'kysely/migration';
import { createTransport } from 'nodemailer';
import PostalMime from 'postal-mime';
import { showCode } from '../../src/referral/codes.ts';
import { accept } from '../../src/server/store/accept.ts';
import { decide } from '../../src/server/store/decisions.ts';
import { healthOf } from '../../src/server/store/health.ts';
import { noteNothingHeard } from '../../src/server/store/heard-nothing.ts';
import { migrationsFor } from '../../src/server/store/migrations.ts';
import { openSqlite, sqliteDialect } from '../../src/server/store/sqlite.ts';
import { acknowledge, openSealed } from '../../src/server/store/opening.ts';
import { purge } from '../../src/server/store/purge.ts';
import { withdraw } from '../../src/server/store/status.ts';
import { openTasks } from '../../src/server/store/tasks.ts';
import { workingDaysBefore } from '../../src/server/working-time.ts';
import { aCourierWorld, type CourierWorld } from '../support/courier.ts';
import { aSealedReferral, daysAfter, minutesAfter, noon } from '../support/sealed-referral.ts';
import { anSmtpSink } from '../support/smtp-sink.ts';
import { statusFor } from '../support/status-for.ts';
import { aFolder, aSqliteStore, testOnStores } from '../support/stores.ts';

const hour = 60;
const day = 24 * hour;

const operatorEmail = 'operator@portal.example';

/** Two addresses, and somebody who answers for it. */
const northfield = {
  addresses: ['first@northfield.example', 'second@northfield.example'],
  languages: ['en'] as const,
  name: 'Northfield Restorative Service',
};
const withBody = { northfield: { ...northfield, policingBody: 'body@area.example' } };

const steps = async ({ store }: CourierWorld) =>
  (await store.db.selectFrom('escalation').selectAll().execute()).map(({ step }) => step).sort();

const takenBy = (world: CourierWorld, address: string) =>
  world.sink.taken.filter(({ to }) => to[0] === address).map(({ data }) => data);

/** Looks once a minute for a while, as a courier does, and hands over what comes of it. */
async function lookFor(world: CourierWorld, minutes: number, everyMinutes = 15): Promise<void> {
  for (let passed = 0; passed < minutes; passed += everyMinutes) {
    await world.watchAfter(everyMinutes);
    await world.roundAfter(0);
  }
}

testOnStores(
  'H1: steps taken by a clock that ran a hundred days ahead are taken again when their time has come',
  async (t, store) => {
    const world = await aCourierWorld(t, { store, recipients: withBody });
    await world.submit();
    await world.roundAfter(0);
    await world.watchAfter(100 * day);
    await world.watchAfter(-100 * day);
    for (const { id: task } of await openTasks(store)) {
      await decide(store, {
        task,
        choice: 'phoned',
        name: 'Operator',
        now: world.now(),
        addressesOf: () => 1,
      });
    }
    for (const { id: task } of await openTasks(store)) {
      await decide(store, { task, choice: 'kept', name: 'Operator', now: world.now(), addressesOf: () => 1 });
    }
    assert.deepEqual(await world.taskCodes(), []);

    await world.roundAfter(0);
    const told = takenBy(world, 'first@northfield.example').length;
    await lookFor(world, 7 * day, hour);
    assert.deepEqual(await world.taskCodes(), ['phone-service']);
    assert.equal(takenBy(world, 'first@northfield.example').length, told + 1, 'reminded in its time');
    await lookFor(world, 24 * day, hour);
    assert.deepEqual(await world.taskCodes(), ['phone-service', 'decide']);
  },
);

/** The steps of each referral, and how many days after noon they were taken. */
const stepsOf = async ({ store }: CourierWorld, { reference }: { reference: string }) => {
  const rows = await store.db
    .selectFrom('escalation')
    .selectAll()
    .where('reference', '=', reference)
    .where('step', '!=', 'dated-ahead')
    .orderBy('at')
    .execute();
  return Object.fromEntries(rows.map(({ step, at }) => [step, (at - noon.getTime()) / (day * 60_000)]));
};

testOnStores(
  'H1: what was taken and told by a clock forty days ahead is escalated as if the clock had been right',
  async (t, store) => {
    const world = await aCourierWorld(t, { store, recipients: withBody });
    await world.roundAfter(40 * day);
    const ahead = await world.submit();
    await world.roundAfter(0);
    await world.roundAfter(-40 * day);
    const control = await world.submit();
    await world.roundAfter(0);
    assert.deepEqual((await healthOf(store, world.now())).alarms, ['clock-jumped'], 'nobody has seen to it');
    await world.watchAfter(0);
    assert.deepEqual((await healthOf(store, world.now())).alarms, []);

    await lookFor(world, 31 * day, 6 * hour);
    const taken = await stepsOf(world, control);
    assert.deepEqual(Object.keys(taken), ['remind', 'phone', 'policing-body', 'decide-30']);
    assert.deepEqual(await stepsOf(world, ahead), taken);
    const reminded = takenBy(world, 'first@northfield.example').filter((data) =>
      /^Subject: Rem/mu.test(data),
    );
    assert.equal(reminded.length, 2);
    assert.equal(Math.round((await healthOf(store, world.now())).oldestUnconfirmedSeconds / 86_400), 31);
    const noted = await store.db
      .selectFrom('audit')
      .select('reference')
      .where('event', '=', 'dated-ahead')
      .execute();
    assert.deepEqual(
      noted.map(({ reference }) => reference),
      [ahead.reference],
    );
  },
);

testOnStores(
  'H1: after a clock two days ahead the reminder is in time, and no step is early, or later than by two days',
  async (t, store) => {
    const world = await aCourierWorld(t, { store, recipients: withBody });
    // Monday noon, and the clock shows Wednesday.
    await world.roundAfter(5 * day);
    const ahead = await world.submit();
    await world.roundAfter(0);
    await world.roundAfter(-2 * day);
    const control = await world.submit();
    await world.roundAfter(0);
    await world.watchAfter(0);
    await lookFor(world, 10 * day, 4 * hour);
    const [late, inTime] = [await stepsOf(world, ahead), await stepsOf(world, control)];
    assert.deepEqual(Object.keys(late), ['remind', 'phone', 'policing-body']);
    assert.equal(late['remind'], inTime['remind']);
    for (const [step, at] of Object.entries(inTime)) {
      const days = (late[step] ?? Number.NaN) - at;
      assert.ok(days >= 0 && days <= 2, `${step} ${days}`);
    }
    assert.ok(!(await steps(world)).includes('dated-ahead'), 'the instant has come');
  },
);

testOnStores(
  'H1: what no mail server takes, and what was taken back, is told to the operator also when it is dated ahead',
  async (t, store) => {
    const world = await aCourierWorld(t, { store });
    await world.roundAfter(40 * day);
    const { receiptMac } = await world.submit();
    await world.roundAfter(0);
    await withdraw(store, receiptMac, world.now());
    Object.assign(world.sink.script, { rcptFor: { 'team@northfield.example': '450 later' } });
    await world.submit();
    await world.roundAfter(-40 * day);
    await lookFor(world, 4 * hour, 15);
    assert.deepEqual(await world.taskCodes(), []);
    await lookFor(world, 30);
    assert.deepEqual((await world.taskCodes()).sort(), ['no-contact-4h', 'not-handed-over-4h']);
    const { isWell, oldestWaitingSeconds } = await healthOf(store, world.now());
    assert.deepEqual([isWell, Math.floor(oldestWaitingSeconds / 3600)], [false, 4]);
  },
);

testOnStores(
  'H2: a clock set back by ten years and believed, then put right, has changed no date and hastened no step',
  async (t, store) => {
    const world = await aCourierWorld(t, { store, recipients: withBody });
    const referral = await world.submit();
    await world.roundAfter(0);
    const dates = () => store.db.selectFrom('referral').selectAll().execute();
    const before = await dates();
    await world.watchAfter(-3650 * day);
    await lookFor(world, hour);
    assert.deepEqual(await stepsOf(world, referral), {});
    await world.watchAfter(3650 * day);
    assert.deepEqual(await stepsOf(world, referral), {});
    assert.deepEqual(await dates(), before);
    assert.deepEqual((await healthOf(store, world.now())).alarms, []);
    await lookFor(world, 3 * day, 4 * hour);
    assert.deepEqual(Object.keys(await stepsOf(world, referral)), ['remind']);
    assert.deepEqual(await steps(world), ['remind'], 'what was found by the wrong clock is forgotten');
  },
);

testOnStores(
  'B6: a referral that no mail server takes is told to the operator after 4 hours and after 24, once each',
  async (t, store) => {
    const world = await aCourierWorld(t, {
      store,
      operatorEmail,
      script: { rcptFor: { 'team@northfield.example': '450 later' } },
    });
    const { reference } = await world.submit();
    await lookFor(world, 4 * hour - 15, 45);
    assert.deepEqual(await world.taskCodes(), []);
    await lookFor(world, 15);
    assert.deepEqual(await world.taskCodes(), ['not-handed-over-4h']);
    await lookFor(world, 19 * hour + 45, 79);
    assert.equal(takenBy(world, operatorEmail).length, 1);
    await lookFor(world, 15);
    assert.deepEqual(await world.taskCodes(), ['not-handed-over-24h']);
    await lookFor(world, 30 * hour, 3 * hour);

    const mails = takenBy(world, operatorEmail);
    assert.equal(mails.length, 2);
    assert.match(mails[0] ?? '', new RegExp(`not-handed-over-4h  northfield  ${showCode(reference)}`));
    assert.match(mails[1] ?? '', /not-handed-over-24h/);
    assert.doesNotMatch(mails[1] ?? '', /not-handed-over-4h/);

    Object.assign(world.sink.script, { rcptFor: {} });
    await lookFor(world, 2 * hour);
    assert.deepEqual(await world.taskCodes(), []);
    assert.equal(takenBy(world, operatorEmail).length, 2);
  },
);

testOnStores(
  'B14: nobody confirms: a reminder, a call, the policing body, a decision, and the decision again',
  async (t, store) => {
    const world = await aCourierWorld(t, { store, operatorEmail, recipients: withBody });
    // Friday noon. One working day later it is Monday noon.
    const { reference } = await world.submit();
    await world.roundAfter(0);
    const counts = () =>
      ['first@northfield.example', 'second@northfield.example', 'body@area.example'].map(
        (address) => takenBy(world, address).length,
      );

    await lookFor(world, 3 * day - 15, 861);
    assert.deepEqual(counts(), [1, 0, 0]);
    await lookFor(world, 30);
    assert.deepEqual(counts(), [2, 1, 0]);
    assert.deepEqual(await world.taskCodes(), []);
    await lookFor(world, day, 4 * hour);
    assert.deepEqual(await world.taskCodes(), ['phone-service']);
    await lookFor(world, 3 * day, 4 * hour);
    assert.deepEqual(counts(), [2, 1, 1]);
    assert.deepEqual(await world.taskCodes(), ['phone-service']);

    await lookFor(world, 24 * day, day);
    assert.deepEqual(await world.taskCodes(), ['phone-service', 'decide']);
    await lookFor(world, 30 * day, 2 * day);
    assert.equal(takenBy(world, operatorEmail).length, 2);
    await lookFor(world, 40 * day, 2 * day);
    assert.equal(takenBy(world, operatorEmail).length, 3);
    assert.deepEqual(await world.taskCodes(), ['phone-service', 'decide']);
    assert.deepEqual(counts(), [2, 1, 1]);
    assert.deepEqual(await steps(world), ['decide-30', 'decide-90', 'phone', 'policing-body', 'remind']);
    const opened = await openSealed(store, reference);
    assert.ok(typeof opened === 'object');
    await purge(store, daysAfter(noon, 3650));
    assert.ok(typeof (await openSealed(store, reference)) === 'object');
  },
);

test('B14: a mail that is taken and comes back, or is lost without a word, is reminded of and then made a task', async (t) => {
  // What MAIL_FROM names is a mailbox that somebody reads, and the only place a bounce can come back to.
  const mailbox = await anSmtpSink(t);
  const world = await aCourierWorld(t, { operatorEmail, recipients: withBody });
  const { reference, receiptMac } = await world.submit();
  await world.roundAfter(0);
  const [taken] = world.sink.taken;
  assert.ok(taken);
  assert.equal(taken.from, 'portal@sender.example');
  await createTransport(mailbox.url).sendMail({
    envelope: { from: '', to: taken.from },
    raw: [
      'From: MAILER-DAEMON@northfield.example',
      `To: <${taken.from}>`,
      'Subject: Undelivered Mail Returned to Sender',
      'Auto-Submitted: auto-replied',
      'Content-Type: text/plain',
      '',
      '550 5.1.1 user unknown',
      '',
      ...taken.data.split('\r\n').filter((line) => /^(?:Message-ID|Subject):/i.test(line)),
    ].join('\r\n'),
  });
  const [bounce] = mailbox.taken;
  assert.deepEqual([bounce?.from, bounce?.to], ['', ['portal@sender.example']]);
  assert.match(bounce?.data ?? '', new RegExp(reference, 'u'), 'whoever reads it knows which one came back');

  assert.equal(await statusFor(world.store, receiptMac, world.now()), 'sent', 'sent is all it ever was');
  // Friday noon: one working day later both addresses are reminded, after two the operator is to phone.
  await lookFor(world, 3 * day + hour, 8 * hour);
  assert.equal(takenBy(world, 'second@northfield.example').length, 1);
  await lookFor(world, day, 4 * hour);
  assert.deepEqual(await world.taskCodes(), ['phone-service']);
  assert.equal(takenBy(world, operatorEmail).length, 1);
  assert.equal(await statusFor(world.store, receiptMac, world.now()), 'sent');
});

testOnStores('H5: over a bank holiday weekend nobody is reminded', async (t, store) => {
  const world = await aCourierWorld(t, { store });
  // Friday before the spring bank holiday, 16:59 in London.
  const friday = new Date('2027-05-28T15:59:00Z');
  await world.roundAfter((friday.getTime() - noon.getTime()) / 60_000);
  await world.submit();
  await world.roundAfter(0);
  await world.watchAfter(4 * day - 2);
  assert.deepEqual(await steps(world), []);
  await world.watchAfter(2);
  assert.deepEqual(await steps(world), ['remind']);
});

testOnStores('a courier that was off for a week says everything once', async (t, store) => {
  const world = await aCourierWorld(t, { store, operatorEmail, recipients: withBody });
  const told = await world.submit();
  await world.roundAfter(0);
  const late = await world.submit({ service: 'unlisted' });
  await lookFor(world, 14 * day, 14 * day);
  await lookFor(world, 2 * day, 6 * hour);

  assert.equal(takenBy(world, 'first@northfield.example').length, 2);
  assert.equal(takenBy(world, 'body@area.example').length, 1);
  const codes = (await openTasks(store)).map(({ code, reference }) => [code, reference]);
  assert.deepEqual(
    codes.sort(),
    [
      ['not-handed-over-24h', late.reference],
      ['phone-service', told.reference],
      ['service-unlisted', ''],
    ].sort(),
  );
  const mails = takenBy(world, operatorEmail);
  assert.equal(mails.join('').match(/not-handed-over-24h/gu)?.length, 1);
  assert.doesNotMatch(mails.join(''), /not-handed-over-4h/u);

  // Later still, the demand of day 30 is not made beside that of day 90.
  await lookFor(world, 120 * day, 120 * day);
  const demands = await store.db
    .selectFrom('audit')
    .select('reference')
    .where('event', '=', 'task-raised')
    .where('detail', '=', 'decide')
    .execute();
  assert.deepEqual(demands.map(({ reference }) => reference).sort(), [told.reference, late.reference].sort());
});

testOnStores('A12: two couriers take each step once between them', async (t, store) => {
  const choices = { store, operatorEmail, recipients: withBody };
  const [one, other] = [await aCourierWorld(t, choices), await aCourierWorld(t, choices)];
  for (let count = 0; count < 8; count++) await one.submit();
  await one.roundAfter(0);
  for (const minutes of [4 * day, day, 3 * day, 30 * day]) {
    await Promise.all([one.watchAfter(minutes), other.watchAfter(minutes)]);
    await Promise.all([one.roundAfter(0), other.roundAfter(0)]);
  }
  const sent = [...one.sink.taken, ...other.sink.taken];
  const told = sent.map(({ to, data }) => [to[0], /^Message-ID: (.*)$/imu.exec(data)?.[1]].join(' '));
  assert.equal(new Set(told).size, told.length);
  // Eight times: the notice, two reminders, the policing body.
  assert.equal(sent.filter(({ to }) => to[0] !== operatorEmail).length, 32);
  const audited = await store.db
    .selectFrom('audit')
    .select(['reference', 'detail'])
    .where('event', '=', 'escalated')
    .execute();
  assert.equal(audited.length, 8 * 4);
  assert.equal(new Set(audited.map(({ reference, detail }) => `${reference} ${detail}`)).size, 32);
  assert.equal((await openTasks(store)).filter(({ code }) => code === 'phone-service').length, 8);
});

for (const [how, end] of [
  [
    'confirmed',
    ({ store }: CourierWorld, { reference, innerCodeMac }: { reference: string; innerCodeMac: string }) =>
      acknowledge(store, { reference, innerCodeMac, now: daysAfter(noon, 8) }),
  ],
  [
    'withdrawn',
    ({ store }: CourierWorld, { receiptMac }: { receiptMac: string }) =>
      withdraw(store, receiptMac, daysAfter(noon, 8)),
  ],
] as const) {
  testOnStores(`what was ${how} is reminded of no more, and its tasks are done`, async (t, store) => {
    const world = await aCourierWorld(t, { store, operatorEmail, recipients: withBody });
    const referral = await world.submit();
    await world.roundAfter(0);
    // The reminders and the word to the policing body wait in the outbox.
    await world.watchAfter(8 * day);
    assert.deepEqual(await world.taskCodes(), ['phone-service']);
    await end(world, referral);
    assert.deepEqual(await world.taskCodes(), []);
    const before = world.sink.taken.length;
    await world.roundAfter(1);
    await lookFor(world, 100 * day, 10 * day);
    const further = world.sink.taken.slice(before).map(({ data }) => /^Subject: (\w+)/mu.exec(data)?.[1]);
    assert.deepEqual(further, how === 'withdrawn' ? ['Update'] : []);
    assert.deepEqual(await world.taskCodes(), []);
  });
}

testOnStores('a correction takes over the clocks of what it corrects', async (t, store) => {
  const world = await aCourierWorld(t, { store, recipients: { northfield } });
  const first = await world.submit();
  await world.roundAfter(0);
  await world.watchAfter(5 * day);
  assert.deepEqual(await world.taskCodes(), ['phone-service']);

  const { formKeyMac, receiptMac } = first;
  const second = await world.submit({ formKeyMac, receiptMac });
  assert.deepEqual(await world.taskCodes(), []);
  await world.roundAfter(0);
  await lookFor(world, 7 * day, 12 * hour);
  const reminded = takenBy(world, 'first@northfield.example').filter((data) => /^Subject: Rem/mu.test(data));
  assert.equal(reminded.length, 1);
  assert.match(reminded[0] ?? '', new RegExp(showCode(second.reference)));
});

testOnStores(
  'a correction that is for another service is taken back from the first, whose clocks end',
  async (t, store) => {
    const world = await aCourierWorld(t, { store });
    const first = await world.submit({ service: 'kent' });
    await world.roundAfter(0);
    await world.watchAfter(5 * day);
    assert.deepEqual(await world.taskCodes(), ['phone-service']);

    const { formKeyMac, receiptMac } = first;
    const second = await world.submit({ service: 'essex', formKeyMac, receiptMac });
    assert.deepEqual(await world.taskCodes(), []);
    assert.equal(await openSealed(store, first.reference), 'withdrawn');
    const opened = await openSealed(store, second.reference);
    assert.equal(typeof opened === 'object' && opened.supersedes, undefined, 'nothing of it is with essex');
    assert.equal(await statusFor(store, receiptMac, world.now()), 'waiting');

    await lookFor(world, 14 * day, 12 * hour);
    const kent = takenBy(world, 'team@kent.example');
    assert.match(
      kent.at(-1) ?? '',
      new RegExp(`^Subject: Update on message ${showCode(first.reference)}`, 'mu'),
    );
    assert.equal(kent.length, 2, 'the reminder was not sent');
    const { unconfirmed } = await healthOf(store, world.now());
    assert.equal(unconfirmed, 1);

    assert.equal(await withdraw(store, receiptMac, world.now()), true);
    await world.roundAfter(0);
    assert.equal(takenBy(world, 'team@kent.example').length, 2);
    assert.match(takenBy(world, 'team@essex.example').at(-1) ?? '', /^Subject: Update/mu);
  },
);

testOnStores('corrected before it was told of it, the first service hears nothing', async (t, store) => {
  const world = await aCourierWorld(t, { store });
  const { formKeyMac, receiptMac } = await world.submit({ service: 'kent' });
  await world.submit({ service: 'essex', formKeyMac, receiptMac });
  await lookFor(world, day, 6 * hour);
  assert.deepEqual(
    world.sink.taken.map(({ to }) => to[0]),
    ['team@essex.example'],
  );
});

testOnStores('every version goes with the service it was for', async (t, store) => {
  const world = await aCourierWorld(t, { store });
  const { formKeyMac, receiptMac } = await world.submit({ service: 'kent' });
  for (const service of ['kent', 'essex', 'kent']) {
    await world.roundAfter(1);
    await world.submit({ service, formKeyMac, receiptMac });
  }
  await world.roundAfter(1);
  const states = await store.db.selectFrom('referral').select('state').orderBy('version').execute();
  assert.deepEqual(
    states.map(({ state }) => state),
    ['withdrawn', 'withdrawn', 'withdrawn', 'waiting'],
    'the fourth is held back, as any fourth is',
  );
  const updates = world.sink.taken.filter(({ data }) => /^Subject: Update/mu.test(data));
  assert.deepEqual(updates.map(({ to }) => to[0]).sort(), [
    'team@essex.example',
    'team@kent.example',
    'team@kent.example',
  ]);
});

test('a withdrawal is told to whoever was reminded, also at the second address', async (t) => {
  const world = await aCourierWorld(t, { recipients: { northfield } });
  const referral = await world.submit();
  await world.roundAfter(0);
  await lookFor(world, 4 * day, day);
  await withdraw(world.store, referral.receiptMac, daysAfter(noon, 4));
  await world.roundAfter(1);
  for (const address of northfield.addresses) {
    assert.match(takenBy(world, address).at(-1) ?? '', /^Subject: Update/mu);
  }
});

testOnStores(
  'a service that cannot be told not to make contact is phoned, after 4 hours and after 24, until it has been told',
  async (t, store) => {
    const world = await aCourierWorld(t, { store, operatorEmail });
    const { reference, receiptMac } = await world.submit();
    await world.roundAfter(0);
    await withdraw(store, receiptMac, noon);
    Object.assign(world.sink.script, { rcptFor: { 'team@northfield.example': '450 later' } });
    await lookFor(world, 4 * hour - 15, 45);
    assert.deepEqual(await world.taskCodes(), []);
    const young = await healthOf(store, world.now());
    assert.deepEqual([young.isWell, young.waiting, young.oldestWaitingSeconds], [true, 1, 225 * 60]);

    await lookFor(world, 20);
    assert.deepEqual(await world.taskCodes(), ['no-contact-4h']);
    assert.equal((await healthOf(store, world.now())).isWell, false);
    await lookFor(world, 20 * hour, hour);
    assert.deepEqual(await world.taskCodes(), ['no-contact-24h']);
    await lookFor(world, 10 * day, 6 * hour);
    const mails = takenBy(world, operatorEmail);
    assert.equal(mails.length, 2);
    assert.match(mails[1] ?? '', new RegExp(`no-contact-24h  northfield  ${showCode(reference)}`));

    Object.assign(world.sink.script, { rcptFor: {} });
    await lookFor(world, 2 * hour);
    assert.deepEqual(await world.taskCodes(), []);
    const after = await healthOf(store, world.now());
    assert.deepEqual([after.isWell, after.waiting], [true, 0]);
  },
);

test('a courier that was off for a day asks once to say that nobody may make contact', async (t) => {
  const world = await aCourierWorld(t, { operatorEmail });
  const { receiptMac } = await world.submit();
  await world.roundAfter(0);
  await withdraw(world.store, receiptMac, noon);
  await world.watchAfter(2 * day);
  assert.deepEqual(await world.taskCodes(), ['no-contact-24h']);
  assert.deepEqual(await steps(world), ['no-contact-24h', 'no-contact-4h']);
});

testOnStores('a service that was told by phone not to make contact is told by no mail', async (t, store) => {
  const world = await aCourierWorld(t, { store });
  const { receiptMac } = await world.submit();
  await world.roundAfter(0);
  await withdraw(store, receiptMac, noon);
  await world.watchAfter(4 * hour);
  assert.equal(await closeFirst(world, 'no-contact-4h', 'no-contact'), true);
  assert.equal((await healthOf(store, world.now())).waiting, 0);
  await lookFor(world, 2 * day, 6 * hour);
  assert.deepEqual(await world.taskCodes(), []);
  assert.equal(world.sink.taken.length, 1);
});

test('a service that knows it at one of its addresses is not phoned because another is dead', async (t) => {
  const world = await aCourierWorld(t, { recipients: { northfield } });
  const { receiptMac } = await world.submit();
  await world.roundAfter(0);
  await withdraw(world.store, receiptMac, noon);
  Object.assign(world.sink.script, { rcptFor: { 'first@northfield.example': '550 no such user' } });
  await lookFor(world, 2 * day, 2 * hour);
  assert.match(takenBy(world, 'second@northfield.example').at(-1) ?? '', /^Subject: Update/mu);
  assert.deepEqual(await world.taskCodes(), ['address-refused']);
  assert.equal((await healthOf(world.store, world.now())).isWell, true);
});

test('a referral held back on purpose is late only when it has been due for four hours', async (t) => {
  const world = await aCourierWorld(t, { script: { replies: { rcpt: '450 later' } } });
  await world.submit({ lane: 'held' });
  await lookFor(world, 4 * hour + 45);
  assert.deepEqual(await world.taskCodes(), []);
  await lookFor(world, 15);
  assert.deepEqual(await world.taskCodes(), ['not-handed-over-4h']);
});

test('E3: what follows from a flood on later days lets a new referral pass', async (t) => {
  const world = await aCourierWorld(t, { recipients: withBody });
  for (let count = 0; count < 20; count++) await world.submit();
  await world.roundAfter(0);
  for (const days of [4, 7]) {
    await world.watchAfter(days * day);
    const before = world.sink.taken.length;
    await world.submit();
    await world.roundAfter(0);
    assert.ok(world.sink.taken.length > before + 20);
    assert.match(world.sink.taken[before]?.data ?? '', /^Subject: New message/mu);
  }
});

test('E1: when a flood that was held is taken back, its services hear of a new referral first', async (t) => {
  const world = await aCourierWorld(t, { recipients: { northfield } });
  const held = [];
  for (let count = 0; count < 20; count++) held.push(await world.submit({ lane: 'held' }));
  await world.roundAfter(hour);
  for (const { receiptMac } of held) await withdraw(world.store, receiptMac, world.now());
  await world.submit();
  const before = world.sink.taken.length;
  await world.roundAfter(0);
  assert.equal(world.sink.taken.length, before + 21);
  assert.match(world.sink.taken[before]?.data ?? '', /^Subject: New message/mu);
});

test('reminders and the word to the policing body say nothing about the person', async (t) => {
  const world = await aCourierWorld(t, { operatorEmail, recipients: withBody });
  const { reference } = await world.submit();
  await world.roundAfter(0);
  await lookFor(world, 8 * day, day);

  const reminder = await PostalMime.parse(takenBy(world, 'second@northfield.example')[0] ?? '');
  assert.equal(reminder.subject, `Reminder about message ${showCode(reference)}`);
  assert.equal(reminder.messageId, `<${reference}.reminder@sender.example>`);
  assert.ok(reminder.text?.includes(`https://portal.example/en/p/#${reference}.capability\n`));

  const body = await PostalMime.parse(takenBy(world, 'body@area.example')[0] ?? '');
  assert.equal(body.subject, `Message ${showCode(reference)} waits for an answer`);
  assert.match(body.text ?? '', /^Service: Northfield Restorative Service$/mu);
  assert.match(body.text ?? '', /^Reference: /mu);
  // What opens the referral is for the service alone.
  assert.doesNotMatch(body.text ?? '', /https:|\/p\/|capability/u);

  const operator = await PostalMime.parse(takenBy(world, operatorEmail)[0] ?? '');
  assert.equal(operator.subject, 'Portal: 1 task waits for a person');
  assert.doesNotMatch(operator.text ?? '', /https:|capability/u);
  for (const mail of [reminder, body, operator]) {
    assert.doesNotMatch(`${mail.subject} ${mail.text}`, /harmed|crime|offen[cs]e|victim|E23000023/iu);
    assert.equal(mail.html, undefined);
  }
});

test('without the address of a policing body, or where it is refused, a person is asked to tell it', async (t) => {
  const unknown = await aCourierWorld(t, { recipients: { northfield } });
  await unknown.submit();
  await unknown.roundAfter(0);
  await lookFor(unknown, 8 * day, day);
  assert.ok((await unknown.taskCodes()).includes('tell-policing-body'));

  const refused = await aCourierWorld(t, {
    recipients: withBody,
    script: { rcptFor: { 'body@area.example': '550 no such user' } },
  });
  await refused.submit();
  await refused.roundAfter(0);
  await lookFor(refused, 8 * day, day);
  const tasks = (await openTasks(refused.store)).filter(({ code }) => code === 'tell-policing-body');
  assert.equal(tasks.length, 1);
  await closeFirst(refused, 'tell-policing-body', 'told');
  await lookFor(refused, 10 * day, day);
  assert.ok(!(await refused.taskCodes()).includes('tell-policing-body'));
});

async function closeFirst(
  { store }: CourierWorld,
  code: string,
  choice: Parameters<typeof decide>[1]['choice'],
): Promise<boolean> {
  const task = (await openTasks(store)).find((one) => one.code === code);
  assert.ok(task);
  return decide(store, {
    task: task.id,
    choice,
    name: 'Test Operator',
    now: daysAfter(noon, 40),
    addressesOf: () => 2,
  });
}

test('without an address of the operator, tasks wait on the operator’s page and no mail goes', async (t) => {
  const world = await aCourierWorld(t, { recipients: { northfield } });
  await world.submit();
  await world.roundAfter(0);
  await lookFor(world, 8 * day, day);
  assert.deepEqual(await world.taskCodes(), ['phone-service', 'tell-policing-body']);
  assert.deepEqual(new Set(world.sink.taken.map(({ to }) => to[0])), new Set(northfield.addresses));
});

test('mail to the operator that fails is tried again, and then says everything in one', async (t) => {
  const world = await aCourierWorld(t, {
    operatorEmail,
    recipients: {},
    script: { replies: { rcpt: '450 later' } },
  });
  for (let count = 0; count < 60; count++) await world.submit();
  for (let hours = 0; hours < 26; hours++) await world.watchAfter(hour);
  assert.equal(takenBy(world, operatorEmail).length, 0);
  delete world.sink.script.replies.rcpt;
  for (let minutes = 0; minutes < 60; minutes++) await world.watchAfter(1);
  const mails = takenBy(world, operatorEmail);
  assert.equal(mails.length, 1);
  assert.equal(mails[0]?.match(/not-handed-over-24h/gu)?.length, 50);
  assert.match(mails[0] ?? '', /and 10 more/u);
  assert.match(mails[0] ?? '', /^Subject: Portal: 60 tasks wait for a person/mu);
});

test('H2: a clock set back and forth takes no step twice', async (t) => {
  const world = await aCourierWorld(t, { operatorEmail, recipients: withBody });
  await world.submit();
  await world.roundAfter(0);
  await lookFor(world, 8 * day, day);
  const before = world.sink.taken.length;
  await lookFor(world, -10 * 365 * day, -10 * 365 * day);
  await world.watchAfter(-10 * 365 * day);
  await world.watchAfter(10 * 365 * day);
  await world.roundAfter(0);
  assert.equal(world.sink.taken.length, before);
  assert.deepEqual(await world.taskCodes(), ['phone-service']);
});

testOnStores('what nobody has read goes only by a decision, and the audit says whose', async (t, store) => {
  const world = await aCourierWorld(t, { store, recipients: { northfield } });
  const referral = await world.submit();
  await world.roundAfter(0);
  await world.watchAfter(31 * day);
  await purge(store, daysAfter(noon, 400));
  assert.ok(typeof (await openSealed(store, referral.reference)) === 'object');

  // A decision about another task deletes nothing, whatever it says.
  assert.equal(await closeFirst(world, 'phone-service', 'deleted'), true);
  assert.ok(typeof (await openSealed(store, referral.reference)) === 'object');

  assert.equal(await closeFirst(world, 'decide', 'deleted'), true);
  assert.equal(await openSealed(store, referral.reference), 'gone');
  assert.equal(await statusFor(store, referral.receiptMac, daysAfter(noon, 41)), 'unopened');
  assert.deepEqual(await world.taskCodes(), []);
  const decided = await store.db
    .selectFrom('audit')
    .selectAll()
    .where('event', '=', 'decided')
    .orderBy('seq')
    .execute();
  assert.deepEqual(
    decided.map(({ reference, detail }) => [reference, detail]),
    [
      [referral.reference, 'phone-service deleted by Test Operator'],
      [referral.reference, 'decide deleted by Test Operator'],
    ],
  );
  const before = world.sink.taken.length;
  await lookFor(world, 100 * day, 10 * day);
  assert.equal(world.sink.taken.length, before);
});

test('a decision is taken once, and to keep waiting is one: at 90 days it is asked again', async (t) => {
  const world = await aCourierWorld(t, { recipients: { northfield } });
  await world.submit();
  await world.roundAfter(0);
  await world.watchAfter(31 * day);
  const task = (await openTasks(world.store)).find(({ code }) => code === 'decide');
  assert.ok(task);
  const keep = () =>
    decide(world.store, {
      task: task.id,
      choice: 'kept',
      name: 'Test Operator',
      now: daysAfter(noon, 31),
      addressesOf: () => 2,
    });
  const answers = await Promise.all([keep(), keep(), keep()]);
  assert.deepEqual(answers.toSorted(), [false, false, true]);
  await lookFor(world, 50 * day, day);
  assert.ok(!(await world.taskCodes()).includes('decide'));
  await lookFor(world, 10 * day, day);
  assert.ok((await world.taskCodes()).includes('decide'));
});

testOnStores(
  'who has heard nothing has the service reminded, at most once in five working days',
  async (t, store) => {
    const world = await aCourierWorld(t, { store, recipients: { northfield } });
    const { reference, receiptMac, innerCodeMac } = await world.submit();
    await world.roundAfter(0);
    await acknowledge(store, { reference, innerCodeMac, now: noon });
    let now = noon;
    const say = async (minutes: number) => {
      now = minutesAfter(now, minutes);
      const said = await noteNothingHeard(store, receiptMac, {
        now,
        lastSaidBy: workingDaysBefore(now, 5),
        addressesOf: () => 2,
      });
      await world.roundAfter(minutes);
      return said;
    };
    const reminders = () => takenBy(world, 'second@northfield.example');

    assert.equal(await say(14 * day), 'noted');
    assert.equal(reminders().length, 1);
    assert.deepEqual(await world.taskCodes(), ['heard-nothing']);
    assert.equal(await say(1), 'already');
    assert.equal(await say(6 * day), 'already');
    assert.equal(reminders().length, 1);
    assert.equal(await say(day), 'noted');
    assert.equal(reminders().length, 2);
    const ids = reminders().map((data) => /^Message-ID: (.*)$/imu.exec(data)?.[1]);
    assert.deepEqual(ids, [
      `<${reference}.reminder@sender.example>`,
      `<${reference}.reminder-2@sender.example>`,
    ]);

    await withdraw(store, receiptMac, now);
    assert.equal(await say(30 * day), 'already');
    assert.equal(reminders().filter((data) => /^Subject: Rem/mu.test(data)).length, 2);
    assert.deepEqual(await world.taskCodes(), []);
  },
);

test('a hundred who press at once are one reminder', async (t) => {
  const world = await aCourierWorld(t, { recipients: { northfield } });
  const referral = aSealedReferral();
  await accept(world.store, referral);
  await world.roundAfter(0);
  const now = daysAfter(noon, 20);
  const said = await Promise.all(
    Array.from({ length: 100 }, () =>
      noteNothingHeard(world.store, referral.receiptMac, {
        now,
        lastSaidBy: workingDaysBefore(now, 5),
        addressesOf: () => 2,
      }),
    ),
  );
  assert.equal(said.filter((answer) => answer === 'noted').length, 1);
  await world.roundAfter(20 * day);
  assert.equal(takenBy(world, 'second@northfield.example').length, 1);
});

test('the clocks of referrals from before there were clocks run from when they were handed over', async (t) => {
  const dataDir = aFolder(t);
  const old = new Kysely<Record<string, Record<string, unknown>>>({
    dialect: sqliteDialect(openSqlite(dataDir)),
  });
  const provider = {
    getMigrations: async () => ({
      '0001-referrals': migrationsFor('sqlite')['0001-referrals'] ?? assert.fail(),
    }),
  };
  const { error } = await new Migrator({ db: old, provider }).migrateToLatest();
  assert.equal(error, undefined);
  const at = noon.getTime();
  for (const [reference, state] of [
    ['00000001', 'handed-over'],
    ['00000002', 'waiting'],
  ] as const) {
    const sent = state === 'handed-over';
    await old
      .insertInto('referral')
      .values({
        reference,
        service: 'northfield',
        state,
        lane: 'normal',
        form_key_mac: reference,
        version: 1,
        inner_code_mac: reference,
        wrong_codes: 0,
        accepted_at: at,
      })
      .execute();
    await old
      .insertInto('notice')
      .values({
        reference,
        service: 'northfield',
        kind: 'referral',
        address: 0,
        lane: 'normal',
        state: sent ? 'sent' : 'due',
        next_at: at,
        attempts: 1,
        maybe_sent: 0,
        sent_at: sent ? at : null,
      })
      .execute();
  }
  await old.destroy();

  const store = await aSqliteStore(t, dataDir);
  const world = await aCourierWorld(t, { store });
  await world.watchAfter(3 * day);
  const taken = await store.db
    .selectFrom('escalation')
    .selectAll()
    .orderBy('reference')
    .orderBy('step')
    .execute();
  assert.deepEqual(
    taken.map(({ reference, step }) => [reference, step]),
    [
      ['00000001', 'remind'],
      ['00000002', 'late-24h'],
      ['00000002', 'late-4h'],
    ],
  );
});
