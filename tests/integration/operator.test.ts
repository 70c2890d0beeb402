/** The operator's page: what waits for a person, and who decided what. */
import assert from 'node:assert/strict';
import { request as nodeRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { type TestContext } from 'node:test';
import type { Catalogue } from '../../src/routing/catalogue.ts';
import { newGuesses } from '../../src/server/intake/guesses.ts';
import { operatorServer } from '../../src/server/intake/http/operator.ts';
import { accept } from '../../src/server/store/accept.ts';
import { acknowledge, openSealed, wrongCodesMax } from '../../src/server/store/opening.ts';
import { inTurn, type Store } from '../../src/server/store/store.ts';
import { openTasks, raiseTask, type Task, noteTask } from '../../src/server/store/tasks.ts';
import { aMac, aSealedReferral, minutesAfter, noon } from '../support/sealed-referral.ts';
import { aSqliteStore } from '../support/stores.ts';

const catalogue: Catalogue = { areas: [], services: [], signposts: [], helplines: [], open: [] };

async function anOperator(t: TestContext) {
  const store = await aSqliteStore(t);
  let now = noon;
  const directory = { version: 1 as const, services: {} };
  const server = operatorServer({ store, clock: () => now, catalogue, directory, guesses: newGuesses() });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const host = `127.0.0.1:${port}`;
  const origin = `http://${host}`;

  const ask = (path: string, named: { method?: string; headers?: object; body?: string } = {}) =>
    new Promise<{ status: number | undefined; headers: object; body: string }>((done, fail) => {
      const { method = 'GET', headers = {}, body } = named;
      const asked = nodeRequest({
        host: '127.0.0.1',
        port,
        path,
        method,
        headers: { Host: host, ...headers },
      });
      asked.on('error', fail);
      asked.on('response', (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.on('end', () =>
          done({ status: response.statusCode, headers: response.headers, body: text }),
        );
      });
      asked.end(body);
    });
  const tokenOn = (page: string) => /name="token" value="([^"]+)"/u.exec(page)?.[1] ?? '';
  return {
    store,
    ask,
    later: (minutes: number) => (now = minutesAfter(now, minutes)),
    raise: (task: Task) => inTurn(store, 'test', (change) => raiseTask(change, task, now)),
    token: async () => tokenOn((await ask('/operator/')).body),
    send: (fields: Record<string, string>, headers: object = {}) =>
      ask('/operator/', {
        method: 'POST',
        headers: {
          Origin: origin,
          'Sec-Fetch-Site': 'same-origin',
          'Content-Type': 'application/x-www-form-urlencoded',
          ...headers,
        },
        body: new URLSearchParams(fields).toString(),
      }),
  };
}

async function firstTask(store: Store) {
  const [task] = await openTasks(store);
  assert.ok(task);
  return task;
}

const decisions = async (store: Store) =>
  (await store.db.selectFrom('audit').select('detail').where('event', '=', 'decided').execute()).map(
    ({ detail }) => detail,
  );

test('the page lists what waits, the oldest first, with what it means and what to do', async (t) => {
  const operator = await anOperator(t);
  await operator.raise({ code: 'phone-service', reference: '7K2Q9FXB', service: 'northfield' });
  operator.later(60);
  await operator.raise({ code: 'mail-tls-refused' });
  const { status, headers, body } = await operator.ask('/operator/');
  assert.equal(status, 200);
  assert.match(body, /<h1>2 waiting for a person<\/h1>/u);
  assert.match(body, /7K2Q-9FXB[^]*20 November 2026, 12:00|20 November 2026, 12:00[^]*7K2Q-9FXB/u);
  assert.ok(body.indexOf('phone-service') < body.indexOf('mail-tls-refused'));
  assert.match(body, /What to do\./u);
  // No inline style or script, so the policy needs no exception.
  assert.doesNotMatch(body, /<script|<style|\sstyle=|\son[a-z]+=/iu);
  assert.match(JSON.stringify(headers), /default-src 'none'; style-src 'self'/u);
  assert.equal((await operator.ask('/operator/style.css')).status, 200);
});

