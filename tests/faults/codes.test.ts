/** Codes are guessed, mixed up, pressed a hundred times, and timed. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import PostalMime from 'postal-mime';
import { codeFrom, innerCodeLength, receiptLength, tidyCode } from '../../src/referral/codes.ts';
import { parseEnvelope } from '../../src/referral/envelope.ts';
import { open } from '../../src/referral/seal.ts';
import { newFormKey, readFormKey, receiptFor } from '../../src/server/intake/form-key.ts';
import { answerOpening } from '../../src/server/intake/opening.ts';
import { askAfter } from '../../src/server/intake/receipts.ts';
import { capabilityOf } from '../../src/server/notice-link.ts';
import { loadSecrets } from '../../src/server/secrets.ts';
import { openStore } from '../../src/server/store/open-store.ts';
import { aCourierWorld } from '../support/courier.ts';
import { aDesk, formOf, type DeskWorld } from '../support/desk.ts';
import { amount } from '../support/how-long.ts';
import { minutesAfter, noon } from '../support/sealed-referral.ts';
import { aFolder, aFolderInMemory } from '../support/stores.ts';

const root = join(import.meta.dirname, '../..');

const aCode = () => codeFrom(randomBytes(10), receiptLength);

async function receiptOf(world: DeskWorld, answers = {}): Promise<string> {
  const shown = await world.send(answers);
  assert.ok(shown.step === 'sent', shown.step);
  return shown.receipt;
}

const look = (world: DeskWorld, code: string, step = 'look', network?: string) =>
  askAfter(formOf({ code, step }), world.desk, network);

/** What a service gets to know of each referral that was sent. */
async function opened(world: DeskWorld) {
  const rows = await world.desk.store.db
    .selectFrom('referral')
    .select('reference')
    .orderBy('rowid' as never)
    .execute();
  return Promise.all(
    rows.map(async ({ reference }) => {
      const capability = capabilityOf(world.desk.secrets, reference);
      const answer = await answerOpening('/p/open', formOf({ reference, capability }), world.desk);
      const { sealed } = answer?.body as { sealed: string };
      const { innerCode } = parseEnvelope(await open(Buffer.from(sealed, 'base64'), world.identity));
      return { reference, innerCode };
    }),
  );
}

test('F1: what is kept to compare two posts tells nothing of their words, even to whoever has the secrets', async (t) => {
  const world = await aDesk(t);
  await receiptOf(world);
  await receiptOf(world);
  const rows = await world.desk.store.db.selectFrom('referral').select('content_mac').execute();
  assert.equal(rows.length, 2);
  assert.notEqual(rows[0]?.content_mac, rows[1]?.content_mac, 'the same words, and no way to try others');
});

test('G1: guessed codes hit nothing, a network that guesses is refused, and the code of a person works all the while', async (t) => {
  const world = await aDesk(t, aFolderInMemory(t));
  const codes = [];
  for (let count = 0; count < 20; count++) codes.push(await receiptOf(world));
  const [right = ''] = codes;
  const guesses = amount(20_000, 1_000_000);
  const answers = { none: 0, 'too-many': 0 };
  for (let count = 0; count < guesses; count++) {
    // Every second from one network, the others from as many as there are.
    const network = count % 2 === 0 ? 'guesser' : `10.${count >> 8}.${count & 255}`;
    const { step } = await look(world, aCode(), 'look', network);
    assert.ok(step === 'none' || step === 'too-many', step);
    answers[step] += 1;
  }
  assert.equal(
    answers['too-many'],
    guesses / 2 - 60,
    'the sixty-first of one network is refused, and no other',
  );
  assert.equal(world.desk.guesses.refused(), answers['too-many']);

  for (const step of ['look', 'withdraw', 'withdraw-yes', 'heard-nothing', 'decline']) {
    assert.equal((await look(world, right, step, 'guesser')).step, 'too-many', step);
  }
  for (const code of codes) {
    assert.equal((await look(world, code, 'look', 'person')).step, 'known');
    assert.equal((await look(world, code)).step, 'known', 'where nobody says where it comes from');
  }
  world.now = minutesAfter(world.now, 61);
  assert.equal((await look(world, right, 'look', 'guesser')).step, 'known', 'an hour later');
  t.diagnostic(
    `figure: ${guesses} guesses against ${codes.length} codes, no hit, ${answers['too-many']} refused unread`,
  );
});

