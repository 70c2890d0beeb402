/** A3: a process that is asked to stop finishes what it took, refuses the rest, and ends. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { openStore } from '../../src/server/store/open-store.ts';
import { aWebProcess, formPath, type WebProcess } from '../support/web-process.ts';
import { answersIn, converse, formPost, knock, valueOf } from '../support/wire.ts';

const inFlight = 50;
const drainMsMax = 20_000;

/** Connections are taken in the order they came, so an answer to the last says that the system holds none back. */
async function allAccepted(web: WebProcess): Promise<void> {
  await converse(web, ['GET /robots.txt HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n']);
  await wait(300);
}

test('A3: 50 posts under way at SIGTERM: each that is kept has its receipt, no other has one, and it ends within 20 s', async (t) => {
  const web = await aWebProcess(t);
  const forms: string[] = [];
  for (let count = 0; count < inFlight; count += 1) forms.push(await web.readyForm());
  // Its first form is drawn slowly; those under way are to be cut anywhere, not all in that.
  await converse(web, [formPost(formPath, await web.readyForm())]);

  // All are connected and half sent; the other halves come before, while and after it is told to stop.
  const people = await Promise.all(
    forms.map(async (form) => {
      const socket = await knock(web);
      let heard = '';
      socket.on('error', () => {}).on('data', (chunk) => (heard += chunk.toString('latin1')));
      const closed = new Promise((done) => socket.once('close', done));
      const post = formPost(formPath, form);
      socket.write(post.slice(0, -20));
      return { socket, closed, rest: post.slice(-20), heard: () => heard };
    }),
  );
  await allAccepted(web);
  const idle = await knock(web);
  for (const { socket, rest } of people.slice(0, 30)) socket.write(rest);
  await wait(50);
  const started = performance.now();
  web.signal('SIGTERM');
  await wait(20);
  for (const { socket, rest } of people.slice(30, 45)) socket.write(rest);
  // Five never finish what they began.
  const code = await web.ended;
  const ms = performance.now() - started;
  await Promise.all(people.map(({ closed }) => closed));
  idle.destroy();
  assert.equal(code, 0);
  assert.ok(ms < drainMsMax, `${ms} ms`);

  const answers = people.map(({ heard }) => answersIn(heard())[0]);
  const receipts = answers.filter((answer) => /id="receipt"/.test(answer?.body ?? ''));
  const store = await openStore({ dataDir: web.dataDir });
  const kept = await store.db.selectFrom('referral').select('reference').execute();
  await store.close();
  assert.equal(kept.length, receipts.length + 1, 'what is kept is what was promised, and the one before');
  for (const answer of answers) {
    const status = answer?.status ?? 0;
    assert.ok([200, 503, 408].includes(status), `answered with ${status}`);
    if (status === 200) assert.match(answer?.body ?? '', /id="receipt"/);
    else assert.match(answer?.body ?? '', /999/);
    assert.equal(valueOf(answer, 'connection'), 'close');
  }
  const count = (status: number) => answers.filter((answer) => answer?.status === status).length;
  t.diagnostic(
    `figure: ${count(200)} receipts, ${count(503)} refused, ${count(408)} cut, ended after ${(ms / 1000).toFixed(1)} s`,
  );
});

test('A3: somebody who sends over a connection kept open, after the end was asked for, is refused in words or not taken at all', async (t) => {
  const web = await aWebProcess(t);
  const kept = await knock(web);
  let heard = '';
  kept.on('error', () => {}).on('data', (chunk) => (heard += chunk.toString('latin1')));
  const closed = new Promise((done) => kept.once('close', done));
  const form = formPost(formPath, await web.readyForm()).replace('Connection: close\r\n', '');
  // One request is under way, so that the process cannot end yet.
  const slow = await knock(web);
  slow.on('error', () => {}).write(form.slice(0, -5));
  kept.write(form.slice(0, -5));
  await allAccepted(web);
  web.signal('SIGTERM');
  await wait(200);
  await assert.rejects(knock(web), 'no new connection is taken');
  kept.write(form.slice(-5));
  await closed;
  slow.destroy();
  const [answer] = answersIn(heard);
  assert.ok(answer?.status === 200 || answer?.status === 503);
  assert.equal(valueOf(answer, 'connection'), 'close');
  assert.equal(await web.ended, 0);
});
