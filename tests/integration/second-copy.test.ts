import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  existsSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { newInnerCode, newReference } from '../../src/referral/codes.ts';
import { padded } from '../../src/referral/envelope.ts';
import { newKeyPair, open, seal } from '../../src/referral/seal.ts';
import { copySecrets, loadSecrets } from '../../src/server/secrets.ts';
import { accept } from '../../src/server/store/accept.ts';
import { missingParts } from '../../src/server/store/data-dir.ts';
import { isPaused } from '../../src/server/store/pause.ts';
import { healthOf } from '../../src/server/store/health.ts';
import { layTombstones } from '../../src/server/store/lay-tombstones.ts';
import { countMissingCopies, mendCopies } from '../../src/server/store/mend-copies.ts';
import { acknowledge, openSealed } from '../../src/server/store/opening.ts';
import { openStore } from '../../src/server/store/open-store.ts';
import { purge } from '../../src/server/store/purge.ts';
import { openSecondCopy, readCopies } from '../../src/server/store/second-copy.ts';
import { settleRestored } from '../../src/server/store/restore.ts';
import { withdraw } from '../../src/server/store/status.ts';
import { takeVolume } from '../../src/server/store/volume.ts';
import { courierProcesses } from '../support/courier-process.ts';
import { aHangingFile } from '../support/hanging-file.ts';
import { aSealedReferral, daysAfter, minutesAfter, noon } from '../support/sealed-referral.ts';
import { anSmtpSink } from '../support/smtp-sink.ts';
import { statusFor } from '../support/status-for.ts';
import { aFolder, aSqliteStore } from '../support/stores.ts';

const script = join(import.meta.dirname, '../../scripts/restore.ts');

const restore = (...options: string[]) =>
  spawnSync(process.execPath, [script, ...options], { encoding: 'utf8', env: { PATH: process.env['PATH'] } });

/** A store with a second folder, and the letting go that the courier does for it. */
async function aStoreWithCopies(t: TestContext) {
  const dataDir = aFolder(t);
  const copies = aFolder(t);
  const store = await openStore({ dataDir, secondCopyDir: copies });
  t.after(() => store.close());
  const secrets = loadSecrets(dataDir);
  await copySecrets(dataDir, copies);
  return {
    dataDir,
    copies,
    store,
    secrets,
    names: () => readdirSync(copies).filter((name) => name.endsWith('.referral')),
    letGo: () => layTombstones(store, { secrets, dataDir }, noon),
  };
}

test('A15: with the database lost, a hundred of a hundred referrals are brought back and can be opened', async (t) => {
  const { dataDir, copies, store, secrets } = await aStoreWithCopies(t);
  const key = await newKeyPair();
  const other = await newKeyPair();
  const written = await Promise.all(
    Array.from({ length: 100 }, async (_each, index) => {
      const reference = newReference();
      const innerCode = newInnerCode();
      const text = `what person ${index} said`;
      const referral = aSealedReferral({
        reference,
        innerCodeMac: secrets.mac('inner-code', reference, innerCode),
        sealed: await seal(padded(text), [key.recipient, other.recipient]),
      });
      await accept(store, referral);
      return { referral, innerCode, text };
    }),
  );
  // On a slow disk, some copies are only there once a courier has looked.
  await mendCopies(store, minutesAfter(noon, 60));
  assert.equal(await countMissingCopies(store), 0);
  await store.close();
  renameSync(dataDir, `${dataDir}-lost`);
  t.after(() => renameSync(`${dataDir}-lost`, dataDir));

  const into = join(aFolder(t), 'new');
  const { status, stdout, stderr } = restore('--from-copies', copies, '--into', into);
  assert.equal(status, 0, stderr);
  assert.match(stdout, /^100 referrals, 100 of them from second copies; 0 were let go again/mu);

  const back = await aSqliteStore(t, into);
  const backSecrets = loadSecrets(into);
  for (const { referral, innerCode, text } of written) {
    const found = await openSealed(back, referral.reference);
    assert.ok(typeof found === 'object');
    assert.equal(new TextDecoder().decode(await open(found.sealed, key.identity)).trimEnd(), text);
    assert.equal(await statusFor(back, referral.receiptMac, noon), 'waiting');
    const innerCodeMac = backSecrets.mac('inner-code', referral.reference, innerCode);
    const { reference } = referral;
    assert.equal(await acknowledge(back, { reference, innerCodeMac, now: noon }), 'acknowledged');
  }
  assert.equal(await isPaused(back), true);
});

