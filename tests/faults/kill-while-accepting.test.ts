import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import test from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { sql } from 'kysely';
import { openStore } from '../../src/server/store/open-store.ts';
import { openSqlite } from '../../src/server/store/sqlite.ts';
import { amount } from '../support/how-long.ts';
import { expectKept } from '../support/kept.ts';
import { receiptIn } from '../support/referral-form.ts';
import { aFolder } from '../support/stores.ts';
import { aWebProcess, formPath, type WebProcess } from '../support/web-process.ts';
import { ask, formPost } from '../support/wire.ts';

/** A few in `npm test`, where each costs the start of a process. */
const kills = Number(process.env['KILLS'] ?? amount(6, 500));

const script = join(import.meta.dirname, '../support/accept-forever.ts');

/** Starts it, kills it without warning after a moment, and gives what it had promised by then. */
async function promisesUntilKilled(dataDir: string): Promise<string[]> {
  const child = spawn(process.execPath, [script, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] });
  let printed = '';
  let ready: () => void;
  const isReady = new Promise<void>((resolve) => (ready = resolve));
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
    ready();
  });
  await isReady;
  await wait(Math.random() * 60);
  child.kill('SIGKILL');
  await once(child, 'close');
  // The kill may have cut the last line short, and a promise nobody could read is none.
  return printed
    .split('\n')
    .slice(0, -1)
    .filter((line) => line !== 'ready');
}

test(`A1: after ${kills} kills without warning, every referral that was promised is there, once`, async (t) => {
  const dataDir = aFolder(t);
  const promised: string[] = [];
  for (let count = 0; count < kills; count++) promised.push(...(await promisesUntilKilled(dataDir)));
  assert.ok(promised.length > 0);

  const store = await openStore({ dataDir });
  t.after(() => store.close());
  const rows = await store.db
    .selectFrom('referral')
    .leftJoin('notice', 'notice.reference', 'referral.reference')
    .select(['referral.reference', 'form_key_mac', 'notice.id'])
    .execute();
  const kept = new Map(rows.map((row) => [row.form_key_mac, row.reference]));
  for (const line of promised) {
    const [formKeyMac = '', reference] = line.split(' ');
    assert.equal(kept.get(formKeyMac), reference);
  }
  assert.equal(kept.size, rows.length, 'no form is kept twice');
  assert.ok(
    rows.every((row) => row.id !== null),
    'nothing is kept that nobody will be told of',
  );
  const verdict = await sql<{ integrity_check: string }>`pragma integrity_check`.execute(store.db);
  assert.deepEqual(
    verdict.rows.map((row) => row.integrity_check),
    ['ok'],
  );
  t.diagnostic(
    `figure: ${kills} kills, ${promised.length} promises, ${rows.length} referrals, 0 lost, 0 doubled`,
  );
});

/** Presses Send until there is a receipt; a form that a dead process left unanswered is kept for the next one. */
async function sendForms(web: WebProcess, unanswered: string[], receipts: Map<string, Set<string>>) {
  for (;;) {
    const form = unanswered.pop() ?? (await web.readyForm());
    const key = new URLSearchParams(form).get('form-key') ?? '';
    const answer = await ask(web, formPost(formPath, form)).catch(() => undefined);
    const receipt = receiptIn(answer?.body);
    if (receipt === undefined) {
      assert.equal(
        answer?.status ?? 200,
        200,
        'nothing is refused, and an answer that was cut short is none',
      );
      unanswered.push(form);
      return;
    }
    receipts.set(key, (receipts.get(key) ?? new Set()).add(receipt));
  }
}

const webKills = Number(process.env['KILLS'] ?? amount(2, 500));

test(`A1: after ${webKills} kills of the web process under twelve people, every receipt that was shown is of one referral`, async (t) => {
  const dataDir = aFolder(t);
  const unanswered: string[] = [];
  const receipts = new Map<string, Set<string>>();
  let retried = 0;
  for (let count = 0; count <= webKills; count += 1) {
    const life: (() => unknown)[] = [];
    const web = await aWebProcess({ after: (end) => life.push(end) }, { dataDir });
    retried += unanswered.length;
    unanswered.push(await web.readyForm());
    let isOver = false;
    const people = Promise.all(
      Array.from({ length: 12 }, () => sendForms(web, unanswered, receipts)),
    ).finally(() => (isOver = true));
    // Once it is at work; the last of them when every form that was begun before has its receipt.
    const answered = receipts.size;
    const goesOn = () => receipts.size === answered || (count === webKills && unanswered.length > 0);
    while (goesOn()) {
      await Promise.race([wait(5), people]);
      assert.ok(!isOver, 'somebody still sends');
    }
    await wait(Math.random() * 40);
    web.signal('SIGKILL');
    await people;
    for (const end of life.toReversed()) await end();
  }
  for (const shown of receipts.values()) assert.equal(shown.size, 1, 'one form has one receipt');
  expectKept(
    dataDir,
    [...receipts.values()].flatMap((shown) => [...shown]),
  );
  const database = openSqlite(dataDir);
  const whole = database.prepare('pragma integrity_check').all();
  database.close();
  assert.deepEqual(
    whole.map((row) => row['integrity_check']),
    ['ok'],
  );
  assert.ok(receipts.size > webKills && retried > webKills);
  t.diagnostic(
    `figure: ${webKills} kills of the web process, ${receipts.size} receipts, ${retried} forms sent again, 0 lost, 0 doubled`,
  );
});
