/** Where a post says it comes from decides its lane and nothing else: it is always taken. */
import assert from 'node:assert/strict';
import { networkInterfaces } from 'node:os';
import test from 'node:test';
import { openStore } from '../../src/server/store/open-store.ts';
import { proxiedOrigin } from '../support/proxies.ts';
import { receiptIn } from '../support/referral-form.ts';
import { aWebProcess, formPath, type WebProcess } from '../support/web-process.ts';
import { ask, converse, formPost, type Door } from '../support/wire.ts';

/** Sends one with these headers and gives the lane it took. */
async function laneOf(web: WebProcess, headers: readonly string[], door: Door = web): Promise<string> {
  const answer = await ask(door, formPost(formPath, await web.readyForm(), headers));
  assert.equal(answer?.status, 200);
  assert.match(answer.body, /id="receipt"/, 'whatever it looks like, it is taken');
  const store = await openStore({ dataDir: web.dataDir });
  const newest = await store.db
    .selectFrom('referral')
    .select('lane')
    .orderBy('accepted_at', 'desc')
    .executeTakeFirstOrThrow();
  await store.close();
  return newest.lane;
}

/** An address of this machine that is not loopback: a peer that no proxy of ours has. */
const outside = Object.values(networkInterfaces())
  .flat()
  .find((one) => one?.family === 'IPv4' && !one.internal)?.address;

test('D9, D11: a post from another site, or from nowhere, is taken and held; our own page’s is not held', async (t) => {
  const web = await aWebProcess(t);
  const cases: readonly (readonly [headers: readonly string[], lane: string])[] = [
    [[`Origin: ${web.origin}`, 'Sec-Fetch-Site: same-origin'], 'normal'],
    [[`Origin: ${web.origin}`], 'normal'],
    // A browser that hides the origin still says that the page was ours.
    [['Origin: null', 'Sec-Fetch-Site: same-origin'], 'normal'],
    [['Origin: https://evil.example', 'Sec-Fetch-Site: cross-site'], 'held'],
    [['Origin: https://evil.example'], 'held'],
    [['Origin: null', 'Sec-Fetch-Site: cross-site'], 'held'],
    [[`Origin: ${web.origin}`, 'Sec-Fetch-Site: cross-site'], 'held'],
    [[`Origin: ${web.origin}`, 'Sec-Fetch-Site: same-site'], 'held'],
    [['Origin: null'], 'held'],
    [[`Origin: ${web.origin}.evil.example`], 'held'],
    [[`Origin: ${web.origin.toUpperCase()}/`], 'held'],
    [[], 'held'],
    [[`Referer: ${web.origin}${formPath}`], 'held'],
  ];
  for (const [headers, lane] of cases) assert.equal(await laneOf(web, headers), lane, headers.join());
});

const ours = (origin: string) => [`Origin: ${origin}`, 'Sec-Fetch-Site: same-origin'];

test('D7: behind a proxy the last value of ADDRESS_HEADER counts, and no other header', async (t) => {
  const web = await aWebProcess(t, {
    origin: proxiedOrigin,
    environment: { ADDRESS_HEADER: 'X-Network' },
  });
  const from = (network: string, ...more: string[]) =>
    laneOf(web, [...ours(web.origin), `X-Network: ${network}`, ...more]);
  // Ten from one network; what the client claimed to the left of it, or elsewhere, gives it no new name.
  for (let count = 1; count <= 10; count += 1) {
    const lane = await from(
      `198.51.${count}.1, 203.0.113.0`,
      `X-Forwarded-For: 198.51.${count}.1`,
      `X-Real-IP: 10.0.0.${count}`,
    );
    assert.equal(lane, 'normal', `${count}`);
  }
  assert.equal(await from('198.51.100.1, 203.0.113.0'), 'held');
  assert.equal(await from('203.0.113.200', 'Forwarded: for=192.0.2.9'), 'held', 'the same /24');
  assert.equal(await from('203.0.113.0, 198.51.100.0'), 'normal');
  for (const odd of ['', 'unknown', '_hidden', '999', '127.0.0.1', '\u00ff', 'x'.repeat(2_000)]) {
    assert.equal(await from(odd), 'normal', `who says '${odd.slice(0, 20)}' is nobody`);
  }
});

test('G1: a network that guesses codes is told in words, with 429, whatever the code; another is answered as ever', async (t) => {
  const web = await aWebProcess(t, {
    origin: proxiedOrigin,
    environment: { ADDRESS_HEADER: 'X-Network' },
  });
  const look = async (code: string, network: string, step = 'look') => {
    const body = new URLSearchParams({ code, step }).toString();
    const { raw } = await converse(web, [formPost('/en/status/', body, [`X-Network: ${network}`])]);
    return raw.replace(/^Date: .*\r\n/m, '');
  };
  const sent = await ask(web, formPost(formPath, await web.readyForm(), ours(web.origin)));
  const right = receiptIn(sent?.body) ?? '';
  for (let count = 0; count < 60; count += 1) {
    const code = `0000-0000-0000-00${String(count).padStart(2, '0')}`;
    assert.match(
      await look(code, `203.0.113.${count}`),
      /data-step="none"/,
      'one network, however its addresses end',
    );
  }
  const refused = await look('7ZZZ-ZZZZ-ZZZZ-ZZZZ', '203.0.113.99');
  assert.match(refused, /^HTTP\/1\.1 429 /);
  assert.match(refused, /^Retry-After: 3600\r$/im);
  assert.match(refused, /data-step="too-many"/);
  assert.match(refused, /Phone the service|href="\/en\/find\/"/, 'there is another way');
  for (const step of ['look', 'withdraw-yes']) assert.equal(await look(right, '203.0.113.99', step), refused);
  assert.match(await look(right, '198.51.100.7'), /data-status="waiting"/);
  assert.doesNotMatch(web.printed(), /203\.0|198\.51/);
});

test(
  'D7: a peer that is not on this machine is itself, whatever ADDRESS_HEADER it sends',
  { skip: outside ? false : 'this machine has no address but loopback' },
  async (t) => {
    const web = await aWebProcess(t, {
      origin: proxiedOrigin,
      environment: { ADDRESS_HEADER: 'X-Network', HOST: '0.0.0.0' },
    });
    const door = { port: web.port, host: outside ?? '' };
    const from = (network: string) => laneOf(web, [...ours(web.origin), `X-Network: ${network}`], door);
    for (let count = 1; count <= 10; count += 1) assert.equal(await from(`203.0.${count}.0`), 'normal');
    assert.equal(await from('203.0.99.0'), 'held', 'the eleventh, under an eleventh name');
    // The proxy on loopback speaks for others, who have not sent anything yet.
    assert.equal(await laneOf(web, [...ours(web.origin), 'X-Network: 203.0.99.0']), 'normal');
  },
);
