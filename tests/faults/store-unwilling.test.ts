import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import test, { type TestContext } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { JSDOM } from 'jsdom';
import { sql } from 'kysely';
import { StoreError } from '../../src/server/failure.ts';
import { accept } from '../../src/server/store/accept.ts';
import { openStore } from '../../src/server/store/open-store.ts';
import { amount } from '../support/how-long.ts';
import { aRandom } from '../support/random.ts';
import { receiptIn } from '../support/referral-form.ts';
import { aSealedReferral } from '../support/sealed-referral.ts';
import { aFolder, aSqliteStore } from '../support/stores.ts';
import { aWebProcess, formPath } from '../support/web-process.ts';
import { ask, formPost } from '../support/wire.ts';

test('A6: while another process holds the database, every post is refused within three seconds, and none after', async (t) => {
  const dataDir = aFolder(t);
  const store = await aSqliteStore(t, dataDir);
  const other = new DatabaseSync(join(dataDir, 'referrals.db'));
  other.exec('begin immediate');

  const begun = performance.now();
  const referrals = Array.from({ length: 10 }, () => aSealedReferral());
  const answers = await Promise.allSettled(referrals.map((referral) => accept(store, referral)));
  const tookMs = performance.now() - begun;
  assert.ok(answers.every(({ status }) => status === 'rejected'));
  assert.ok(answers.every((answer) => answer.status === 'rejected' && answer.reason instanceof StoreError));
  // Each with a patience of its own, ten would take twenty seconds; a slow machine may take a little longer than three.
  assert.ok(tookMs > 1500 && tookMs < 4_000, `${tookMs} ms`);
  t.diagnostic(`figure: refused after ${(tookMs / 1000).toFixed(1)} s`);

  other.exec('rollback');
  other.close();
  const again = await Promise.all(referrals.map((referral) => accept(store, referral)));
  assert.ok(again.every(({ repeated }) => !repeated));
});

test('A6: a lock that is gone soon is waited for, and nothing else stands still meanwhile', async (t) => {
  const dataDir = aFolder(t);
  const store = await aSqliteStore(t, dataDir);
  const other = new DatabaseSync(join(dataDir, 'referrals.db'));
  other.exec('begin immediate');
  const accepting = accept(store, aSealedReferral());
  // Several tries long, and counted in turns of the loop: a wait that blocked it would never let go of the lock in time.
  for (let turn = 0; turn < 8; turn += 1) await new Promise((resolve) => setTimeout(resolve, 10));
  other.exec('rollback');
  other.close();
  assert.equal((await accepting).repeated, false);
});

/** All that the form of a page would post if its button were pressed. */
function carriedIn(page: string): URLSearchParams {
  const inputs = new JSDOM(page).window.document.querySelectorAll<HTMLInputElement>('#referral input');
  const carried = new URLSearchParams(Array.from(inputs, ({ name, value }) => [name, value]));
  carried.append('step', 'send');
  return carried;
}

test('A6: while another process holds the database, people read that nothing was received, keep every answer, and get a receipt once it lets go', async (t) => {
  const answers = {
    'safe-when': 'after six, not "Mondays" & <never> at work',
    'who-knows': 'some',
    kind: 'burglary',
    hopes: ['ask', 'listen'],
    access: 'Stairs are hard.\nSo is small print.',
    'consent-fallback': 'yes',
  };
  const web = await aWebProcess(t);
  const forms = await Promise.all(
    Array.from({ length: 6 }, (_, person) => web.readyForm({ ...answers, note: `Person ${person}` })),
  );
  const sendAll = (each: readonly string[]) =>
    Promise.all(each.map((form) => ask(web, formPost(formPath, form))));

  const other = new DatabaseSync(join(web.dataDir, 'referrals.db'), { timeout: 10_000 });
  t.after(() => other.close());
  other.exec('begin exclusive');
  const released = wait(amount(0, 10_000));
  let isHeld = true;
  void released.then(() => (isHeld = false));
  let [refusals, msMax] = [0, 0];
  let carried: string[] = forms;
  do {
    const begun = performance.now();
    const refused = await sendAll(carried);
    msMax = Math.max(msMax, performance.now() - begun);
    for (const answer of refused) {
      assert.equal(answer?.status, 503);
      assert.match(answer.body, /<h1>We have not received this<\/h1>/);
      assert.doesNotMatch(answer.body, /id="receipt"/);
    }
    refusals += refused.length;
    carried = refused.map((answer) => carriedIn(answer?.body ?? '').toString());
  } while (isHeld);
  // The store waits two seconds and is held to that above; these are also drawn, six at once.
  assert.ok(msMax < 8_000, `${msMax} ms`);
  for (const [person, form] of forms.entries()) {
    const kept = new URLSearchParams(carried[person]);
    for (const [name, value] of new URLSearchParams(form)) {
      // It has become an area, and travels no further.
      if (name !== 'postcode') assert.ok(kept.getAll(name).includes(value), name);
    }
  }

  other.exec('rollback');
  const taken = await sendAll(carried);
  // Whoever presses Send once more is told the same.
  const again = await sendAll(carried);
  const receipts = [taken, again].map((pages) => pages.map((page) => receiptIn(page?.body)));
  assert.deepEqual([...taken, ...again].filter((page) => page?.status !== 200).length, 0);
  assert.equal(new Set(receipts[0]).size, forms.length, 'each has a receipt');
  assert.deepEqual(receipts[1], receipts[0]);
  const rowsOf = (table: string) => other.prepare(`select count(*) as rows from ${table}`).get()?.['rows'];
  assert.deepEqual([rowsOf('referral'), rowsOf('notice')], [forms.length, forms.length], 'one row for each');
  t.diagnostic(
    `figure: ${refusals} refused after ${(msMax / 1000).toFixed(1)} s at most, ${forms.length} receipts, one row each`,
  );
});

