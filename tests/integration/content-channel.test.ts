import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import PostalMime from 'postal-mime';
import { showCode } from '../../src/referral/codes.ts';
import type { Envelope } from '../../src/referral/envelope.ts';
import { sealAnew } from '../../src/referral/hand-on.ts';
import { newKeyPair } from '../../src/referral/seal.ts';
import type { Recipient } from '../../src/server/delivery/courier.ts';
import { accept } from '../../src/server/store/accept.ts';
import { handOn } from '../../src/server/store/hand-on.ts';
import { noteNothingHeard } from '../../src/server/store/heard-nothing.ts';
import { openStore } from '../../src/server/store/open-store.ts';
import { acknowledge } from '../../src/server/store/opening.ts';
import { withdraw } from '../../src/server/store/status.ts';
import { openTasks } from '../../src/server/store/tasks.ts';
import { aCourierWorld } from '../support/courier.ts';
import { minutesAfter, noon } from '../support/sealed-referral.ts';
import { anSmtpSink, type Script } from '../support/smtp-sink.ts';
import {
  anEnvelope,
  aReferralWith,
  escrowKey,
  mark,
  markDigits,
  spoolKey,
  testSecrets,
} from '../support/spool-key.ts';
import { statusFor } from '../support/status-for.ts';
import { aFolder } from '../support/stores.ts';

const northfield: Recipient = {
  addresses: ['first@northfield.example', 'second@northfield.example'],
  languages: ['en'],
  content: 'verified',
};

type Named = {
  script?: Partial<Script>;
  recipient?: Partial<Recipient>;
  spool?: readonly string[];
  auth?: true;
};

/** A courier with two mail servers: the ordinary one and the one for whole referrals. */
async function aContentWorld(t: TestContext, named: Named = {}) {
  const contentSink = await anSmtpSink(t, {
    certificate: 'good',
    auth: named.auth ?? false,
    ...named.script,
  });
  const dataDir = aFolder(t);
  const store = await openStore({ dataDir });
  t.after(() => store.close());
  const recipients = {
    northfield: { ...northfield, ...named.recipient },
    southfield: { addresses: ['team@southfield.example'], languages: ['en'] as const },
  };
  const world = await aCourierWorld(t, {
    store,
    contentSink,
    recipients,
    ...(named.auth && { contentMail: { smtpUrl: contentSink.urlWithPassword('right') } }),
    spool: named.spool ?? [spoolKey.identity],
  });
  return {
    ...world,
    contentSink,
    dataDir,
    async send(differs: Partial<Envelope> = {}, recipientKeys?: readonly string[]) {
      const envelope = anEnvelope(differs);
      const referral = { ...(await aReferralWith(envelope, recipientKeys)), acceptedAt: world.now() };
      await accept(store, referral);
      return { envelope, referral };
    },
  };
}

const textOf = async (data: string | undefined) => (await PostalMime.parse(data ?? '')).text ?? '';
const idOf = (data: string) => /^Message-ID: (.*)$/imu.exec(data)?.[1];

/** Referrals that the spool key does not open: they are claimed for one mail, and go one by one. */
async function aLongRow(t: TestContext, length: number) {
  const world = await aContentWorld(t);
  const referrals = [];
  for (let count = 0; count < length; count++)
    referrals.push(await world.submit({ service: 'northfield', lane: 'held' }));
  return { world, referrals };
}

test('A12: a row of mails that takes longer than a lease is sent once, also by two couriers', async (t) => {
  const { world } = await aLongRow(t, 10);
  const contentSink = await anSmtpSink(t, { certificate: 'good' });
  const other = await aCourierWorld(t, { store: world.store, contentSink, recipients: { northfield } });
  await other.watchAfter(61);
  const rounds: Promise<void>[] = [];
  world.contentSink.script.seen = (moment) => {
    // Each mail takes most of a minute, and the other courier looks for work all the while.
    if (moment === 'data') rounds.push(world.watchAfter(0.75), other.roundAfter(0.75));
  };
  await world.roundAfter(61);
  await Promise.all(rounds);
  const sent = [...world.contentSink.taken, ...contentSink.taken].map(({ data }) => idOf(data));
  assert.equal(sent.length, 10);
  assert.equal(new Set(sent).size, 10);
});