test('a second copy is there before the person is told, for its owner only, and opens with age as it lies', async (t) => {
  const { copies, store } = await aStoreWithCopies(t);
  const referral = aSealedReferral();
  await accept(store, referral);
  const file = join(copies, `${referral.reference}.referral`);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  const umask = process.umask(0o007);
  chmodSync(copies, 0o2770);
  const shared = aSealedReferral();
  await accept(store, shared);
  process.umask(umask);
  const sharedFile = join(copies, `${shared.reference}.referral`);
  assert.equal(statSync(sharedFile).mode & 0o777, 0o660, 'where two users share a folder');
  rmSync(sharedFile);
  const bytes = readFileSync(file);
  const sealed = bytes.subarray(bytes.indexOf('\n') + 1);
  assert.deepEqual(sealed, Buffer.from(referral.sealed));
  assert.deepEqual(await readCopies(copies), {
    damaged: [],
    copies: [
      {
        reference: referral.reference,
        service: 'northfield',
        lane: 'normal',
        formKeyMac: referral.formKeyMac,
        version: 1,
        receiptMac: referral.receiptMac,
        innerCodeMac: referral.innerCodeMac,
        isTest: false,
        acceptedAt: noon,
        sealed: new Uint8Array(referral.sealed),
      },
    ],
  });
});

test('a volume that is away costs no referral: it is accepted, the operator sees it, the copy follows', async (t) => {
  const { copies, store } = await aStoreWithCopies(t);
  renameSync(copies, `${copies}-away`);
  const referral = aSealedReferral();
  await accept(store, referral);
  assert.equal(await statusFor(store, referral.receiptMac, noon), 'waiting');
  assert.deepEqual((await healthOf(store, noon)).alarms, ['second-copy-failed'], 'at once');
  const later = minutesAfter(noon, 5);
  await assert.rejects(mendCopies(store, later));
  assert.deepEqual((await healthOf(store, later)).alarms, ['second-copy-failed']);
  assert.equal((await healthOf(store, later)).isWell, false);
  assert.equal(existsSync(copies), false, 'no folder is made where the volume is not mounted');

  renameSync(`${copies}-away`, copies);
  assert.equal(await countMissingCopies(store), 1);
  await mendCopies(store, later);
  assert.equal(await countMissingCopies(store), 0);
  assert.deepEqual((await healthOf(store, later)).alarms, []);
});

test('a copy that cannot be written within two seconds holds nobody up for longer', async (t) => {
  const copies = aFolder(t);
  const copy = openSecondCopy(copies, async () => undefined);
  const referral = aSealedReferral();
  const part = join(copies, `.${referral.reference}.${process.pid}.part`);
  const hanging = aHangingFile(t, part);
  const started = performance.now();
  await assert.rejects(copy.keep({ ...referral, version: 1, isTest: false }), /in time/u);
  // It would never come back; a slow machine takes a little longer than two seconds.
  assert.ok(performance.now() - started < 20_000);
  // One that hangs keeps one place of two.
  await copy.keep({ ...referral, reference: newReference(), version: 1, isTest: false });
  hanging.answer();
});