test('a task is closed under a name, once, and the audit says who', async (t) => {
  const operator = await anOperator(t);
  await operator.raise({ code: 'phone-service', reference: '7K2Q9FXB', service: 'northfield' });
  const { id } = await firstTask(operator.store);
  const token = await operator.token();
  const fields = { token, task: String(id), choice: 'phoned', name: '  Siân  O’Neill-Ŵyn ' };
  const recorded = await operator.send(fields);
  assert.equal(recorded.status, 200);
  assert.match(recorded.body, /role="status"/u);
  assert.match(recorded.body, /<h1>0 waiting/u);
  assert.deepEqual(await decisions(operator.store), ['phone-service phoned by Siân O’Neill-Ŵyn']);
  assert.equal((await operator.send(fields)).status, 422);
  assert.equal((await decisions(operator.store)).length, 1);
});

test('without a name, with a choice of another task, or with an old page nothing is recorded', async (t) => {
  const operator = await anOperator(t);
  await operator.raise({ code: 'phone-service', reference: '7K2Q9FXB', service: 'northfield' });
  const { id } = await firstTask(operator.store);
  const token = await operator.token();
  const whole = { token, task: String(id), choice: 'phoned', name: 'Test Operator' };
  for (const wrong of [
    { name: '' },
    { name: '=1+1' },
    { name: 'x'.repeat(81) },
    { choice: 'deleted' },
    { choice: '' },
    { token: '' },
    { token: `${token}0` },
    { task: '' },
    { task: '99' },
  ]) {
    const refused = await operator.send({ ...whole, ...wrong });
    assert.equal(refused.status, 422, JSON.stringify(wrong));
    assert.match(refused.body, /role="alert"/u);
  }
  operator.later(25 * 60);
  assert.equal((await operator.send(whole)).status, 422);
  assert.deepEqual(await decisions(operator.store), []);
  assert.equal((await openTasks(operator.store)).length, 1);
});

test('what somebody typed is text on the page, whatever it is', async (t) => {
  const operator = await anOperator(t);
  await operator.raise({ code: 'phone-service', reference: '7K2Q9FXB', service: '<img src=x onerror=1>' });
  const { body } = await operator.ask('/operator/');
  assert.doesNotMatch(body, /<img/u);
  assert.match(body, /&lt;img src=x/u);
});

test('only a page of ours on a name of loopback is heard', async (t) => {
  const operator = await anOperator(t);
  await operator.raise({ code: 'phone-service', reference: '7K2Q9FXB', service: 'northfield' });
  const { id } = await firstTask(operator.store);
  const token = await operator.token();
  const fields = { token, task: String(id), choice: 'phoned', name: 'Test Operator' };
  for (const headers of [
    { Origin: 'https://evil.example' },
    { Origin: 'null' },
    { Origin: '' },
    { Origin: 'http://127.0.0.1:1' },
    { 'Sec-Fetch-Site': 'cross-site' },
    { 'Sec-Fetch-Site': 'same-site' },
  ]) {
    assert.equal((await operator.send(fields, headers)).status, 403, JSON.stringify(headers));
  }
  // A stranger's name that points at this machine: the browser says the stranger's name, whatever it resolves to.
  for (const Host of ['evil.example', 'evil.example:4322', '127.0.0.1.evil.example', '10.0.0.1:4322']) {
    for (const path of ['/operator/', '/health', '/metrics'])
      assert.equal((await operator.ask(path, { headers: { Host } })).status, 421, Host + path);
    assert.equal((await operator.send(fields, { Host, Origin: `http://${Host}` })).status, 421);
  }
  assert.deepEqual(await decisions(operator.store), []);
  // The same through a forwarded port.
  const Host = 'localhost:9000';
  assert.equal((await operator.send(fields, { Host, Origin: `http://${Host}` })).status, 200);
});

