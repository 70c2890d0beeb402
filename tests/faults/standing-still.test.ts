/** A process that neither works nor dies: stopped where it stands, as a machine without memory or a hung disk leaves it. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { newKeyPair } from '../../src/referral/seal.ts';
import { newFormKey } from '../../src/server/intake/form-key.ts';
import { loadSecrets } from '../../src/server/secrets.ts';
import { courierProcesses } from '../support/courier-process.ts';
import { isLong } from '../support/how-long.ts';
import { minutesAfter, noon } from '../support/sealed-referral.ts';
import { anSmtpSink } from '../support/smtp-sink.ts';
import { aFolder, type Lifetime } from '../support/stores.ts';
import { aFreePort, aWebProcess, formPath, type WebProcess } from '../support/web-process.ts';
import { ask, formPost } from '../support/wire.ts';

const people = 3;
const robotAddress = 'canary@robot.example';

async function until<T>(found: () => T | undefined | Promise<T | undefined>): Promise<T> {
  for (const end = Date.now() + 120_000; ; await wait(50)) {
    const one = await found();
    if (one !== undefined) return one;
    assert.ok(Date.now() < end, 'it does not go on');
  }
}

type Health = { readonly status: number; readonly alarms: readonly string[]; readonly waiting: number };

async function healthAt(operatorPort: number, patienceMs = 20_000): Promise<Health> {
  const response = await fetch(`http://127.0.0.1:${operatorPort}/health`, {
    signal: AbortSignal.timeout(patienceMs),
  });
  return { ...((await response.json()) as Health), status: response.status };
}

/** Has the hourly test go to the robot, and gives the robot: what it does with a mail. */
async function aRobot(t: Lifetime, directoryFile: string) {
  const [first, second] = [await newKeyPair(), await newKeyPair()];
  const directory = JSON.parse(readFileSync(directoryFile, 'utf8')) as object;
  const canary = { address: robotAddress, recipients: [first.recipient, second.recipient] };
  writeFileSync(directoryFile, JSON.stringify({ ...directory, canary }));
  const key = join(aFolder(t), 'key.txt');
  writeFileSync(key, `${first.identity}\n`);
  return async (origin: string, mail: string) => {
    const script = join(import.meta.dirname, '../../scripts/canary-robot.ts');
    const child = spawn(process.execPath, [script, '--origin', origin, '--key', key], {
      stdio: ['pipe', 'ignore', 'inherit'],
    });
    child.stdin.end(mail);
    assert.deepEqual(await once(child, 'exit'), [0, null], 'the robot confirms');
  };
}

/** Sends a form as our own page does, and gives back whether there was a receipt. */
async function refer(web: WebProcess, form: string): Promise<boolean> {
  const ours = [`Origin: ${web.origin}`, 'Sec-Fetch-Site: same-origin'];
  const answer = await ask(web, formPost(formPath, form, ours));
  return answer?.status === 200 && answer.body.includes('id="receipt"');
}

test(
  'B16, J6: a courier that is stopped where it stands is missed in time, and when it goes on it delivers all',
  { skip: isLong ? false : 'a minute long: only in npm run test:faults' },
  async (t) => {
    const dataDir = aFolder(t);
    const sink = await anSmtpSink(t);
    const world = await courierProcesses(t, { dataDir, sink, from: noon });
    const confirm = await aRobot(t, join(dataDir, 'directory.json'));
    const operatorPort = await aFreePort();
    const environment = { CLOCK_FILE: world.clockFile, OPERATOR_PORT: String(operatorPort) };
    const web = await aWebProcess(t, { dataDir, environment });
    const secrets = loadSecrets(dataDir);
    const forms = await Promise.all(
      Array.from({ length: people }, () => web.readyForm({ 'form-key': newFormKey(secrets, noon) })),
    );
    const canaryMail = (place: number) =>
      until(() => sink.taken.filter(({ to }) => to.includes(robotAddress))[place]?.data);

    world.setClock(noon);
    const begun = performance.now();
    const courier = await world.start();
    await confirm(web.origin, await canaryMail(0));
    const confirmedMsMax = performance.now() - begun;
    assert.equal((await healthAt(operatorPort)).status, 200);

    courier.kill('SIGSTOP');
    for (const form of forms) assert.ok(await refer(web, form), 'people go on sending, and have receipts');
    world.setClock(minutesAfter(noon, 74));
    assert.deepEqual((await healthAt(operatorPort)).alarms, []);
    // An hour until the next is due, and fifteen minutes; the second is for the grain of the file's date.
    world.setClock(new Date(minutesAfter(noon, 75).getTime() + confirmedMsMax + 1_000));
    const missed = await healthAt(operatorPort);
    assert.deepEqual(missed.alarms, ['canary-missing']);
    assert.deepEqual([missed.status, missed.waiting], [503, people]);
    assert.equal(sink.taken.length, 1, 'it does stand still');

    courier.kill('SIGCONT');
    const goesOn = performance.now();
    const notices = world.store.db.selectFrom('notice').select(['reference', 'service', 'state']);
    const due = notices.where('state', '=', 'due').where('service', '!=', 'canary');
    await until(async () => ((await due.execute()).length === 0 ? true : undefined));
    const deliveredMs = performance.now() - goesOn;
    const told = (await notices.where('service', '!=', 'canary').execute()).map(
      ({ reference }) => sink.taken.filter(({ data }) => data.includes(`<${reference}.referral@`)).length,
    );
    assert.deepEqual(told, Array<number>(people).fill(1), 'each once');
    // It plants once a minute at most, by no clock that a test could move.
    await confirm(web.origin, await canaryMail(1));
    const well = await healthAt(operatorPort);
    assert.deepEqual([well.status, well.alarms, well.waiting], [200, [], 0]);
    const wellMs = performance.now() - goesOn;
    t.diagnostic(
      `figure: missed 15 minutes after the test was due; ${people} delivered after ${(deliveredMs / 1000).toFixed(1)} s, well again after ${(wellMs / 1000).toFixed(0)} s`,
    );
  },
);

test('J6: a web process that is stopped where it stands answers no watcher, and when it goes on it keeps what was sent meanwhile', async (t) => {
  const operatorPort = await aFreePort();
  const web = await aWebProcess(t, { environment: { OPERATOR_PORT: String(operatorPort) } });
  const forms = await Promise.all(Array.from({ length: people }, () => web.readyForm()));
  assert.equal((await healthAt(operatorPort)).status, 200);

  process.kill(web.pid, 'SIGSTOP');
  const sending = forms.map((form) => refer(web, form));
  await assert.rejects(healthAt(operatorPort, 1_000), { name: 'TimeoutError' });

  process.kill(web.pid, 'SIGCONT');
  assert.deepEqual(await Promise.all(sending), Array<boolean>(people).fill(true));
  const { status, waiting } = await healthAt(operatorPort);
  assert.deepEqual([status, waiting], [200, people]);
  t.diagnostic(`figure: no answer while it stood still, then ${people} receipts`);
});