test('a volume that hangs is told of, holds no tombstone back here, and leaves Node threads for other files', async (t) => {
  const { dataDir, copies, store, letGo } = await aStoreWithCopies(t);
  const referral = aSealedReferral();
  await accept(store, referral);
  await withdraw(store, referral.receiptMac, noon);
  aHangingFile(t, join(copies, 'tombstones'));
  // Round after round: more of them than Node has threads for files.
  const rounds = Array.from({ length: 6 }, () => assert.rejects(letGo(), /in time/u));
  await Promise.all(rounds);
  assert.deepEqual((await healthOf(store, noon)).alarms, ['second-copy-failed']);
  assert.match(await readFile(join(dataDir, 'tombstones'), 'utf8'), / withdrawn\n$/u);
});

test('a whole installation starts without a look at the other volume', async (t) => {
  const { dataDir, copies, store } = await aStoreWithCopies(t);
  await accept(store, aSealedReferral());
  // Whoever lists it fails at once, where a volume that hangs would keep them.
  const secondCopyDir = join(copies, 'secrets.json');
  assert.deepEqual(missingParts({ dataDir, databaseUrl: undefined, secondCopyDir }), []);
});

test('a courier starts and tells services though the other volume hangs, and /health knows of it', async (t) => {
  const dataDir = aFolder(t);
  const secondCopyDir = aFolder(t);
  const sink = await anSmtpSink(t);
  const world = await courierProcesses(t, { dataDir, secondCopyDir, sink, from: noon });
  const [service = ''] = world.services;
  aHangingFile(t, join(secondCopyDir, 'secrets.json'));
  await accept(world.store, aSealedReferral({ service }));
  await world.start();
  while (sink.taken.length === 0) await wait(50);
  while ((await healthOf(world.store, noon)).alarms.length === 0) await wait(100);
  assert.deepEqual((await healthOf(world.store, noon)).alarms, ['second-copy-failed']);
});

test('H1: a referral that is dated ahead gets its second copy, and loses it with its text', async (t) => {
  const { store, names } = await aStoreWithCopies(t);
  const referral = aSealedReferral({ acceptedAt: daysAfter(noon, 40) });
  await accept({ ...store, secondCopy: undefined }, referral);
  assert.deepEqual(names(), []);
  await mendCopies(store, noon);
  assert.deepEqual(names(), [`${referral.reference}.referral`]);
  await withdraw(store, referral.receiptMac, noon);
  await mendCopies(store, noon);
  assert.deepEqual(names(), []);
});

test('the folder under a volume that is not mounted takes nothing, and what is owed waits for the volume', async (t) => {
  const { copies, store, letGo, names } = await aStoreWithCopies(t);
  const [before, meanwhile] = [aSealedReferral(), aSealedReferral()];
  await accept(store, before);
  renameSync(copies, `${copies}-volume`);
  mkdirSync(copies);
  await accept(store, meanwhile);
  await withdraw(store, before.receiptMac, noon);
  await assert.rejects(letGo(), /not the volume/u);
  const later = minutesAfter(noon, 5);
  await assert.rejects(mendCopies(store, later), /not the volume/u);
  assert.deepEqual((await healthOf(store, later)).alarms, ['second-copy-failed']);
  assert.deepEqual(readdirSync(copies), []);

  rmdirSync(copies);
  renameSync(`${copies}-volume`, copies);
  await letGo();
  await mendCopies(store, later);
  assert.deepEqual(names(), [`${meanwhile.reference}.referral`]);
  assert.deepEqual((await healthOf(store, later)).alarms, []);
});

test('another volume is taken on the word of the operator, and gets every copy', async (t) => {
  const { dataDir, copies, store, letGo } = await aStoreWithCopies(t);
  const referral = aSealedReferral();
  await accept(store, referral);
  for (const name of readdirSync(copies)) rmSync(join(copies, name));
  const later = minutesAfter(noon, 5);
  await assert.rejects(mendCopies(store, later, dataDir), /not the volume/u);

  await takeVolume(store, copies, { isNew: true });
  await mendCopies(store, later, dataDir);
  await letGo();
  const { copies: kept } = await readCopies(copies);
  assert.deepEqual(
    kept.map(({ reference }) => reference),
    [referral.reference],
  );
  assert.equal(
    readFileSync(join(copies, 'secrets.json'), 'utf8'),
    readFileSync(join(dataDir, 'secrets.json'), 'utf8'),
  );
});