test('what is taken back while the mails before it go out is not sent', async (t) => {
  const { world, referrals } = await aLongRow(t, 4);
  const last = referrals.at(-1);
  let takenBack: Promise<unknown> | undefined;
  world.contentSink.script.seen = (moment) => {
    if (moment === 'data') takenBack ??= withdraw(world.store, last?.receiptMac ?? '', world.now());
  };
  await world.roundAfter(61);
  await takenBack;
  await world.roundAfter(1);
  const about = world.contentSink.taken.filter(({ data }) => data.includes(last?.reference ?? ''));
  assert.deepEqual(
    about.map(({ data }) => idOf(data)),
    [`<${last?.reference}.withdrawn@sender.example>`],
  );
});

test('a content service gets the whole referral in one mail over TLS, safe contact first, and the code', async (t) => {
  const world = await aContentWorld(t);
  const { envelope, referral } = await world.send();
  await world.roundAfter(0);
  await world.roundAfter(600);

  assert.equal(world.sink.taken.length, 0, 'nothing by the ordinary mail server');
  const [taken, ...more] = world.contentSink.taken;
  assert.deepEqual(more, []);
  assert.deepEqual([taken?.overTls, taken?.to], [true, ['first@northfield.example']]);
  const mail = await PostalMime.parse(taken?.data ?? '');
  assert.equal(mail.subject, `New message ${showCode(envelope.reference)}`);
  assert.equal(mail.messageId, `<${envelope.reference}.referral@sender.example>`);
  const text = mail.text ?? '';
  const order = [
    'How to contact this person safely',
    `  ${mark} mornings`,
    `  ${markDigits}`,
    'Who is asking:\n  A person who was harmed',
    'Your first contact must not',
    'What they told you',
    `  ${mark} first line\n  second line`,
    'What they agreed to',
    `  ${showCode(envelope.reference)}`,
    `  ${showCode(envelope.innerCode)}`,
    'https://portal.example/en/p/\n',
  ].map((words) => text.indexOf(words));
  assert.ok(text.startsWith('How to contact this person safely\n'));
  assert.deepEqual(
    order,
    order.toSorted((a, b) => a - b),
  );
  assert.ok(!order.includes(-1), text);
  assert.equal(await statusFor(world.store, referral.receiptMac, noon), 'sent');
});

test('the code and what was typed stand in the body of the mail and in no header', async (t) => {
  const world = await aContentWorld(t);
  const { envelope } = await world.send();
  await world.roundAfter(0);
  const head = world.contentSink.taken[0]?.data.split('\r\n\r\n', 1)[0] ?? '';
  assert.match(head, /^Message-ID/mu);
  for (const secret of [envelope.innerCode, showCode(envelope.innerCode), mark, markDigits])
    assert.ok(!head.includes(secret), secret);
  assert.deepEqual(
    world.contentSink.said.filter((line) => line.includes(mark)),
    [],
  );
});

test('a 250 is handed over and never confirmed: only the code in the mail ends the waiting', async (t) => {
  const world = await aContentWorld(t);
  const { envelope, referral } = await world.send();
  await world.roundAfter(0);
  const { reference } = envelope;
  assert.equal(await statusFor(world.store, referral.receiptMac, noon), 'sent');

  const typed = /^ {2}([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4})$/mu.exec(
    await textOf(world.contentSink.taken[0]?.data),
  )?.[1];
  const innerCodeMac = testSecrets.mac('inner-code', reference, typed?.replaceAll('-', '') ?? '');
  assert.equal(await acknowledge(world.store, { reference, innerCodeMac, now: noon }), 'acknowledged');
  assert.equal(await statusFor(world.store, referral.receiptMac, noon), 'opened');
});

