/** D8: no two servers of ours can be brought to disagree about where a request ends. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import test, { after } from 'node:test';
import { bareLines, oddRequests } from '../support/odd-requests.ts';
import { aProxy, missing, proxiedOrigin, proxyNames } from '../support/proxies.ts';
import { aWebProcess, formPath } from '../support/web-process.ts';
import type { Lifetime } from '../support/stores.ts';
import { answersIn, converse, formPost, type Answer, type Door } from '../support/wire.ts';

const web = await aWebProcess({ after }, { origin: proxiedOrigin });
const patienceMs = 1_500;

/**
 * No answer at all refuses as well. 501 is nginx's word for an encoding nobody knows; 502 is Caddy's when it passes a
 * body on as it comes and then finds that it makes no sense.
 */
const refused = [0, 400, 411, 501, 502];

/** Stands between a proxy and the web process, and keeps what the web process answered over each connection. */
async function aRelay(
  t: Lifetime,
): Promise<{ port: number; answered: () => readonly (readonly Answer[])[] }> {
  const heard: string[] = [];
  const server = createServer((front) => {
    const back = connect(web.port, '127.0.0.1');
    const index = heard.push('') - 1;
    back.on('data', (chunk) => (heard[index] += chunk.toString('latin1')));
    for (const socket of [front, back]) socket.on('error', () => {});
    front.pipe(back).pipe(front);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return { port, answered: () => heard.map(answersIn) };
}

async function firstStatus(door: Door, request: string): Promise<number> {
  return (await converse(door, [request], patienceMs)).answers[0]?.status ?? 0;
}

/** The next person's form, over whatever connection is left, must come out as theirs. */
async function expectNextIsWhole(door: Door): Promise<void> {
  const { answers } = await converse(door, [
    formPost(formPath, await web.readyForm(), [`Origin: ${proxiedOrigin}`, 'Sec-Fetch-Site: same-origin']),
  ]);
  assert.equal(answers[0]?.status, 200);
  assert.match(answers[0]?.body ?? '', /id="receipt"/);
}

test('D8: the web process refuses every request whose end is in doubt, and reads nothing hidden in it', async () => {
  for (const { what, request } of [...oddRequests, ...bareLines]) {
    const { answers } = await converse(web, [request], patienceMs);
    assert.ok(answers.length <= 1, `${what}: ${answers.map(({ status }) => status).join()}`);
    assert.ok(refused.includes(answers[0]?.status ?? 0), `${what}: ${answers[0]?.status}`);
  }
  await expectNextIsWhole(web);
});

for (const name of proxyNames) {
  const title = `D8: ${name} refuses such a request or writes it anew: the web process never sees two in one`;
  test(title, { skip: missing(name) }, async (t) => {
    const relay = await aRelay(t);
    const proxy = await aProxy(t, name, relay);
    const statuses: Record<string, number> = {};
    for (const { what, request } of [...oddRequests, ...bareLines]) {
      statuses[what] = await firstStatus(proxy.site, request);
    }
    for (const answers of relay.answered()) {
      assert.ok(answers.length <= 1, `two in one: ${answers.map(({ status }) => status).join()}`);
    }
    const taken = Object.entries(statuses).filter(([, status]) => !refused.includes(status));
    t.diagnostic(`figure: written anew: ${taken.map(([what]) => what).join(' · ') || 'none'}`);
    // Go, and so Caddy, lets chunks win over a length, as RFC 9112 6.3 allows, and drops the length.
    const lenient = name === 'caddy' ? [/length/, /chunk/, /bare LF/] : [/bare LF/];
    for (const [what, status] of taken) {
      assert.ok(status === 422 && lenient.some((one) => one.test(what)), `${what}: ${status}`);
    }
    await expectNextIsWhole(proxy.site);
  });
}