test('a database that was brought back copies to the volume there is', async (t) => {
  const { copies, store, secrets } = await aStoreWithCopies(t);
  await accept(store, aSealedReferral());
  for (const name of readdirSync(copies)) rmSync(join(copies, name));
  await settleRestored(store, { secrets, tombstones: new Map(), copies: [], now: noon });
  await mendCopies(store, minutesAfter(noon, 5));
  assert.equal(await countMissingCopies(store), 0);
});

test('what was purged or withdrawn loses its second copy, and leaves a tombstone in both places', async (t) => {
  const { dataDir, copies, store, letGo, names } = await aStoreWithCopies(t);
  const [confirmed, withdrawn, stays] = [aSealedReferral(), aSealedReferral(), aSealedReferral()];
  for (const referral of [confirmed, withdrawn, stays]) await accept(store, referral);
  await acknowledge(store, { ...confirmed, now: noon });
  await withdraw(store, withdrawn.receiptMac, noon);
  await purge(store, daysAfter(noon, 7));
  await letGo();
  await letGo();
  assert.deepEqual(names(), [`${stays.reference}.referral`]);
  for (const folder of [dataDir, copies]) {
    const lines = readFileSync(join(folder, 'tombstones'), 'utf8').trimEnd().split('\n');
    assert.equal(lines.length, 2);
    assert.deepEqual(lines.map((line) => line.slice(65)).sort(), [
      '2026-11-20 withdrawn',
      '2026-11-27 purged',
    ]);
    assert.doesNotMatch(lines.join('\n'), new RegExp(`${confirmed.reference}|${withdrawn.reference}`, 'u'));
  }
});

test('what is owed to a volume that is away is done when it is back', async (t) => {
  const { copies, store, letGo, names } = await aStoreWithCopies(t);
  const referral = aSealedReferral();
  await accept(store, referral);
  await withdraw(store, referral.receiptMac, noon);
  renameSync(copies, `${copies}-away`);
  await assert.rejects(letGo());
  await assert.rejects(letGo());
  renameSync(`${copies}-away`, copies);
  assert.equal(names().length, 1);
  await letGo();
  assert.equal(names().length, 0);
});

test('a copy that was written after its withdrawal goes, and one the database knows nothing of stays', async (t) => {
  const { copies, store, letGo, names } = await aStoreWithCopies(t);
  const referral = aSealedReferral();
  await accept(store, referral);
  const file = join(copies, `${referral.reference}.referral`);
  const late = readFileSync(file);
  await withdraw(store, referral.receiptMac, noon);
  await letGo();
  writeFileSync(file, late);
  writeFileSync(join(copies, 'ABCD2345.referral'), late);
  await mendCopies(store, minutesAfter(noon, 2));
  assert.deepEqual(names(), ['ABCD2345.referral']);
});

test('what a crash has left of a copy is overwritten and gone, and takes no copy with it', async (t) => {
  const { copies, store } = await aStoreWithCopies(t);
  const referral = aSealedReferral();
  await accept(store, referral);
  const file = join(copies, `${referral.reference}.referral`);
  const whole = readFileSync(file);
  const unnamed = join(copies, '.ABCD2345.1.part');
  writeFileSync(unnamed, whole);
  // The crash came after the copy had got its name, and before the other was taken away.
  const named = join(copies, `.${referral.reference}.1.part`);
  linkSync(file, named);
  for (const part of [unnamed, named]) utimesSync(part, 0, 0);
  const left = openSync(unnamed, 'r');
  t.after(() => closeSync(left));

  await mendCopies(store, minutesAfter(noon, 2));
  assert.equal(existsSync(unnamed) || existsSync(named), false);
  assert.deepEqual(readFileSync(left), Buffer.alloc(whole.length));
  assert.deepEqual(readFileSync(file), whole);
});

