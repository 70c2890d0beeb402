/** Codes are guessed, mixed up, pressed a hundred times, and timed. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import test from 'node:test';
import { codeFrom, receiptLength } from '../../src/referral/codes.ts';
import { parseEnvelope } from '../../src/referral/envelope.ts';
import { open } from '../../src/referral/seal.ts';
import { newFormKey, readFormKey, receiptFor } from '../../src/server/intake/form-key.ts';
import { answerOpening } from '../../src/server/intake/opening.ts';
import { askAfter } from '../../src/server/intake/receipts.ts';
import { capabilityOf } from '../../src/server/notice-link.ts';
import { loadSecrets } from '../../src/server/secrets.ts';
import { openStore } from '../../src/server/store/open-store.ts';
import { aDesk, formOf, type DeskWorld } from '../support/desk.ts';
import { amount } from '../support/how-long.ts';
import { noon } from '../support/sealed-referral.ts';
import { aFolder, aFolderInMemory } from '../support/stores.ts';

const aCode = () => codeFrom(randomBytes(10), receiptLength);

async function receiptOf(world: DeskWorld, answers = {}): Promise<string> {
  const shown = await world.send(answers);
  assert.ok(shown.step === 'sent', shown.step);
  return shown.receipt;
}

const look = (world: DeskWorld, code: string, step = 'look') => askAfter(formOf({ code, step }), world.desk);

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

test('G1: guessed codes hit nothing, and the code of a person works all the while', async (t) => {
  const world = await aDesk(t, aFolderInMemory(t));
  const codes = [];
  for (let count = 0; count < 20; count++) codes.push(await receiptOf(world));
  const guesses = amount(2_000, 1_000_000);
  for (let count = 0; count < guesses; count++) {
    assert.equal((await look(world, aCode())).step, 'none');
  }
  for (const code of codes) assert.equal((await look(world, code)).step, 'known');
  t.diagnostic(`figure: ${guesses} guesses against ${codes.length} codes, no hit`);
});

test('G2: a code that was taken back takes as long to be unknown as one that never was', async (t) => {
  const world = await aDesk(t, aFolderInMemory(t));
  const withdrawn: string[] = [];
  for (let count = 0; count < 20; count++) {
    const code = await receiptOf(world);
    assert.equal((await look(world, code, 'withdraw-yes')).step, 'withdrawn');
    withdrawn.push(code);
  }
  const times = { withdrawn: [] as number[], unknown: [] as number[] };
  const timed = async (kind: keyof typeof times, code: string) => {
    const begun = performance.now();
    const { step } = await look(world, code);
    times[kind].push(performance.now() - begun);
    assert.equal(step, 'none');
  };
  const rounds = amount(1_000, 20_000);
  for (let count = 0; count < rounds; count++) {
    await timed('withdrawn', withdrawn[count % withdrawn.length] ?? '');
    await timed('unknown', aCode());
  }
  const difference = Math.abs(median(times.withdrawn) - median(times.unknown));
  assert.ok(difference < 1, `${difference} ms`);
  t.diagnostic(`figure: medians ${(difference * 1000).toFixed(0)} µs apart in ${rounds} pairs`);
});

function median(numbers: readonly number[]): number {
  return numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

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
