/** D2, D3: six hundred clients that dawdle keep nobody else waiting, and are cut off. */
import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import test, { after, type TestContext } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { aWebProcess, formPath } from '../support/web-process.ts';
import { formPost, converse, knock } from '../support/wire.ts';

/** The catalogue asks for 500. */
const slowCount = 600;
const genuineCount = 100;
const cutMsMax = 12_000;
const genuineMsMax = 2_000;

const web = await aWebProcess({ after });

/** One client: what it says at once, and what it goes on saying. */
type Dawdler = { readonly first: string; readonly then: string; readonly everyMs: number };

/** Gives how long the client was borne, and what it was told at the end. */
async function dawdle({ first, then, everyMs }: Dawdler): Promise<{ ms: number; heard: string }> {
  const started = performance.now();
  const socket: Socket = await knock(web);
  let heard = '';
  socket.on('error', () => {}).on('data', (chunk) => (heard += chunk.toString('latin1')));
  const closed = new Promise((done) => socket.once('close', done));
  socket.write(first);
  const timer = setInterval(() => socket.writable && socket.write(then), everyMs);
  await Promise.race([closed, wait(30_000, undefined, { ref: false })]);
  clearInterval(timer);
  const ms = performance.now() - started;
  socket.destroy();
  return { ms, heard };
}

/** Milliseconds until each of a hundred people, one after the other, has the receipt. */
async function genuineWaits(forms: readonly string[]): Promise<readonly number[]> {
  const waits: number[] = [];
  for (const form of forms) {
    const { answers, ms } = await converse(web, [formPost(formPath, form)]);
    assert.match(answers[0]?.body ?? '', /id="receipt"/);
    waits.push(ms);
  }
  return waits.toSorted((a, b) => a - b);
}

async function expectBorne(t: TestContext, dawdler: Dawdler): Promise<readonly string[]> {
  const forms: string[] = [];
  for (let count = 0; count < genuineCount; count += 1) forms.push(await web.readyForm());
  const slow = Promise.all(Array.from({ length: slowCount }, () => dawdle(dawdler)));
  await wait(500);
  const waits = await genuineWaits(forms);
  const p99 = waits[Math.ceil(genuineCount * 0.99) - 1] ?? Infinity;
  const ended = await slow;
  const longest = Math.max(...ended.map(({ ms }) => ms));
  t.diagnostic(`figure: p99 ${Math.round(p99)} ms, cut after at most ${(longest / 1000).toFixed(1)} s`);
  assert.ok(p99 < genuineMsMax, `genuine p99 was ${p99} ms`);
  assert.ok(longest <= cutMsMax, `a slow one was borne for ${longest} ms`);
  return ended.map(({ heard }) => heard);
}

const head = [
  `POST ${formPath} HTTP/1.1`,
  'Host: localhost',
  'Content-Type: application/x-www-form-urlencoded',
  'Content-Length: 60000',
].join('\r\n');

test(`D2: ${slowCount} clients that drip their headers are cut within 12 s, and nobody else waits for them`, async (t) => {
  const heard = await expectBorne(t, { first: `${head}\r\n`, then: 'X-A: b\r\n', everyMs: 1_000 });
  for (const one of heard) assert.match(one, /^HTTP\/1\.1 408 /);
});

test(`D3: ${slowCount} clients that drip a form are cut within 12 s, and nobody else waits for them`, async (t) => {
  const heard = await expectBorne(t, { first: `${head}\r\n\r\nnote=`, then: 'x', everyMs: 1_000 });
  for (const one of heard) assert.match(one, /^HTTP\/1\.1 408 [^]*999/);
});

test(`D3: ${slowCount} clients that announce a form and fall silent are cut within 12 s too`, async (t) => {
  const heard = await expectBorne(t, { first: `${head}\r\n\r\nnote=`, then: '', everyMs: 60_000 });
  for (const one of heard) assert.match(one, /^HTTP\/1\.1 408 [^]*999/);
});

test('D2: a client that connects and says nothing at all is cut within 12 s', async (t) => {
  const heard = await expectBorne(t, { first: '', then: '', everyMs: 60_000 });
  assert.equal(heard.length, slowCount);
});

test('D2: a client that asks for much and reads nothing does not keep its place', async () => {
  const { answers } = await converse(web, ['GET /en/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n']);
  const file = /\/_astro\/[^"]+\.css/.exec(answers[0]?.body ?? '')?.[0] ?? '';
  const socket = await knock(web);
  socket.pause().on('error', () => {});
  socket.write(`GET ${file} HTTP/1.1\r\nHost: a\r\n\r\n`.repeat(100));
  await wait(35_000);
  // A side that reads nothing learns of the end only by writing into it.
  for (let tries = 0; tries < 20 && !socket.destroyed; tries += 1) {
    socket.write('G');
    await wait(100);
  }
  assert.ok(socket.destroyed);
});
