/** Nothing is made anew beside what is left of an installation, and nothing is taken into a file that was moved away. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import {
  expectComplete,
  missingParts,
  openWholeStore,
  strangeParts,
} from '../../src/server/store/data-dir.ts';
import { ConfigError, StoreError } from '../../src/server/failure.ts';
import { loadSecrets } from '../../src/server/secrets.ts';
import { accept } from '../../src/server/store/accept.ts';
import { healthOf } from '../../src/server/store/health.ts';
import { expectOwnSecrets } from '../../src/server/store/installation.ts';
import { openStore } from '../../src/server/store/open-store.ts';
import { settleRestored } from '../../src/server/store/restore.ts';
import { readTombstones } from '../../src/server/store/tombstones.ts';
import { aDesk } from '../support/desk.ts';
import { aSealedReferral, noon } from '../support/sealed-referral.ts';
import { realPortal } from '../support/real-portal.ts';
import { aFolder, aPostgresDatabase, testOnPostgres, testOnStores } from '../support/stores.ts';

/** An installation that has taken a referral, with a second copy, and is stopped. */
async function anInstallation(t: TestContext) {
  const place = { dataDir: aFolder(t), databaseUrl: undefined, secondCopyDir: aFolder(t) };
  loadSecrets(place.dataDir);
  const store = await openStore(place);
  await accept(store, aSealedReferral());
  await store.close();
  const file = (name: string) => join(place.dataDir, name);
  return { place, file };
}

test('an empty folder, one prepared by hand, and a whole one are complete', async (t) => {
  const { place, file } = await anInstallation(t);
  const empty = { ...place, dataDir: aFolder(t), secondCopyDir: aFolder(t) };
  assert.deepEqual(missingParts(empty), []);
  loadSecrets(empty.dataDir);
  writeFileSync(join(empty.dataDir, 'referrals.db'), '');
  assert.deepEqual(missingParts(empty), []);
  assert.deepEqual(missingParts(place), []);
  rmSync(file('referrals.db'));
  assert.deepEqual(missingParts({ ...place, databaseUrl: 'postgresql://elsewhere' }), []);
});

for (const name of ['referrals.db', 'secrets.json']) {
  test(`without ${name} nothing starts, and none is made`, async (t) => {
    const { place, file } = await anInstallation(t);
    const alone = { ...place, secondCopyDir: undefined };
    rmSync(file(name));
    for (const each of [place, alone]) {
      await assert.rejects(expectComplete(each), (cause) => {
        assert.ok(cause instanceof ConfigError);
        return new RegExp(`^DATA_DIR: ${name.replace('.', '[.]')} is missing`, 'u').test(cause.message);
      });
    }
    assert.equal(existsSync(file(name)), false);
  });
}

test('an empty database beside tombstones or second copies, or a folder with nothing but these, is refused', async (t) => {
  const { place, file } = await anInstallation(t);
  writeFileSync(file('referrals.db'), '');
  assert.match(missingParts(place).join(), /referrals[.]db is missing/u);
  const alone = { ...place, secondCopyDir: undefined };
  assert.deepEqual(missingParts(alone), []);
  writeFileSync(file('tombstones'), '');
  assert.match(missingParts(alone).join(), /referrals[.]db is missing, .* tombstones/u);
  rmSync(file('secrets.json'));
  rmSync(file('referrals.db'));
  assert.match(missingParts(alone).join(), /secrets[.]json is missing, .* tombstones/u);
  assert.match(
    missingParts({ ...alone, databaseUrl: 'postgresql://elsewhere' }).join(),
    /secrets[.]json is/u,
  );
});

/** What a process of another user says: root may use everything, so it becomes nobody first. */
function whatNobodyMisses(place: Parameters<typeof missingParts>[0]): string {
  const module = join(import.meta.dirname, '../../src/server/store/data-dir.ts');
  const program = `
    const { missingParts } = await import(${JSON.stringify(module)});
    if (process.getuid() === 0) process.setuid('nobody');
    process.stdout.write(missingParts(${JSON.stringify(place)}).join('\\n'));
  `;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    encoding: 'utf8',
  });
  assert.equal(stderr, '');
  return stdout;
}

test('what the modes of a restored folder hide is not taken for lost', async (t) => {
  const { place, file } = await anInstallation(t);
  const alone = { ...place, secondCopyDir: undefined };

  chmodSync(place.dataDir, 0o000);
  assert.match(whatNobodyMisses(alone), /^DATA_DIR: the folder .*EACCES.* owner and mode/u);
  chmodSync(place.dataDir, 0o777);
  for (const name of ['secrets.json', 'referrals.db']) chmodSync(file(name), 0o000);
  const told = whatNobodyMisses(alone);
  assert.match(told, /^DATA_DIR: secrets[.]json .*EACCES/mu);
  assert.match(told, /^DATA_DIR: referrals[.]db .*EACCES/mu);
  assert.doesNotMatch(told, /is missing|not made anew/u);

  for (const name of ['secrets.json', 'referrals.db']) chmodSync(file(name), 0o666);
  assert.equal(whatNobodyMisses(alone), '');
  // One that is only read is as good as damaged: SQLite writes beside it even to look.
  chmodSync(place.dataDir, 0o555);
  assert.match(whatNobodyMisses(alone), /^DATA_DIR: the folder .*EACCES/u);
  chmodSync(place.dataDir, 0o700);
});