test('G4: a hundred presses on Confirm are one change, one entry and a hundred friendly answers', async (t) => {
  const world = await aDesk(t);
  await receiptOf(world);
  const [{ reference, innerCode } = assert.fail()] = await opened(world);
  const form = formOf({ reference, code: innerCode });
  const answers = await Promise.all(
    Array.from({ length: 100 }, () => answerOpening('/p/ack', form, world.desk)),
  );
  const states = answers.map((answer) => (answer?.body as { state: string }).state);
  assert.equal(states.filter((state) => state === 'acknowledged').length, 1);
  assert.equal(states.filter((state) => state === 'already').length, 99);
  assert.ok(answers.every((answer) => answer?.status === 200));
  const entries = await world.desk.store.db.selectFrom('audit').select('event').execute();
  assert.equal(entries.filter(({ event }) => event === 'acknowledged').length, 1);
});

test('B15: all that a machine can quote of a notice is not the code, so no answer to it confirms anything', async (t) => {
  const world = await aDesk(t);
  const receipt = await receiptOf(world);
  const [{ reference, innerCode } = assert.fail()] = await opened(world);
  const courier = await aCourierWorld(t, { store: world.desk.store });
  await courier.roundAfter(0);
  const [{ data } = assert.fail()] = courier.sink.taken;
  const { text = '', subject = '' } = await PostalMime.parse(data);
  const words = new Set(
    `${subject} ${text} ${data}`.split(/[^0-9A-Za-z-]+/).map((word) => tidyCode(word, innerCodeLength)),
  );
  assert.ok(!words.has(innerCode));
  // It has the reference, and ten tries; a receipt that says "read" has no more.
  const quoted = [...words].filter((word) => word !== undefined).slice(0, 5);
  for (const code of ['', 'read', reference, ...quoted]) {
    const answer = await answerOpening('/p/ack', formOf({ reference, code }), world.desk);
    assert.equal(answer?.status, 422, code);
  }
  assert.equal((await look(world, receipt)).step, 'known');
  // Nothing of ours takes or fetches mail either, but for the mailbox of the demonstration.
  const readers = globSync('src/**/*.ts', { cwd: root }).filter((file) =>
    /from '(?:postal-mime|smtp-server|imap\w*|mailparser)'/.test(readFileSync(join(root, file), 'utf8')),
  );
  assert.deepEqual(readers, []);
  await courier.watchAfter(3 * 24 * 60);
  await courier.roundAfter(0);
  assert.match(
    courier.sink.taken[1]?.data ?? '',
    /^Subject: Reminder/mu,
    'it is reminded as if nobody had answered',
  );
});

test('G7: the code inside one referral confirms no other', async (t) => {
  const world = await aDesk(t);
  await receiptOf(world);
  await receiptOf(world, { 'call-me': 'Another Person' });
  const [one, other] = await opened(world);
  assert.ok(one && other);
  const crossed = formOf({ reference: one.reference, code: other.innerCode });
  assert.equal((await answerOpening('/p/ack', crossed, world.desk))?.status, 422);
  const right = formOf({ reference: one.reference, code: one.innerCode });
  assert.equal((await answerOpening('/p/ack', right, world.desk))?.status, 200);
});

test('G11: the same form has the same receipt after a retry, a restart, and in a second process', async (t) => {
  const dataDir = aFolder(t);
  const world = await aDesk(t, dataDir);
  const formKey = newFormKey(world.desk.secrets, noon);
  const receipt = await receiptOf(world, { 'form-key': formKey });
  assert.equal(await receiptOf(world, { 'form-key': formKey }), receipt);

  const other = await openStore({ dataDir });
  t.after(() => other.close());
  const secrets = loadSecrets(dataDir);
  const again = await world.send({ 'form-key': formKey }, { store: other, secrets });
  assert.equal(again.step === 'sent' && again.receipt, receipt);
  const key = readFormKey(formKey, secrets, noon);
  assert.ok(key && receiptFor(key, secrets) === receipt);
  assert.notEqual(await receiptOf(world), receipt);
  const rows = await other.db.selectFrom('referral').select('reference').execute();
  assert.equal(rows.length, 2);
});
