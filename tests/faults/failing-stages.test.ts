/** Each stage between Send and the receipt breaks, and the person has lost nothing but a moment. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import test from 'node:test';
import { pathToFileURL } from 'node:url';
import { aDesk } from '../support/desk.ts';
import type { Store } from '../../src/server/store/store.ts';

const mark = 'Zqxj7vkw';
const typed = { 'call-me': `${mark} Person`, note: `${mark} said so` };

const rowsOf = async (store: Store) =>
  (await store.db.selectFrom('referral').select('reference').execute()).length;

test('F8, J3: without random numbers the person is told, keeps all they typed, and nothing is stored', async (t) => {
  const world = await aDesk(t);
  const mocked = t.mock.method(crypto, 'getRandomValues', () => {
    throw new Error(`no entropy for ${mark}`);
  });
  const shown = await world.send(typed);
  mocked.mock.restore();
  assert.equal(shown.step, 'failed');
  assert.equal(shown.form.get('call-me')?.[0], typed['call-me']);
  assert.equal(shown.form.get('note')?.[0], typed.note);
  assert.equal(await rowsOf(world.desk.store), 0);
  assert.deepEqual(
    world.events.map((event) => ('code' in event ? event.code : '')),
    ['accept-failed'],
  );
  assert.equal((await world.send({ ...typed, 'form-key': shown.formKey })).step, 'sent');
});

test('A5, J3: a store that takes nothing costs the person no word, and the log says only so', async (t) => {
  const world = await aDesk(t);
  const { secrets, store } = world.desk;
  const failing = {
    ...store,
    db: new Proxy(store.db, {
      get(target, name, receiver) {
        if (name === 'transaction') throw new Error(`disk full while storing ${mark}`);
        return Reflect.get(target, name, receiver) as unknown;
      },
    }),
  };
  const shown = await world.send(typed, { store: failing, secrets });
  assert.equal(shown.step, 'failed');
  assert.equal(shown.form.get('note')?.[0], typed.note);
  assert.doesNotMatch(JSON.stringify(world.events), new RegExp(mark, 'u'));
  const again = await world.send({ ...typed, 'form-key': shown.formKey });
  assert.equal(again.step, 'sent');
  assert.equal(await rowsOf(store), 1);
});

test('F5: a service whose keys are gone from the directory gets nothing, least of all in clear', async (t) => {
  const world = await aDesk(t);
  const services = { ...world.desk.directory.services };
  for (const [id, service] of Object.entries(services)) {
    services[id] = { ...service, recipients: service.recipients.slice(0, 1) };
  }
  const shown = await world.send(typed, { directory: { ...world.desk.directory, services } });
  assert.equal(shown.step, 'failed');
  assert.equal(shown.form.get('note')?.[0], typed.note);
  assert.equal(await rowsOf(world.desk.store), 0);
});

test('J3, J12: an error nobody caught is logged by its kind and place, and an abort leaves nothing behind', (t) => {
  const log = pathToFileURL(join(import.meta.dirname, '../../src/server/log.ts')).href;
  const script = `
    import { endOnUncaught, silenceConsole, standardLog } from ${JSON.stringify(log)};
    const log = standardLog('web');
    silenceConsole(log);
    endOnUncaught(log);
    console.error('a library quotes ${mark}', new Error('${mark}'));
    if (process.argv[1] === 'abort') process.abort();
    setImmediate(() => { throw new TypeError('cannot read ${mark}', { cause: new Error('${mark}') }); });`;
  const run = (how: string) =>
    spawnSync(
      'sh',
      ['-c', 'ulimit -c 0; exec "$0" --input-type=module -e "$1" "$2"', process.execPath, script, how],
      {
        encoding: 'utf8',
      },
    );
  for (const how of ['throw', 'abort']) {
    const { stdout, stderr, status, signal } = run(how);
    assert.ok(status !== 0 || signal !== null, how);
    // What Node itself says of an abort is where it was, never what was in a variable.
    assert.doesNotMatch(stdout + (how === 'throw' ? stderr : ''), new RegExp(mark, 'u'), how);
    assert.doesNotMatch(stderr, /quotes|cannot read/u, how);
  }
  const lines = run('throw')
    .stdout.trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { code: string });
  assert.equal(lines[0]?.code, 'library-error');
  assert.match(lines[1]?.code ?? '', /^uncaught TypeError at /u);
  t.diagnostic('figure: 2 ways to end, no word of what was in memory');
});
