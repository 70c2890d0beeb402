/** Each stage between Send and the receipt breaks, and the person has lost nothing but a moment. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import test from 'node:test';
import { pathToFileURL } from 'node:url';
import { sql } from 'kysely';
import { aDesk } from '../support/desk.ts';
import { aReferralForm, encoded } from '../support/referral-form.ts';
import { noon } from '../support/sealed-referral.ts';
import { aFolder } from '../support/stores.ts';
import { healthOf } from '../../src/server/store/health.ts';
import { newFormKey } from '../../src/server/intake/form-key.ts';
import { blankForm } from '../../src/server/intake/submit.ts';
import { publicServer, type Draw } from '../../src/server/intake/http/server.ts';
import { readStaticFiles } from '../../src/server/intake/http/static-files.ts';
import type { Store } from '../../src/server/store/store.ts';

const root = join(import.meta.dirname, '../..');
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

test('A5, J3: a database that may not grow costs the person no word, and the log says only so', async (t) => {
  const world = await aDesk(t);
  const { db } = world.desk.store;
  const { rows } = await sql<{ page_count: number }>`pragma page_count`.execute(db);
  await sql`pragma max_page_count = ${sql.lit(Number(rows[0]?.page_count))}`.execute(db);
  // Pages that are empty take a few first.
  let shown = await world.send(typed);
  for (let sent = 1; shown.step === 'sent' && sent < 50; sent += 1) shown = await world.send(typed);
  assert.equal(shown.step, 'failed');
  const kept = await rowsOf(world.desk.store);
  const { isWell, alarms } = await healthOf(world.desk.store, world.now);
  assert.deepEqual([isWell, alarms.includes('store-failed')], [false, true], 'the operator hears of it');
  assert.equal(shown.form.get('call-me')?.[0], typed['call-me']);
  assert.equal(shown.form.get('note')?.[0], typed.note);
  assert.deepEqual(
    world.events.map((event) => ('code' in event ? event.code : '')),
    [...Array.from({ length: kept }, () => 'accepted'), 'store-failed'],
  );
  assert.doesNotMatch(JSON.stringify(world.events), new RegExp(mark, 'u'));

  await sql`pragma max_page_count = 1000000`.execute(db);
  assert.equal((await world.send({ ...typed, 'form-key': shown.formKey })).step, 'sent');
  assert.equal(await rowsOf(world.desk.store), kept + 1);
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

test('J3: a receipt that cannot be drawn is owned up to at once and logged by its code, and Send again shows it', async (t) => {
  const world = await aDesk(t);
  let isBroken = true;
  // Looked into in the midst of the receipt, when half of the page is drawn.
  const helplines = new Proxy(world.desk.catalogue.helplines, {
    get: (lines, name) => {
      if (isBroken && name === 'find') throw new Error(mark);
      return Reflect.get(lines, name) as unknown;
    },
  });
  const desk = { ...world.desk, catalogue: { ...world.desk.catalogue, helplines } };
  const { handler } = (await import(pathToFileURL(join(root, 'dist/server/entry.mjs')).href)) as {
    handler: Draw;
  };
  const server = publicServer({
    origin: 'http://localhost:1',
    hsts: 'host',
    files: readStaticFiles(join(root, 'dist/client')),
    draw: handler,
    locals: { desk },
    answerOpening: () => undefined,
    log: desk.log,
  });
  t.after(() => server.close());
  t.mock.method(console, 'error', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // A listening TCP server has one.
  const form = aReferralForm({
    ...typed,
    'form-key': blankForm(desk).formKey,
    step: 'send',
    service: 'cambridgeshire-victim-and-witness-hub',
  });
  const send = () => fetch(`http://127.0.0.1:${port}/en/refer/1/`, { method: 'POST', body: encoded(form) });

  const broken = await send();
  assert.equal(broken.status, 500);
  const page = await broken.text();
  assert.match(page, /data-step="failed"[\s\S]*<\/html>\s*$/u);
  assert.doesNotMatch(page, new RegExp(mark, 'u'));
  const codes = () => world.events.map((event) => ('code' in event ? event.code : ''));
  assert.deepEqual(codes(), ['accepted', 'page-failed']);
  isBroken = false;
  assert.match(await (await send()).text(), /id="receipt"/u);
  assert.equal(await rowsOf(desk.store), 1);
});

test('H4: a form from ten minutes ahead is taken, and one of 49 hours comes back with every answer and a new key', async (t) => {
  const world = await aDesk(t);
  const keyAfter = (hours: number) =>
    newFormKey(world.desk.secrets, new Date(noon.getTime() + hours * 3_600_000));
  assert.equal((await world.send({ 'form-key': keyAfter(1 / 6) })).step, 'sent');

  const old = keyAfter(-49);
  const shown = await world.send({ ...typed, 'form-key': old });
  assert.deepEqual([shown.step, shown.notice], ['check', 'key-renewed']);
  for (const [name, text] of Object.entries(typed)) assert.equal(shown.form.get(name)?.[0], text);
  assert.equal(await rowsOf(world.desk.store), 1, 'nothing is kept yet');
  assert.notEqual(shown.formKey, old);
  assert.equal((await world.send({ ...typed, 'form-key': shown.formKey })).step, 'sent');
});

/** Ends as `how` says, with a mark in its memory and nowhere in its code: as a unit runs it, in a folder of its own. */
function endedBy(how: 'throw' | 'abort', folder: string) {
  const log = pathToFileURL(join(root, 'src/server/log.ts')).href;
  const script = `
    import { readFileSync } from 'node:fs';
    import { endOnUncaught, silenceConsole, standardLog } from ${JSON.stringify(log)};
    const typed = readFileSync(0, 'utf8');
    const log = standardLog('web');
    silenceConsole(log);
    endOnUncaught(log);
    console.error('a library quotes ' + typed, new Error(typed));
    if (${JSON.stringify(how)} === 'abort') process.abort();
    setImmediate(() => { throw new TypeError('cannot read ' + typed + '/file.js:1', { cause: new Error(typed) }); });`;
  const unit = readFileSync(join(root, 'deploy/systemd/portal-web.service'), 'utf8');
  const coreBytesMax = /^LimitCORE=(\d+)$/mu.exec(unit)?.[1];
  assert.ok(coreBytesMax !== undefined);
  const command = `ulimit -c ${coreBytesMax}; exec "$0" --input-type=module -e "$1"`;
  return spawnSync('sh', ['-c', command, process.execPath, script], {
    cwd: folder,
    encoding: 'utf8',
    input: mark,
  });
}

test('J3, J12: an error nobody caught is logged by its kind and place, and an abort leaves nothing behind', (t) => {
  const folder = aFolder(t);
  for (const how of ['throw', 'abort'] as const) {
    const { stdout, stderr, status, signal } = endedBy(how, folder);
    assert.ok(how === 'abort' ? signal === 'SIGABRT' : status === 1, `${how}: ${status} ${signal}`);
    assert.doesNotMatch(stdout + stderr, new RegExp(mark, 'u'), how);
    assert.deepEqual(readdirSync(folder), [], 'no picture of its memory');
    const [first, second] = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { code: string });
    assert.equal(first?.code, 'library-error');
    if (how === 'throw') assert.match(second?.code ?? '', /^uncaught TypeError at /u);
  }
  t.diagnostic('figure: 2 ways to end, no word of what was in memory');
});
