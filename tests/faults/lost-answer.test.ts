/** The line breaks after the referral was kept and before the person saw that it was. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import test from 'node:test';
import { openSqlite } from '../../src/server/store/sqlite.ts';
import { amount } from '../support/how-long.ts';
import { receiptIn } from '../support/referral-form.ts';
import type { Lifetime } from '../support/stores.ts';
import { aWebProcess, formPath } from '../support/web-process.ts';
import { ask, converse, formPost } from '../support/wire.ts';

const forms = amount(5, 200);

/** Passes on what it is sent, and hangs up when the answer comes: after `bytes` of it. */
async function aLineThatBreaks(t: Lifetime, port: number) {
  const line = { port: 0, lost: 0, bytes: 0 };
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    near.pipe(far);
    far.once('data', (answer: Buffer) => {
      line.lost += 1;
      if (line.bytes > 0) near.write(answer.subarray(0, line.bytes));
      near.end();
      far.destroy();
    });
    for (const socket of [near, far]) socket.on('error', () => undefined);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  line.port = (server.address() as AddressInfo).port;
  return line;
}

test('A11: when the answer is lost on the way, posting the same form again gives the one receipt of the one referral', async (t) => {
  const web = await aWebProcess(t);
  const line = await aLineThatBreaks(t, web.port);
  const receipts = new Set<string>();
  for (let count = 0; count < forms; count += 1) {
    const form = formPost(formPath, await web.readyForm());
    // Nothing of the answer, or its first line and no more: neither holds a receipt.
    line.bytes = count % 2 === 0 ? 0 : 15;
    for (let tries = 0; tries < 3; tries += 1) {
      assert.doesNotMatch((await converse(line, [form])).raw, /receipt/);
    }
    const shown = await Promise.all([ask(web, form), ask(web, form)]);
    const [first, second] = shown.map((answer) => receiptIn(answer?.body) ?? '');
    assert.ok(first, String(shown[0]?.status));
    assert.equal(second, first);
    receipts.add(first);
  }
  assert.equal(line.lost, 3 * forms);
  assert.equal(receipts.size, forms, 'every form has a receipt of its own');
  const database = openSqlite(web.dataDir);
  const count = (table: string) =>
    database.prepare(`select count(*) as total from ${table}`).get()?.['total'];
  assert.deepEqual([count('referral'), count('notice')], [forms, forms]);
  database.close();
  const accepted = web.printed().split('"code":"accepted"').length - 1;
  assert.equal(accepted, forms, 'each was kept before its answer was lost, and once');
  t.diagnostic(`figure: ${line.lost} answers lost, ${forms} receipts, ${forms} referrals`);
});
