/** D1: bodies that are too large, announced or not, cost the server neither memory nor its next answer. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import test, { after, type TestContext } from 'node:test';
import { bodyBytesMax } from '../../src/server/intake/http/read-form.ts';
import { aWebProcess, formPath, residentBytes } from '../support/web-process.ts';
import { converse, formPost, valueOf, type Conversation } from '../support/wire.ts';

const head = (...lines: string[]) =>
  [
    `POST ${formPath} HTTP/1.1`,
    'Host: localhost',
    'Content-Type: application/x-www-form-urlencoded',
    ...lines,
    '',
    '',
  ].join('\r\n');

const megabyte = 1024 * 1024;
const growthBytesMax = 20 * megabyte;
const atOnce = 4;
const block = Buffer.alloc(megabyte, 'x');
const chunked = Buffer.concat([Buffer.from('10000\r\n'), Buffer.alloc(65_536, 'x'), Buffer.from('\r\n')]);

function expectRefused(said: Conversation, what: string): void {
  assert.equal(said.answers[0]?.status, 413, what);
  assert.equal(said.answers.length, 1, `${what}: what follows is not taken for a request`);
  assert.equal(valueOf(said.answers[0], 'connection'), 'close', what);
  assert.ok(said.answers[0]?.body.includes('999'), `${what}: the page says whom to call`);
  assert.ok(said.wasClosed, `${what}: the connection is closed`);
}

const web = await aWebProcess({ after });

async function refusedAtOnce(times: number, what: string, once: () => Promise<Conversation>): Promise<void> {
  const said = await Promise.all(Array.from({ length: times }, once));
  for (const one of said) expectRefused(one, what);
}

/**
 * Fails when one makes the process hold 20 MB more at any moment of it than it held before all three of them: what piles up
 * is there every time, and garbage is not.
 */
async function expectSmall(t: TestContext, what: string, once: () => Promise<Conversation>): Promise<void> {
  const before = residentBytes(web.pid);
  const growths: number[] = [];
  for (let round = 0; round < 3; round += 1) {
    let largest = residentBytes(web.pid);
    const timer = setInterval(() => (largest = Math.max(largest, residentBytes(web.pid))), 5);
    const said = await once().finally(() => clearInterval(timer));
    expectRefused(said, what);
    growths.push(largest - before);
  }
  const growth = Math.min(...growths);
  t.diagnostic(`figure: ${what}: memory ${(growth / megabyte).toFixed(1)} MB more`);
  assert.ok(growth < growthBytesMax, `${what}: grew by ${growth} bytes`);
}

/**
 * Fails when four at once make the process grow by 20 MB for each, round after round, beyond what four rounds of them have
 * made of it. What is dropped is garbage for a while, and more of it on a machine that is busy; what is held is there in
 * every round.
 */
async function expectSteady(t: TestContext, what: string, once: () => Promise<Conversation>): Promise<void> {
  const rounds: number[] = [];
  for (let round = 0; round < 8; round += 1) {
    await refusedAtOnce(atOnce, what, once);
    rounds.push(residentBytes(web.pid));
  }
  const growth = Math.min(...rounds.slice(4)) - Math.max(...rounds.slice(0, 4));
  t.diagnostic(`figure: ${what}, four at once: memory ${(growth / megabyte).toFixed(1)} MB more`);
  assert.ok(growth < atOnce * growthBytesMax, `${what}: grew by ${growth} bytes`);
}

test('D1: a form of 64 KiB is read and one byte more is refused, announced or in chunks', async () => {
  const padding = (bytes: number) => `note=${'x'.repeat(bytes - 5)}`;
  const inChunks = (body: string) =>
    `${head('Transfer-Encoding: chunked', 'Connection: close')}${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;

  const fits = padding(bodyBytesMax);
  for (const request of [formPost(formPath, fits), inChunks(fits)]) {
    assert.equal((await converse(web, [request])).answers[0]?.status, 422);
  }
  const tooLong = padding(bodyBytesMax + 1);
  expectRefused(await converse(web, [formPost(formPath, tooLong)]), 'announced');
  expectRefused(await converse(web, [inChunks(tooLong)]), 'in chunks');
});

test(
  'D1: ten megabytes and endless chunks are cut off, and memory does not grow by 20 MB',
  { skip: existsSync('/proc/self/status') ? false : 'memory is read from /proc, which is not here' },
  async (t) => {
    // What a process holds anyway once it is at work must not be taken for theirs.
    for (let count = 0; count < 150; count += 1)
      await converse(web, [formPost(formPath, await web.readyForm())]);
    const tenMegabytes = [
      head(`Content-Length: ${10 * megabyte}`),
      ...Array.from({ length: 10 }, () => block),
    ];
    // 2,000 chunks of 64 KiB are more than anybody waits for; it must end long before.
    const endless = [head('Transfer-Encoding: chunked'), ...Array.from({ length: 2_000 }, () => chunked)];
    await expectSmall(t, 'ten megabytes', () => converse(web, tenMegabytes));
    await expectSmall(t, 'endless chunks', () => converse(web, endless));
    await expectSteady(t, 'ten megabytes', () => converse(web, tenMegabytes));
    await expectSteady(t, 'endless chunks', () => converse(web, endless));

    const genuine = await converse(web, [formPost(formPath, await web.readyForm())]);
    assert.match(genuine.answers[0]?.body ?? '', /id="receipt"/);
  },
);
