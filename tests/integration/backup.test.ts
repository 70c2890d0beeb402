import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import test, { type TestContext } from 'node:test';
import { Decrypter } from 'age-encryption';
import { padded } from '../../src/referral/envelope.ts';
import { newKeyPair, seal, type KeyPair } from '../../src/referral/seal.ts';
import { loadSecrets } from '../../src/server/secrets.ts';
import { accept } from '../../src/server/store/accept.ts';
import { checkAudit } from '../../src/server/store/audit-check.ts';
import { writeBackup, type BackupHeader } from '../../src/server/store/backup.ts';
import { layTombstones } from '../../src/server/store/lay-tombstones.ts';
import { acknowledge, openSealed } from '../../src/server/store/opening.ts';
import { openStore } from '../../src/server/store/open-store.ts';
import { claimNotice, settleHandedOver } from '../../src/server/store/outbox.ts';
import { isPaused, releaseOutbox } from '../../src/server/store/pause.ts';
import { purge } from '../../src/server/store/purge.ts';
import { settleRestored } from '../../src/server/store/restore.ts';
import { withdraw } from '../../src/server/store/status.ts';
import { readTombstones, tombstoneFile, tombstoneMark } from '../../src/server/store/tombstones.ts';
import { aCourierWorld } from '../support/courier.ts';
import { aSealedReferral, daysAfter, minutesAfter, noon } from '../support/sealed-referral.ts';
import { statusFor } from '../support/status-for.ts';
import { aFolder, aSqliteStore, testOnStores } from '../support/stores.ts';

const operator = await newKeyPair();
const keyFolder = mkdtempSync(join(tmpdir(), 'portal-key-'));
const keyFile = join(keyFolder, 'key.txt');
writeFileSync(keyFile, `# the operator's\n${operator.identity}\n`);
test.after(() => rmSync(keyFolder, { recursive: true }));

const header: BackupHeader = { format: 'portal-backup-1', madeAt: noon.toISOString(), files: {} };

/** As the operator types it; the demonstration needs no settings but where its data is. */
function run(script: 'backup' | 'restore' | 'doctor', dataDir: string, ...options: string[]) {
  return runWith({}, script, dataDir, ...options);
}

function runWith(
  settings: Record<string, string>,
  script: 'backup' | 'restore' | 'doctor',
  dataDir: string,
  ...options: string[]
) {
  return spawnSync(process.execPath, [join(import.meta.dirname, `../../scripts/${script}.ts`), ...options], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], PORTAL_DEMONSTRATION: '1', DATA_DIR: dataDir, ...settings },
  });
}

async function backUp(dataDir: string, to: string, keys: readonly KeyPair[] = [operator]): Promise<void> {
  const files = { 'secrets.json': readFileSync(join(dataDir, 'secrets.json'), 'utf8') };
  await writeBackup(dataDir, {
    to,
    recipients: keys.map((key) => key.recipient),
    header: { ...header, files },
  });
}

const restoreInto = (into: string, backup: string, ...options: string[]) =>
  run('restore', into, '--from', backup, '--identity', keyFile, '--into', into, ...options);

async function anInstallation(t: TestContext) {
  const dataDir = aFolder(t);
  const store = await openStore({ dataDir });
  t.after(() => store.close());
  return { dataDir, store, secrets: loadSecrets(dataDir), backup: join(aFolder(t), 'portal.age') };
}

