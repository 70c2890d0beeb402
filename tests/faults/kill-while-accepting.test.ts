import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import test from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { sql } from 'kysely';
import { openStore } from '../../src/server/store/open-store.ts';
import { amount } from '../support/how-long.ts';
import { aFolder } from '../support/stores.ts';

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