test('corrections come back as corrections, and only the newest is told', async (t) => {
  const { copies, store } = await aStoreWithCopies(t);
  const first = aSealedReferral();
  const { formKeyMac, receiptMac } = first;
  const second = aSealedReferral({ formKeyMac, receiptMac, acceptedAt: minutesAfter(noon, 1) });
  await accept(store, first);
  await accept(store, second);
  const into = aFolder(t);
  assert.equal(restore('--from-copies', copies, '--into', into).status, 0);
  const back = await aSqliteStore(t, into);
  const notices = await back.db
    .selectFrom('notice')
    .select(['reference', 'maybe_sent'])
    .where('state', '=', 'due')
    .execute();
  assert.deepEqual(
    notices.map((notice) => ({ ...notice })),
    [{ reference: second.reference, maybe_sent: 1 }],
  );
  const old = await openSealed(back, first.reference);
  assert.equal(typeof old === 'object' && old.supersededBy, second.reference);
});

test('a correction for another service comes back with a word to the first', async (t) => {
  const { copies, store } = await aStoreWithCopies(t);
  const first = aSealedReferral();
  const { formKeyMac, receiptMac } = first;
  await accept(store, first);
  const late = readFileSync(join(copies, `${first.reference}.referral`));
  await accept(store, aSealedReferral({ formKeyMac, receiptMac, service: 'another' }));
  writeFileSync(join(copies, `${first.reference}.referral`), late);
  const into = aFolder(t);
  assert.equal(restore('--from-copies', copies, '--into', into).status, 0);
  const back = await aSqliteStore(t, into);
  const due = await back.db
    .selectFrom('notice')
    .select(['service', 'kind'])
    .where('state', '=', 'due')
    .execute();
  assert.deepEqual(due.map(({ service, kind }) => `${kind} to ${service}`).sort(), [
    'referral to another',
    'withdrawn to northfield',
  ]);
  assert.equal(await openSealed(back, first.reference), 'withdrawn');
});

test('a copy that is damaged is named, and keeps none of the others back', async (t) => {
  const { copies, store } = await aStoreWithCopies(t);
  const referrals = [aSealedReferral(), aSealedReferral(), aSealedReferral()];
  for (const referral of referrals) await accept(store, referral);
  const name = `${referrals[1]?.reference ?? ''}.referral`;
  writeFileSync(join(copies, name), 'nonsense');
  const into = aFolder(t);
  const { status, stdout } = restore('--from-copies', copies, '--into', into);
  assert.equal(status, 0);
  assert.match(stdout, new RegExp(`NOT READABLE: ${name}`, 'u'));
  assert.match(stdout, /^2 referrals/mu);
});

test('copies are not brought back over a database that is there, nor without their secrets', async (t) => {
  const { dataDir, copies } = await aStoreWithCopies(t);
  assert.match(restore('--from-copies', copies, '--into', dataDir).stderr, /holds a database already/u);
  const bare = aFolder(t);
  assert.match(restore('--from-copies', bare, '--into', aFolder(t)).stderr, /secrets\.json/u);
  assert.equal(restore('--from-copies', bare).status, 2);
});

test('the secrets of another portal are never put in place of those beside the copies', async (t) => {
  const [one, other, copies] = [aFolder(t), aFolder(t), aFolder(t)];
  loadSecrets(one);
  loadSecrets(other);
  await copySecrets(one, copies);
  await copySecrets(one, copies);
  await assert.rejects(copySecrets(other, copies), /another portal/u);
  assert.equal(
    readFileSync(join(copies, 'secrets.json'), 'utf8'),
    readFileSync(join(one, 'secrets.json'), 'utf8'),
  );
});