test("A13: yesterday's backup brings nothing back that was let go since, and sends nothing before it may", async (t) => {
  const { dataDir, store, secrets, backup } = await anInstallation(t);
  const [kept, confirmed, withdrawn, told] = [
    aSealedReferral(),
    aSealedReferral(),
    aSealedReferral(),
    aSealedReferral({ service: 'told-already' }),
  ];
  for (const referral of [kept, confirmed, withdrawn, told]) await accept(store, referral);
  await backUp(dataDir, backup);

  const notice = await claimNotice(store, { now: noon, busyServices: ['northfield'] });
  if (notice) await settleHandedOver(store, notice, noon);
  await acknowledge(store, { ...confirmed, now: noon });
  await withdraw(store, withdrawn.receiptMac, noon);
  await purge(store, daysAfter(noon, 7));
  await layTombstones(store, { secrets, dataDir }, noon);
  await store.close();

  const into = join(aFolder(t), 'new');
  const { status, stdout, stderr } = restoreInto(into, backup, '--tombstones', tombstoneFile(dataDir));
  assert.equal(status, 0, stderr);
  assert.match(stdout, /^The audit is whole, up to entry 4\.$/mu);
  assert.match(stdout, /^4 referrals, 0 of them from second copies; 2 were let go again\.$/mu);

  const back = await aSqliteStore(t, into);
  assert.equal(await openSealed(back, confirmed.reference), 'gone');
  assert.equal(await statusFor(back, confirmed.receiptMac, new Date()), 'closed');
  assert.equal(await openSealed(back, withdrawn.reference), 'withdrawn');
  assert.equal(await statusFor(back, withdrawn.receiptMac, noon), undefined);
  const found = await openSealed(back, kept.reference);
  assert.deepEqual(typeof found === 'object' && found.sealed, new Uint8Array(kept.sealed));
  assert.equal(hasPartOf(into, kept.sealed), true);
  for (const { sealed } of [confirmed, withdrawn]) assert.equal(hasPartOf(into, sealed), false);

  const world = await aCourierWorld(t, { store: back });
  await world.roundAfter(10);
  await world.watchAfter(7 * 24 * 60);
  await world.roundAfter(1);
  assert.equal(world.sink.connections(), 0, 'no mail while the outbox is paused');
  assert.equal((await checkAudit(back)).isWhole, true);

  assert.equal(await releaseOutbox(back, noon), true);
  const after = await aCourierWorld(t, { store: back });
  await after.roundAfter(minutesBetween(noon, new Date()) + 1);
  const subjects = after.sink.taken.map(({ data }) => /^Subject: (\w+)/mu.exec(data)?.[1]).sort();
  // Both that still wait, one of them perhaps for the second time; and the withdrawal, in case its notice went out.
  assert.deepEqual(subjects, ['New', 'New', 'Update']);
});

/** A portal that writes second copies. */
async function withCopies(t: TestContext) {
  const dataDir = aFolder(t);
  const copies = aFolder(t);
  const store = await openStore({ dataDir, secondCopyDir: copies });
  t.after(() => store.close());
  return { dataDir, copies, store, secrets: loadSecrets(dataDir) };
}

function minutesBetween(from: Date, to: Date): number {
  return Math.max(0, (to.getTime() - from.getTime()) / 60_000);
}

/** A database keeps a long text in pieces, so pieces are looked for. */
function hasPartOf(folder: string, bytes: Uint8Array): boolean {
  return [100, 1000, 2000, 3000].some((start) => isInFolder(folder, bytes.subarray(start, start + 50)));
}

function isInFolder(folder: string, bytes: Uint8Array): boolean {
  return readdirSync(folder).some((name) => readFileSync(join(folder, name)).includes(bytes));
}

test('a backup made while referrals come in is whole, and holds every one that was accepted before', async (t) => {
  const { dataDir, store, backup } = await anInstallation(t);
  const before = Array.from({ length: 10 }, () => aSealedReferral());
  for (const referral of before) await accept(store, referral);
  const during = Array.from({ length: 20 }, () => aSealedReferral());
  await Promise.all([backUp(dataDir, backup), ...during.map((referral) => accept(store, referral))]);

  const into = aFolder(t);
  assert.equal(restoreInto(into, backup, '--without-tombstones').status, 0);
  const back = await aSqliteStore(t, into);
  for (const { reference } of before) assert.equal(typeof (await openSealed(back, reference)), 'object');
  assert.deepEqual(
    readFileSync(join(into, 'secrets.json'), 'utf8'),
    readFileSync(join(dataDir, 'secrets.json'), 'utf8'),
  );
});

test('the command writes a backup for its owner only, over nothing that is there, and leaves no copy behind', async (t) => {
  const { dataDir, store, backup } = await anInstallation(t);
  await accept(store, aSealedReferral());
  const made = run('backup', dataDir, '--to', backup, '--recipient', operator.recipient);
  assert.equal(made.status, 0, made.stderr);
  assert.equal(statSync(backup).mode & 0o777, 0o600);
  assert.equal(readFileSync(backup).toString('latin1', 0, 25), 'age-encryption.org/v1\n-> ');
  assert.deepEqual(
    readdirSync(dataDir).filter((name) => name.startsWith('.')),
    [],
  );
  const noted = await store.db.selectFrom('audit').select('event').where('event', '=', 'backed-up').execute();
  assert.equal(noted.length, 1);

  const bytes = readFileSync(backup);
  const again = run('backup', dataDir, '--to', backup, '--recipient', operator.recipient);
  assert.equal(again.status, 1);
  assert.match(again.stderr, /there already/u);
  assert.deepEqual(readFileSync(backup), bytes);
  assert.equal(run('backup', dataDir, '--to', `${backup}2`).status, 2);
  assert.equal(run('backup', dataDir, '--to', `${backup}2`, '--recipient', operator.identity).status, 2);
  assert.equal(run('backup', dataDir, '--to', `${backup}2`, '--recipient', 'age1nonsense').status, 1);
  assert.equal(existsSync(`${backup}2`), false);
});