test('F1, J1: what was typed reaches the mail and nothing else: not the database, its log, or the courier’s log', async (t) => {
  const world = await aContentWorld(t);
  world.contentSink.script.replies.rcpt = '450 later';
  const { envelope } = await world.send();
  await world.roundAfter(0);
  delete world.contentSink.script.replies.rcpt;
  await world.roundAfter(2);
  assert.ok((await textOf(world.contentSink.taken[0]?.data)).includes(mark));

  const found: string[] = [];
  for (const entry of readdirSync(world.dataDir, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const bytes = readFileSync(join(entry.parentPath, entry.name));
    for (const secret of [mark, markDigits, envelope.innerCode, showCode(envelope.innerCode)])
      if (bytes.includes(secret)) found.push(`${entry.name}: ${secret}`);
  }
  assert.deepEqual(found, []);
  const log = JSON.stringify(world.events);
  assert.ok(!log.includes(mark) && !log.includes(envelope.innerCode));
  assert.deepEqual(
    world.events.map(({ code }) => code),
    ['content-later', 'content-handed-over'],
  );
});

test('B3, B4: every attempt has the same Message-ID and the same reference', async (t) => {
  const world = await aContentWorld(t);
  const { envelope } = await world.send();
  world.contentSink.script.replies.data = '451 local error';
  await world.roundAfter(0);
  delete world.contentSink.script.replies.data;
  world.contentSink.script.replies.stored = 'drop';
  await world.roundAfter(1);
  delete world.contentSink.script.replies.stored;
  await world.roundAfter(2);
  const ids = world.contentSink.taken.map(({ data }) => idOf(data));
  assert.deepEqual(ids, Array(2).fill(`<${envelope.reference}.referral@sender.example>`));
});

const distrusted: [situation: string, script: Partial<Script>][] = [
  ['offers no STARTTLS', { certificate: undefined }],
  ['answers STARTTLS with 502', { replies: { starttls: '502 no' } }],
  ['has an expired certificate', { certificate: 'expired' }],
  ['has a certificate for another name', { certificate: 'wrong-name' }],
  ['has signed its own certificate', { certificate: 'self-signed' }],
  ['speaks TLS 1.1 at best', { tlsVersionMax: 'TLSv1.1' }],
];

for (const [situation, script] of distrusted) {
  test(`B7, B8, B9: a content server that ${situation} gets no password and no word, and others are told as ever`, async (t) => {
    const world = await aContentWorld(t, { script, auth: true });
    await world.send();
    const other = await world.submit({ service: 'southfield' });
    await world.roundAfter(0);
    assert.deepEqual(
      world.contentSink.said.filter((line) => /^(?:AUTH|MAIL|RCPT|DATA)/iu.test(line)),
      [],
    );
    assert.deepEqual(world.contentSink.taken, []);
    assert.equal(await statusFor(world.store, other.receiptMac, noon), 'sent');
    assert.equal(world.sink.taken.length, 1);
    if (world.events.some(({ code }) => code === 'content-unknown')) return;
    assert.deepEqual(await world.taskCodes(), ['content-mail-refused']);

    const tried = world.contentSink.connections();
    await world.roundAfter(1);
    assert.equal(world.contentSink.connections(), tried, 'a brake keeps us from hammering it');
    Object.assign(world.contentSink.script, { certificate: 'good', tlsVersionMax: undefined, replies: {} });
    await world.roundAfter(5);
    assert.equal(world.contentSink.taken.length, 1);
    assert.deepEqual(await world.taskCodes(), []);
  });
}

test('an ordinary mail server that stands still does not keep a content service waiting', async (t) => {
  const world = await aContentWorld(t);
  world.sink.script.replies.ehlo = '554 not for you';
  for (let count = 0; count < 8; count++) await world.submit({ service: 'southfield' });
  await world.send();
  await world.roundAfter(0);
  await world.roundAfter(1);
  assert.equal(world.contentSink.taken.length, 1);
});

test('B5: a mailbox that is refused for good: the second address has the referral at once, and the operator a task', async (t) => {
  const world = await aContentWorld(t, {
    script: { rcptFor: { 'first@northfield.example': '550 no such user' } },
  });
  const { envelope } = await world.send();
  await world.roundAfter(0);
  assert.deepEqual(await world.taskCodes(), ['address-refused']);
  assert.deepEqual(
    world.contentSink.taken.map(({ to }) => to),
    [['second@northfield.example']],
  );
  assert.ok((await textOf(world.contentSink.taken[0]?.data)).includes(showCode(envelope.innerCode)));
});

test('a mailbox nobody has verified is told that something waits, and not what', async (t) => {
  const world = await aContentWorld(t, { recipient: { content: 'unverified' } });
  const { envelope } = await world.send();
  await world.roundAfter(0);
  const text = await textOf(world.contentSink.taken[0]?.data);
  assert.ok(text.includes(`/en/p/#${envelope.reference}.capability`));
  assert.ok(!text.includes(mark) && !text.includes(showCode(envelope.innerCode)));
});

test('what the spool key does not open is told by a link, and the operator hears of it', async (t) => {
  const keys = [await newKeyPair(), await newKeyPair()];
  const world = await aContentWorld(t);
  const { envelope } = await world.send(
    {},
    keys.map(({ recipient }) => recipient),
  );
  await world.roundAfter(0);
  const text = await textOf(world.contentSink.taken[0]?.data);
  assert.ok(text.includes(`/en/p/#${envelope.reference}.capability`));
  assert.ok(!text.includes(mark));
  assert.deepEqual(await world.taskCodes(), ['spool-shut']);
});

test('F3: a true envelope under another reference reaches nobody', async (t) => {
  const world = await aContentWorld(t);
  const stolen = await aReferralWith(anEnvelope());
  const referral = await world.submit({ sealed: stolen.sealed });
  await world.roundAfter(0);
  const text = await textOf(world.contentSink.taken[0]?.data);
  assert.ok(text.includes(referral.reference) && !text.includes(mark));
  assert.deepEqual(await world.taskCodes(), ['spool-shut']);
});

test('F4: while the spool key is being replaced, what was sealed to the old one still opens', async (t) => {
  const fresh = await newKeyPair();
  const world = await aContentWorld(t, { spool: [fresh.identity, spoolKey.identity] });
  await world.send();
  await world.send({ service: 'northfield' }, [fresh.recipient, escrowKey.recipient]);
  await world.roundAfter(0);
  const texts = await Promise.all(world.contentSink.taken.map(({ data }) => textOf(data)));
  assert.deepEqual(
    texts.map((text) => text.includes(mark)),
    [true, true],
  );
});

test('a reminder carries the referral once more to both addresses, for whoever lost the first mail', async (t) => {
  const world = await aContentWorld(t);
  const { envelope } = await world.send();
  await world.roundAfter(0);
  await world.watchAfter(4 * 24 * 60);
  await world.roundAfter(0);
  const [, ...reminders] = world.contentSink.taken;
  assert.deepEqual(reminders.map(({ to }) => to[0]).toSorted(), [
    'first@northfield.example',
    'second@northfield.example',
  ]);
  for (const { data } of reminders) {
    const mail = await PostalMime.parse(data);
    assert.equal(mail.subject, `Reminder about message ${showCode(envelope.reference)}`);
    assert.ok(mail.text?.includes(showCode(envelope.innerCode)));
    assert.match(mail.text ?? '', /still waits for an answer/u);
  }
});

test('once confirmed, nothing of a referral leaves again: a reminder points to the copy of the service', async (t) => {
  const world = await aContentWorld(t);
  const { envelope, referral } = await world.send();
  await world.roundAfter(0);
  const { reference } = envelope;
  await acknowledge(world.store, { reference, innerCodeMac: referral.innerCodeMac, now: noon });
  const now = minutesAfter(noon, 20 * 24 * 60);
  await noteNothingHeard(world.store, referral.receiptMac, { now, lastSaidBy: now, addressesOf: () => 1 });
  await world.roundAfter(20 * 24 * 60);
  const text = await textOf(world.contentSink.taken[1]?.data);
  assert.match(text, /copy that your service has kept/u);
  assert.ok(!text.includes(mark) && !text.includes('/p/#'));
});

test('handed on before its mail leaves, a referral reaches the other service whole, and the first not at all', async (t) => {
  const world = await aContentWorld(t, { recipient: { addresses: ['first@northfield.example'] } });
  const { envelope, referral } = await world.send({ service: 'southfield' });
  const { reference } = envelope;
  await world.store.db.updateTable('notice').set({ service: 'northfield' }).execute();
  const handOver = await world.courier.takeNext();
  const to = { service: 'northfield', recipients: [spoolKey.recipient, escrowKey.recipient] };
  const { sealed, innerCode } = await sealAnew(envelope, to);
  const nextCodeMac = testSecrets.mac('inner-code', reference, innerCode);
  const { innerCodeMac } = referral;
  const handed = { reference, innerCodeMac, to: 'northfield', sealed, nextCodeMac, now: noon };
  assert.equal(await handOn(world.store, handed), 'done');

  await handOver?.();
  assert.equal(world.contentSink.taken.length, 0);
  assert.equal(await statusFor(world.store, referral.receiptMac, noon), 'waiting');
  await world.roundAfter(1);
  const mail = await PostalMime.parse(world.contentSink.taken[0]?.data ?? '');
  assert.equal(mail.messageId, `<${reference}.1.referral@sender.example>`);
  const text = mail.text ?? '';
  assert.ok(text.includes(showCode(innerCode)) && text.includes('Passed on by'));
  assert.match(text, /Another service passed this referral on to you/u);
});

test('a withdrawal goes by the same server, carries nothing, and says not to make contact', async (t) => {
  const world = await aContentWorld(t);
  const { referral } = await world.send();
  await world.roundAfter(0);
  await withdraw(world.store, referral.receiptMac, noon);
  await world.roundAfter(1);
  assert.equal(world.sink.taken.length, 0);
  const text = await textOf(world.contentSink.taken[1]?.data);
  assert.match(text, /do not\smake\scontact/u);
  assert.ok(!text.includes(mark));
});

for (const [how, recipient, tasks] of [
  ['whose mailbox is in doubt', { content: 'unverified' }, ['link-without-key']],
  ['whose mailbox is in doubt, with keys of its own', { content: 'unverified', hasKeys: true }, []],
  ['that has changed to notices', { content: undefined, hasKeys: true }, ['link-without-key']],
] as const) {
  test(`a link to a content service ${how} is ${tasks.length > 0 ? 'a task' : 'no task'}`, async (t) => {
    const world = await aContentWorld(t, { recipient });
    const { envelope } = await world.send();
    await world.roundAfter(0);
    const [taken] = [...world.sink.taken, ...world.contentSink.taken];
    assert.match(await textOf(taken?.data), /\/en\/p\/#/u);
    const open = await openTasks(world.store);
    assert.deepEqual(
      open.map(({ code, reference }) => `${code} ${reference}`),
      tasks.map((code) => `${code} ${envelope.reference}`),
    );
  });
}

test('a link to what is sealed to keys of the service alone is no task', async (t) => {
  const world = await aContentWorld(t, { recipient: { content: undefined, hasKeys: true } });
  const keys = await Promise.all([newKeyPair(), newKeyPair()]);
  await world.send(
    {},
    keys.map(({ recipient }) => recipient),
  );
  await world.roundAfter(0);
  assert.equal(world.sink.taken.length, 1);
  assert.deepEqual(await world.taskCodes(), []);
});

test('held referrals leave in one mail, each whole', async (t) => {
  const world = await aContentWorld(t);
  const sent = [];
  for (let count = 0; count < 3; count++) sent.push(await world.send({ lane: 'held' }));
  await world.roundAfter(0);
  assert.equal(world.contentSink.taken.length, 0);
  await world.roundAfter(61);
  assert.equal(world.contentSink.taken.length, 1);
  const text = await textOf(world.contentSink.taken[0]?.data);
  for (const { envelope } of sent) assert.ok(text.includes(showCode(envelope.innerCode)));
});

/** The headers in their order, and what those say that must not depend on what was typed. */
async function headOf(data: string | undefined, reference: string) {
  const { headers } = await PostalMime.parse(data ?? '');
  const varying = new Set(['date', 'message-id']);
  return headers.map(({ key, value }) =>
    varying.has(key) ? key : `${key}: ${value.replace(showCode(reference), '')}`,
  );
}

test('C1: line ends of every kind in every field leave the mail its headers and its one recipient', async (t) => {
  const world = await aContentWorld(t);
  const first = await world.send();
  await world.roundAfter(0);
  const plain = await headOf(world.contentSink.taken[0]?.data, first.envelope.reference);
  assert.ok(plain.length > 8);
  for (const end of ['\r\n', '\n', '\r', '\u2028', '\u0085', '%0d%0a', '=0D=0A', '\r\n\r\n', '\0\n']) {
    const line = `${mark}${end}Bcc: evil@e.example${end}X-Evil: yes${end}RCPT TO:<evil@e.example>`;
    const texts = Object.entries(anEnvelope().answers).filter(([, answer]) => typeof answer === 'string');
    const { envelope } = await world.send({
      answers: Object.fromEntries(texts.map(([name]) => [name, line])),
    });
    await world.roundAfter(0);
    const taken = world.contentSink.taken.at(-1);
    assert.deepEqual(await headOf(taken?.data, envelope.reference), plain, JSON.stringify(end));
    assert.deepEqual(taken?.to, ['first@northfield.example'], JSON.stringify(end));
  }
  assert.equal(world.contentSink.taken.length, 10);
  assert.equal(world.contentSink.said.filter((line) => /^RCPT/iu.test(line)).length, 10);
});

test('C1, C4, C7: what was typed cannot end the mail, add a line of ours, a header, or turn the text round', async (t) => {
  const world = await aContentWorld(t);
  const note =
    'one\r\n.\r\nMAIL FROM:<evil@e.example>\n.\nConfirmation code:\n  AAAA-AAAA-AAAA\u202Eevil\u0000\u2028Bcc: evil@e.example';
  await world.send({ answers: { 'call-me': `${mark}\r\nBcc: evil@e.example`, note } });
  await world.roundAfter(0);
  assert.equal(world.contentSink.taken.length, 1);
  const [taken] = world.contentSink.taken;
  assert.deepEqual(taken?.to, ['first@northfield.example']);
  const mail = await PostalMime.parse(taken?.data ?? '');
  assert.equal(mail.bcc, undefined);
  const lines = (mail.text ?? '').split('\n');
  assert.equal(lines.filter((line) => line === 'Confirmation code:').length, 1);
  assert.ok(lines.includes('  Confirmation code:'));
  assert.ok(lines.includes('  Bcc: evil@e.example'));
  assert.doesNotMatch(mail.text ?? '', /[\u0000\u202E\u2028\r]/u);
});

test('B12: a referral in any script arrives letter by letter', async (t) => {
  const world = await aContentWorld(t);
  const note = 'Rwy’n dod o’r Bala\nاردو میں ایک جملہ\nنعم\nZażółć gęślą jaźń\nਪੰਜਾਬੀ\n🙂';
  await world.send({ language: 'ur', answers: { 'call-me': 'عائشہ', note } });
  await world.roundAfter(0);
  const text = await textOf(world.contentSink.taken[0]?.data);
  for (const line of ['عائشہ', ...note.normalize('NFC').split('\n')])
    assert.ok(text.split('\n').includes(`  ${line}`), line);
});