test('each address has its methods, and no other address exists', async (t) => {
  const operator = await anOperator(t);
  for (const path of ['/health', '/metrics']) {
    assert.equal((await operator.ask(path)).status, 200);
    assert.equal((await operator.ask(path, { method: 'POST' })).status, 405);
  }
  assert.equal((await operator.ask('/operator/', { method: 'PUT' })).status, 405);
  assert.equal((await operator.ask('/')).status, 404);
  assert.equal((await operator.ask('/operator/?x')).status, 404);
  assert.equal((await operator.send({ name: 'x'.repeat(70_000) })).status, 413);
});

test('when all is not well the numbers are still given, and a mail server that refuses us is an alarm', async (t) => {
  const operator = await anOperator(t);
  await noteTask(operator.store, { code: 'mail-sign-in-refused' }, noon);
  const health = await operator.ask('/health');
  assert.equal(health.status, 503);
  assert.deepEqual((JSON.parse(health.body) as { alarms: string[] }).alarms, ['mail-refused']);
  assert.equal((await operator.ask('/metrics')).status, 200);
});

test('an unread referral goes only when its reference is entered with the decision', async (t) => {
  const operator = await anOperator(t);
  const { store } = operator;
  const referral = aSealedReferral();
  await accept(store, referral);
  const { reference, service } = referral;
  await operator.raise({ code: 'decide', reference, service });
  const { id } = await firstTask(store);
  const token = await operator.token();
  const fields = { token, task: String(id), choice: 'deleted', name: 'Test Operator' };
  assert.equal((await operator.send(fields)).status, 422);
  assert.equal((await operator.send({ ...fields, reference: '00000000' })).status, 422);
  assert.ok(typeof (await openSealed(store, reference)) === 'object');
  assert.equal((await operator.send({ ...fields, reference: reference.toLowerCase() })).status, 200);
  assert.equal(await openSealed(store, reference), 'gone');
});

test('G6: two people together let a service try its code again', async (t) => {
  const operator = await anOperator(t);
  const { store } = operator;
  const referral = aSealedReferral();
  await accept(store, referral);
  const { reference, innerCodeMac } = referral;
  for (let tries = 0; tries < wrongCodesMax; tries++)
    await acknowledge(store, { reference, innerCodeMac: aMac(), now: noon });
  assert.equal(await acknowledge(store, { reference, innerCodeMac, now: noon }), 'locked');

  const { id } = await firstTask(store);
  const fields = {
    token: await operator.token(),
    task: String(id),
    choice: 'unlocked',
    name: 'Test Operator',
  };
  assert.equal((await operator.send(fields)).status, 422);
  assert.equal((await operator.send({ ...fields, second: 'test operator' })).status, 422);
  assert.equal((await operator.send({ ...fields, second: 'Another Operator' })).status, 200);
  assert.equal(await acknowledge(store, { reference, innerCodeMac, now: noon }), 'acknowledged');
  assert.deepEqual(await decisions(store), [
    'inner-code-locked unlocked by Test Operator with Another Operator',
  ]);
});

test('“send again” brings forward what has not gone', async (t) => {
  const operator = await anOperator(t);
  const { store } = operator;
  const referral = aSealedReferral();
  await accept(store, referral);
  const { reference, service } = referral;
  await store.db
    .updateTable('notice')
    .set({ next_at: minutesAfter(noon, 60).getTime() })
    .execute();
  await operator.raise({ code: 'not-handed-over-24h', reference, service });
  const { id } = await firstTask(store);
  const token = await operator.token();
  await operator.send({ token, task: String(id), choice: 'sent-again', name: 'Test Operator' });
  const notices = await store.db.selectFrom('notice').select(['kind', 'next_at']).execute();
  assert.deepEqual(
    notices.map(({ kind, next_at }) => [kind, next_at]),
    [['referral', noon.getTime()]],
  );
});