test('a copy that an earlier backup left behind when it crashed is overwritten and gone', async (t) => {
  const { dataDir, backup } = await anInstallation(t);
  const { pid } = spawnSync('true');
  const left = join(dataDir, `.backup-${pid}.db`);
  writeFileSync(left, 'what the database held'.repeat(100_000));
  await backUp(dataDir, backup);
  assert.equal(existsSync(left), false);
});

test('the copy of another backup under way stays as it is', async (t) => {
  const { dataDir, backup } = await anInstallation(t);
  const other = spawn('sleep', ['60']);
  t.after(() => other.kill());
  const under = join(dataDir, `.backup-${other.pid}.db`);
  writeFileSync(under, 'another copy');
  await backUp(dataDir, backup);
  assert.equal(readFileSync(under, 'utf8'), 'another copy');
});

test('a copy that was left behind goes although another program has the number of its maker by now', async (t) => {
  const { dataDir, backup } = await anInstallation(t);
  const other = spawn('sleep', ['60']);
  t.after(() => other.kill());
  const left = join(dataDir, `.backup-${other.pid}.db`);
  writeFileSync(left, 'what the database held');
  const yesterday = new Date(Date.now() - 24 * 60 * 60 * 1000);
  utimesSync(left, yesterday, yesterday);
  await backUp(dataDir, backup);
  assert.equal(existsSync(left), false);
});

test('the age command and a line of shell open a backup without us', async (t) => {
  const { dataDir, store, backup } = await anInstallation(t);
  const referral = aSealedReferral();
  await accept(store, referral);
  await backUp(dataDir, backup);
  const decrypter = new Decrypter();
  decrypter.addIdentity(operator.identity);
  const plain = Buffer.from(await decrypter.decrypt(readFileSync(backup)));
  const file = join(aFolder(t), 'referrals.db');
  writeFileSync(file, plain.subarray(plain.indexOf('\n') + 1));
  const database = new DatabaseSync(file);
  const row = database.prepare('select sealed from referral').get();
  database.close();
  assert.deepEqual(row?.['sealed'], new Uint8Array(referral.sealed));
});

test('a backup that was altered, cut short or sealed for another is refused, and leaves nothing', async (t) => {
  const { dataDir, store, backup } = await anInstallation(t);
  for (let count = 0; count < 30; count++) await accept(store, aSealedReferral());
  await backUp(dataDir, backup);
  const cases: Record<string, (file: string) => void> = {
    cut: (file) => truncateSync(file, statSync(file).size - 70_000),
    'cut by a byte': (file) => truncateSync(file, statSync(file).size - 1),
    altered: (file) => {
      const bytes = readFileSync(file);
      bytes[bytes.length - 100] = (bytes[bytes.length - 100] ?? 0) ^ 1;
      writeFileSync(file, bytes);
    },
  };
  for (const [name, spoil] of Object.entries(cases)) {
    const spoilt = join(aFolder(t), 'spoilt.age');
    copyFileSync(backup, spoilt);
    spoil(spoilt);
    const into = aFolder(t);
    const { status, stderr } = restoreInto(into, spoilt, '--without-tombstones');
    assert.equal(status, 1, name);
    assert.match(stderr, /^Refused: /u);
    assert.deepEqual(readdirSync(into), [], name);
  }
  const stranger = join(aFolder(t), 'stranger.txt');
  writeFileSync(stranger, (await newKeyPair()).identity);
  const into = aFolder(t);
  const foreign = run(
    'restore',
    into,
    '--from',
    backup,
    '--identity',
    stranger,
    '--into',
    into,
    '--without-tombstones',
  );
  assert.equal(foreign.status, 1);
  assert.deepEqual(readdirSync(into), []);
});