test('second copies that this user may not read are not taken for none, and keep nothing whole from starting', async (t) => {
  const { place, file } = await anInstallation(t);
  chmodSync(place.dataDir, 0o777);
  for (const name of ['secrets.json', 'referrals.db']) chmodSync(file(name), 0o666);
  chmodSync(place.secondCopyDir, 0o000);
  assert.equal(whatNobodyMisses(place), '');
  writeFileSync(file('referrals.db'), '');
  for (const secondCopyDir of [place.secondCopyDir, join(place.secondCopyDir, 'copies')]) {
    assert.match(whatNobodyMisses({ ...place, secondCopyDir }), /^SECOND_COPY_DIR: the folder .*EACCES/u);
  }
  chmodSync(place.secondCopyDir, 0o700);
});

test('of two processes that start together the second waits until the first has made both files', async (t) => {
  const place = { dataDir: aFolder(t), databaseUrl: undefined, secondCopyDir: undefined };
  loadSecrets(place.dataDir);
  const second = expectComplete(place);
  await (await openStore(place)).close();
  await second;
});

testOnStores('a database knows its own secrets, and is served with no others', async (t, store) => {
  const own = loadSecrets(aFolder(t));
  for (let start = 1; start <= 2; start += 1) await expectOwnSecrets(store, own);
  await assert.rejects(expectOwnSecrets(store, loadSecrets(aFolder(t))), ConfigError);
  await expectOwnSecrets(store, own);
});

test('with the secrets of another portal the courier does not start, and nothing is replayed', async (t) => {
  const { place, file } = await anInstallation(t);
  const store = await openStore(place);
  await expectOwnSecrets(store, loadSecrets(place.dataDir));
  await store.close();
  const other = aFolder(t);
  loadSecrets(other);
  copyFileSync(join(other, 'secrets.json'), file('secrets.json'));
  writeFileSync(file('directory.json'), '{"version":1,"services":{}}');
  const env = { ...realPortal, PATH: process.env['PATH'], DATA_DIR: place.dataDir };
  for (const command of [
    ['src/server/delivery/main.ts'],
    ['scripts/restore.ts', '--replay', '--without-tombstones'],
  ]) {
    // One that starts all the same would run on for ever.
    const { status, stderr } = spawnSync(process.execPath, command, {
      encoding: 'utf8',
      env,
      timeout: 20_000,
    });
    assert.equal(status, 1);
    assert.match(stderr, /secrets[.]json is not the one/u);
  }
});

testOnPostgres('an empty database is refused beside what another life has left', async (t) => {
  const { place, file } = await anInstallation(t);
  const moved = { ...place, databaseUrl: await aPostgresDatabase(t) };
  const refusal = async (of: Parameters<typeof openWholeStore>[0]) => {
    const cause = await openWholeStore(of).then((store) => store.close(), String);
    return cause ?? 'opened';
  };
  assert.match(await refusal(moved), /DATABASE_URL: .* empty, .* referrals[.]db, second copies/u);
  assert.match(await refusal({ ...moved, secondCopyDir: undefined }), /empty, .* referrals[.]db;/u);
  rmSync(file('referrals.db'));
  assert.match(await refusal(moved), /empty, .* second copies;/u);
  const alone = { ...moved, secondCopyDir: undefined };
  writeFileSync(file('tombstones'), '');
  assert.match(await refusal(alone), /empty, .* the tombstones;/u);
  rmSync(file('tombstones'));
  // As it is installed: an empty file and new secrets.
  writeFileSync(file('referrals.db'), '');
  assert.equal(await refusal(alone), 'opened');

  // What is brought back from copies alone opens an empty one, and leaves an entry in the audit.
  const store = await openStore(moved);
  assert.match((await strangeParts(store, moved)).join(), /empty/u);
  await settleRestored(store, {
    secrets: loadSecrets(moved.dataDir),
    tombstones: await readTombstones([]),
    copies: [],
    now: noon,
  });
  await store.close();
  assert.equal(await refusal(moved), 'opened');
});

testOnPostgres('a whole installation starts without a look at the other volume', async (t, store) => {
  const dataDir = aFolder(t);
  loadSecrets(dataDir);
  await accept(store, aSealedReferral());
  // Whoever lists it fails at once, where a volume that hangs would keep them.
  const secondCopyDir = join(dataDir, 'no-folder');
  writeFileSync(secondCopyDir, '', { mode: 0o700 });
  assert.deepEqual(
    await strangeParts(store, { dataDir, databaseUrl: 'postgresql://elsewhere', secondCopyDir }),
    [],
  );
});

testOnPostgres('a full database without its secrets is refused, and none are made', async (t) => {
  const place = { dataDir: aFolder(t), databaseUrl: await aPostgresDatabase(t), secondCopyDir: undefined };
  const store = await openWholeStore(place);
  await accept(store, aSealedReferral());
  await store.close();
  await assert.rejects(openWholeStore(place), /secrets[.]json is missing, .* holds referrals/u);
  assert.equal(existsSync(join(place.dataDir, 'secrets.json')), false);
});

for (const [how, take] of [
  ['moved away', (file: string) => renameSync(file, `${file}.moved`)],
  [
    'replaced by an older copy',
    (file: string) => {
      copyFileSync(file, `${file}.old`);
      renameSync(`${file}.old`, file);
    },
  ],
  ['left without its log', (file: string) => rmSync(`${file}-wal`)],
  ['left without the index of its log', (file: string) => rmSync(`${file}-shm`)],
] as const) {
  test(`a database that was ${how} takes no referral, and the person is told so`, async (t) => {
    const dataDir = aFolder(t);
    const world = await aDesk(t, dataDir);
    assert.equal((await world.send()).step, 'sent');
    const file = join(dataDir, 'referrals.db');
    take(file);
    const before = existsSync(file) && readFileSync(file);
    assert.equal((await world.send()).step, 'failed');
    assert.deepEqual(existsSync(file) && readFileSync(file), before);
    await assert.rejects(accept(world.desk.store, aSealedReferral()), StoreError);
    assert.ok((await healthOf(world.desk.store, noon)).alarms.includes('database-moved'));
  });
}
