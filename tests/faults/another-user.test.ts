/** Somebody else on the same machine, in none of our groups, looks for what the portal keeps. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, globSync, statSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { loadSecrets } from '../../src/server/secrets.ts';
import { courierProcesses } from '../support/courier-process.ts';
import { receiptIn } from '../support/referral-form.ts';
import { anSmtpSink } from '../support/smtp-sink.ts';
import { aFolder } from '../support/stores.ts';
import { aWebProcess, formPath } from '../support/web-process.ts';
import { ask, formPost } from '../support/wire.ts';

/** The user `nobody` of most systems; any number but ours would do. */
const stranger = 65_534;

/** What a stranger gets who reads a file or lists a folder. */
function seenByStranger(path: string): 'read' | 'not permitted' {
  const command = statSync(path).isDirectory() ? 'ls' : 'cat';
  const { status, stderr } = spawnSync(command, [path], {
    uid: stranger,
    gid: stranger,
    cwd: '/',
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], LC_ALL: 'C' },
  });
  if (status === 0) return 'read';
  assert.match(stderr, /Permission denied/u);
  return 'not permitted';
}

/** What both processes leave behind after one referral and one that was taken back, made without a umask to help. */
async function fillFolder(t: TestContext, dataDir: string): Promise<void> {
  const umask = process.umask(0);
  t.after(() => process.umask(umask));
  loadSecrets(dataDir);
  const sink = await anSmtpSink(t);
  const couriers = await courierProcesses(t, { dataDir, sink, from: new Date() });
  const web = await aWebProcess(t, { dataDir });
  const send = async () => (await ask(web, formPost(formPath, await web.readyForm())))?.body ?? '';
  const code = receiptIn(await send()) ?? '';
  const back = new URLSearchParams({ code, step: 'withdraw-yes' }).toString();
  assert.match((await ask(web, formPost('/en/status/', back)))?.body ?? '', /data-step="withdrawn"/);
  await send();
  // Begun last: what was taken back it lets go as soon as it is at work.
  await couriers.start();
  for (const end = Date.now() + 60_000; !existsSync(join(dataDir, 'tombstones'));) {
    assert.ok(Date.now() < end, 'nothing was let go');
    await wait(50);
  }
}

test(
  'F2: another user of the machine can read nothing that the two processes keep, even where the folder was opened to all',
  { skip: process.getuid?.() === 0 ? false : 'only root can become another user' },
  async (t) => {
    const parent = aFolder(t);
    chmodSync(parent, 0o755);
    if (seenByStranger(parent) !== 'read') return t.skip('the folder for temporary files is shut to others');
    const dataDir = join(parent, 'data');
    await fillFolder(t, dataDir);
    assert.equal(seenByStranger(dataDir), 'not permitted');

    chmodSync(dataDir, 0o755);
    assert.equal(seenByStranger(dataDir), 'read');
    // The test's clock, and the keys and the directory of a demonstration, which protect nobody.
    const made = globSync('**', {
      cwd: dataDir,
      exclude: ['demo/**', 'demo', 'directory.json', 'clock.json'],
    })
      .filter((path) => path !== '.')
      .toSorted();
    assert.deepEqual(made, [
      'referrals.db',
      'referrals.db-shm',
      'referrals.db-wal',
      'secrets.json',
      'tombstones',
    ]);
    for (const path of made) assert.equal(seenByStranger(join(dataDir, path)), 'not permitted', path);
    t.diagnostic(`figure: ${made.length} files, none of them readable`);
  },
);