test('nothing is brought back without tombstones unless somebody says so, nor over a database', async (t) => {
  const { dataDir, backup } = await anInstallation(t);
  await backUp(dataDir, backup);
  const into = aFolder(t);
  const forgotten = restoreInto(into, backup);
  assert.equal(forgotten.status, 1);
  assert.match(forgotten.stderr, /--without-tombstones/u);
  assert.deepEqual(readdirSync(into), []);
  assert.match(restoreInto(dataDir, backup, '--without-tombstones').stderr, /holds a database already/u);
  assert.equal(run('restore', into).status, 2);
  assert.equal(run('restore', into, '--release', '--replay').status, 2);
});

test('one command lets the outbox go, and says so', async (t) => {
  const { dataDir, store, secrets } = await anInstallation(t);
  await accept(store, aSealedReferral());
  await settleRestored(store, { secrets, tombstones: new Map(), copies: [], now: noon });
  assert.match(run('doctor', dataDir).stdout, /^stops {2}outbox: paused/mu);
  assert.match(run('restore', dataDir, '--release').stdout, /let go/u);
  assert.equal(await isPaused(store), false);
  assert.match(run('restore', dataDir, '--release').stdout, /was not paused/u);
  const replayed = run('restore', dataDir, '--replay', '--without-tombstones');
  assert.equal(replayed.status, 0, replayed.stderr);
  assert.equal(await isPaused(store), true);
});

test('without its secrets a database is not replayed, and no new ones are made', async (t) => {
  const { dataDir } = await anInstallation(t);
  rmSync(join(dataDir, 'secrets.json'));
  const replayed = run('restore', dataDir, '--replay', '--without-tombstones');
  assert.equal(replayed.status, 1);
  assert.match(replayed.stderr, /secrets\.json is not in/u);
  assert.ok(!existsSync(join(dataDir, 'secrets.json')));
});

test('what came in after the backup comes back from the second copies', async (t) => {
  const { dataDir, copies, store, secrets } = await withCopies(t);
  const backup = join(aFolder(t), 'portal.age');
  const [before, after, gone] = [aSealedReferral(), aSealedReferral(), aSealedReferral()];
  await accept(store, before);
  await backUp(dataDir, backup);
  await accept(store, after);
  await accept(store, gone);
  const correction = aSealedReferral({ formKeyMac: before.formKeyMac, receiptMac: before.receiptMac });
  await accept(store, correction);
  await withdraw(store, gone.receiptMac, noon);
  await layTombstones(store, { secrets, dataDir }, noon);

  const into = aFolder(t);
  const { stdout, status, stderr } = restoreInto(into, backup, '--copies', copies);
  assert.equal(status, 0, stderr);
  assert.match(stdout, /^3 referrals, 2 of them from second copies; 0 were let go again\.$/mu);
  const back = await aSqliteStore(t, into);
  const old = await openSealed(back, before.reference);
  assert.equal(typeof old === 'object' && old.supersededBy, correction.reference);
  assert.equal(typeof (await openSealed(back, after.reference)), 'object');
  assert.equal(await openSealed(back, gone.reference), undefined);
});

test('a second volume that was replaced knows what was taken back before, and nothing of it comes back', async (t) => {
  const { dataDir, copies, store, secrets } = await withCopies(t);
  const backup = join(aFolder(t), 'portal.age');
  const [first, second] = [aSealedReferral(), aSealedReferral()];
  for (const referral of [first, second]) await accept(store, referral);
  await backUp(dataDir, backup);
  await withdraw(store, first.receiptMac, noon);
  await layTombstones(store, { secrets, dataDir }, noon);
  for (const name of readdirSync(copies)) rmSync(join(copies, name));
  writeFileSync(join(dataDir, 'directory.json'), JSON.stringify({ version: 1, services: {} }));
  const doctor = () => runWith({ SECOND_COPY_DIR: copies }, 'doctor', dataDir).stdout;
  assert.match(doctor(), /^stops {2}SECOND_COPY_DIR: not the volume/mu);
  const taken = runWith({ SECOND_COPY_DIR: copies }, 'restore', dataDir, '--new-volume');
  assert.match(taken.stdout, /Copies go to .* from now on/u, taken.stderr);
  assert.match(doctor(), /^warns {2}tombstones: 1 are only in one of/mu);
  await withdraw(store, second.receiptMac, noon);
  await layTombstones(store, { secrets, dataDir }, noon);
  assert.doesNotMatch(doctor(), /tombstones/u);

  const into = join(aFolder(t), 'new');
  const { stdout, stderr } = restoreInto(into, backup, '--copies', copies);
  assert.match(stdout, /2 were let go again/u, stderr);
  const back = await aSqliteStore(t, into);
  assert.equal(await openSealed(back, first.reference), 'withdrawn');
});