test('A5: a full disk refuses the post, keeps what it had, and takes the same form once there is room', async (t) => {
  const store = await aSqliteStore(t);
  const first = aSealedReferral();
  await accept(store, first);
  const { rows } = await sql<{ page_count: number }>`pragma page_count`.execute(store.db);
  const refusedForm = aSealedReferral({ sealed: new Uint8Array(500_000) });
  await sql`pragma max_page_count = ${sql.lit(Number(rows[0]?.page_count) + 4)}`.execute(store.db);
  await assert.rejects(accept(store, refusedForm), StoreError);
  assert.equal((await accept(store, first)).repeated, true);

  await sql`pragma max_page_count = 1000000`.execute(store.db);
  assert.deepEqual(await accept(store, refusedForm), {
    reference: refusedForm.reference,
    repeated: false,
    version: 1,
  });
});

test('A5: a process that may write no further is told so by the store, and a receipt given before still holds', async (t) => {
  const dataDir = aFolder(t);
  const script = join(import.meta.dirname, '../support/accept-forever.ts');
  // 600 blocks of 512 bytes: the limit of the system itself, as a full disk would be.
  const ended = spawnSync(
    'sh',
    ['-c', `ulimit -f 600; exec "$0" "$1" "$2"`, process.execPath, script, dataDir],
    {
      encoding: 'utf8',
      timeout: 60_000,
    },
  );
  assert.match(ended.stderr, /StoreError/u);
  const promised = ended.stdout
    .split('\n')
    .slice(1, -1)
    .map((line) => line.split(' ')[1]);
  assert.ok(promised.length > 0);
  const store = await aSqliteStore(t, dataDir);
  const rows = await store.db.selectFrom('referral').select('reference').execute();
  const kept = new Set(rows.map(({ reference }) => reference));
  assert.ok(promised.every((reference) => kept.has(String(reference))));
});

/** Fifty referrals in a file that nobody has open. */
async function aKeptDatabase(t: TestContext) {
  const dataDir = aFolder(t);
  const store = await openStore({ dataDir });
  for (let count = 0; count < 50; count++) await accept(store, aSealedReferral());
  await store.close();
  return { dataDir, file: join(dataDir, 'referrals.db') };
}

test('A7: a damaged database is refused at the start, and no empty one is put in its place', async (t) => {
  const { dataDir, file } = await aKeptDatabase(t);
  const bytes = readFileSync(file);
  bytes.fill(0xa5, 4096, 40_000);
  writeFileSync(file, bytes);
  await assert.rejects(openStore({ dataDir }), StoreError);
  assert.deepEqual(readFileSync(file), bytes);
});

test('A7: one wrong byte in an index, which no start reads, is damage enough', async (t) => {
  const { dataDir, file } = await aKeptDatabase(t);
  const database = new DatabaseSync(file);
  const index = database.prepare("select rootpage from sqlite_schema where name = 'notice_turn'").get();
  database.close();
  const bytes = readFileSync(file);
  // The entries of a page fill it from its end: https://sqlite.org/fileformat2.html#b_tree_pages
  const last = Number(index?.['rootpage']) * 4096 - 1;
  bytes[last] = (bytes[last] ?? 0) ^ 1;
  writeFileSync(file, bytes);
  await assert.rejects(openStore({ dataDir }), /the database is damaged/u);
  assert.deepEqual(readFileSync(file), bytes);
});

/** Bytes anywhere in the file become others. The same seed spoils the same bytes. */
function spoil(bytes: Buffer, seed: number): void {
  const draw = aRandom(seed);
  for (let count = 0; count < 200; count += 1) {
    const at = Math.floor(draw() * bytes.length);
    bytes[at] = (bytes[at] ?? 0) ^ (1 + Math.floor(draw() * 255));
  }
}

test('A7: with two hundred bytes changed anywhere in it, a database is refused, and none is put in its place', async (t) => {
  const { dataDir, file } = await aKeptDatabase(t);
  const whole = readFileSync(file);
  const seeds = amount(5, 200);
  for (let seed = 1; seed <= seeds; seed += 1) {
    const bytes = Buffer.from(whole);
    spoil(bytes, seed);
    writeFileSync(file, bytes);
    for (const suffix of ['-wal', '-shm']) rmSync(file + suffix, { force: true });
    await assert.rejects(openStore({ dataDir }), StoreError, `seed ${seed}`);
    assert.equal(readFileSync(file).length, bytes.length, `seed ${seed}`);
  }
  t.diagnostic(`figure: ${seeds} times 200 bytes of ${whole.length}, each refused`);
});