test('a data folder that lost tombstones gets them back from the second volume, when the next courier starts', async (t) => {
  const { dataDir, copies, store, secrets } = await withCopies(t);
  const referral = aSealedReferral();
  await accept(store, referral);
  await withdraw(store, referral.receiptMac, noon);
  await layTombstones(store, { secrets, dataDir }, noon);
  const laid = readFileSync(tombstoneFile(dataDir), 'utf8');
  // As long as the other, so that only a look into both can tell.
  const another = `${'a'.repeat(64)}${laid.slice(64)}`;
  writeFileSync(tombstoneFile(dataDir), another);
  await layTombstones({ ...store }, { secrets, dataDir }, noon);
  for (const folder of [dataDir, copies])
    assert.equal((await readTombstones([tombstoneFile(folder)])).size, 2, folder);
});

testOnStores(
  'a database that other tools brought back is paused, and loses what has a tombstone',
  async (t, store) => {
    const secrets = loadSecrets(aFolder(t));
    const [deleted, purged, stays] = [aSealedReferral(), aSealedReferral(), aSealedReferral()];
    for (const referral of [deleted, purged, stays]) await accept(store, referral);
    const tombstones = new Map([
      [tombstoneMark(secrets, deleted.reference), 'deleted'],
      [tombstoneMark(secrets, purged.reference), 'purged'],
    ] as const);
    const now = minutesAfter(noon, 60);
    const restored = await settleRestored(store, { secrets, tombstones, copies: [], now });
    assert.deepEqual(restored, { referrals: 3, fromCopies: 0, letGo: 2 });
    assert.equal(await isPaused(store), true);
    assert.equal(await claimNotice(store, { now, busyServices: [] }), undefined);
    assert.equal(await statusFor(store, deleted.receiptMac, now), 'unopened');
    assert.equal(await statusFor(store, purged.receiptMac, now), 'closed');

    await releaseOutbox(store, now);
    const next = await claimNotice(store, { now, busyServices: [] });
    assert.deepEqual([next?.reference, next?.maybe_sent], [stays.reference, 1]);
  },
);

test('a tombstone file that a crash cut short loses no line but that one, and the next try writes it', async (t) => {
  const { dataDir, store, secrets } = await anInstallation(t);
  const file = tombstoneFile(dataDir);
  const whole = `${'a'.repeat(64)} 2026-11-20 purged`;
  writeFileSync(file, `${whole}\n${'b'.repeat(30)}`);
  const referral = aSealedReferral();
  await accept(store, referral);
  await withdraw(store, referral.receiptMac, noon);
  await layTombstones(store, { secrets, dataDir }, noon);
  const found = await readTombstones([file, join(dataDir, 'none')]);
  assert.deepEqual(
    [...found],
    [
      ['a'.repeat(64), 'purged'],
      [tombstoneMark(secrets, referral.reference), 'withdrawn'],
    ],
  );
});

test('G8: whatever state a referral is in, withdrawing it leaves no byte of it and one tombstone', async (t) => {
  const { dataDir, store, secrets } = await anInstallation(t);
  const marked = (state: string) =>
    aSealedReferral({ service: state, sealed: Buffer.from(`MARK-${state}-`.repeat(300)) });
  const states = ['waiting', 'leased', 'handed-over', 'acknowledged', 'superseded', 'closed'];
  const referrals = new Map(states.map((state) => [state, marked(state)]));
  for (const referral of referrals.values()) await accept(store, referral);
  const of = (state: string) => referrals.get(state) ?? assert.fail();
  const claim = (service: string) =>
    claimNotice(store, { now: noon, busyServices: states.filter((state) => state !== service) });
  await claim('leased');
  const notice = await claim('handed-over');
  if (notice) await settleHandedOver(store, notice, noon);
  await acknowledge(store, { ...of('closed'), now: daysAfter(noon, -8) });
  await purge(store, noon);
  await acknowledge(store, { ...of('acknowledged'), now: noon });
  const { formKeyMac, receiptMac } = of('superseded');
  await accept(store, aSealedReferral({ formKeyMac, receiptMac }));

  for (const state of states) {
    assert.equal(await withdraw(store, of(state).receiptMac, noon), true, state);
    assert.equal(isInFolder(dataDir, Buffer.from(`MARK-${state}-`)), false, state);
    assert.equal(await statusFor(store, of(state).receiptMac, noon), undefined, state);
  }
  await layTombstones(store, { secrets, dataDir }, noon);
  const tombstones = await readTombstones([tombstoneFile(dataDir)]);
  for (const state of states) {
    assert.equal(tombstones.get(tombstoneMark(secrets, of(state).reference)), 'withdrawn', state);
  }
});

test('F1: of two hundred referrals no word is in the database, its log, the copies, the backup or the tombstones', async (t) => {
  const dataDir = aFolder(t);
  const copies = aFolder(t);
  const backups = aFolder(t);
  const store = await openStore({ dataDir, secondCopyDir: copies });
  t.after(() => store.close());
  const secrets = loadSecrets(dataDir);
  const [one, other] = [await newKeyPair(), await newKeyPair()];
  const word = 'CANARY-IN-THE-COAL-MINE';
  for (let count = 0; count < 200; count++) {
    const sealed = await seal(padded(`${word} ${count}`), [one.recipient, other.recipient]);
    const referral = aSealedReferral({ sealed, service: `service-${count % 7}` });
    await accept(store, referral);
    if (count % 10 === 0) await withdraw(store, referral.receiptMac, noon);
    if (count % 10 === 1) await acknowledge(store, { ...referral, now: noon });
  }
  await backUp(dataDir, join(backups, 'portal.age'));
  await purge(store, daysAfter(noon, 7));
  await layTombstones(store, { secrets, dataDir }, noon);
  for (const folder of [dataDir, copies, backups]) {
    for (const form of [
      word,
      Buffer.from(word).toString('base64').slice(0, 28),
      Buffer.from(word).toString('hex'),
    ]) {
      assert.equal(isInFolder(folder, Buffer.from(form)), false);
    }
  }
  assert.equal(readdirSync(copies).filter((name) => name.endsWith('.referral')).length, 160);
});

test('the doctor names the entry that was tampered with, and a head that does not fit', async (t) => {
  const { dataDir, store } = await anInstallation(t);
  for (let count = 0; count < 5; count++) await accept(store, aSealedReferral());
  writeFileSync(join(dataDir, 'directory.json'), JSON.stringify({ version: 1, services: {} }));
  assert.match(run('doctor', dataDir).stdout, /^well {3}audit: whole, up to entry 5$/mu);
  const verdict = await checkAudit(store);
  assert.ok(verdict.isWhole);
  assert.match(
    run('doctor', dataDir, '--head', `5:${verdict.head.hash}`).stdout,
    /^well {3}audit: whole, up to entry 5, and the head of the digest fits$/mu,
  );
  assert.match(
    run('doctor', dataDir, '--head', `5:${'0'.repeat(64)}`).stdout,
    /stops {2}audit: entry 5 is not as/u,
  );
  await store.db.updateTable('audit').set({ reference: 'X' }).where('seq', '=', 3).execute();
  const { stdout, status } = run('doctor', dataDir);
  assert.match(stdout, /^stops {2}audit: entry 3 is not as it was written$/mu);
  assert.equal(status, 1);
});

test('the doctor has one line for each kind of thing, and one for each service that has to be tested', async (t) => {
  const { dataDir, store } = await anInstallation(t);
  const aService = async (name: string) => ({
    channel: 'notice',
    addresses: [`${name}@service.example`],
    recipients: [(await newKeyPair()).recipient, (await newKeyPair()).recipient],
    canaryAcknowledgedOn: null,
  });
  const services = { 'why-me': await aService('tested'), 'rj-kent': await aService('untested') };
  const directory = { version: 1, services };
  writeFileSync(join(dataDir, 'directory.json'), JSON.stringify(directory));
  const tested = aSealedReferral({ service: 'why-me', isTest: true });
  await accept(store, tested);
  await acknowledge(store, { ...tested, now: noon });
  const lines = run('doctor', dataDir).stdout.split('\n');
  for (const kind of ['areas where no service', 'services not confirmed', 'helplines and signposts']) {
    assert.equal(lines.filter((line) => line.includes(kind)).length, 1, kind);
  }
  const about = (id: string) => lines.filter((line) => line.startsWith(`warns  ${id}: `));
  assert.match(about('why-me').join(), /^warns {2}why-me: confirmed a test; [^,]*$/u);
  assert.match(about('rj-kent').join(), /^warns {2}rj-kent: nobody has confirmed a test [^:]*$/u);
});
