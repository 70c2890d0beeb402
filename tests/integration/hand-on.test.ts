/** A service hands a referral on to another: in the store, over both databases. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import test from 'node:test';
import { accept, type SealedReferral } from '../../src/server/store/accept.ts';
import { decide } from '../../src/server/store/decisions.ts';
import { referralsDueFor } from '../../src/server/store/escalation.ts';
import { askOperator, handOn, type HandOn } from '../../src/server/store/hand-on.ts';
import { noteNothingHeard } from '../../src/server/store/heard-nothing.ts';
import { healthOf } from '../../src/server/store/health.ts';
import { countMissingCopies, mendCopies } from '../../src/server/store/mend-copies.ts';
import { openStore } from '../../src/server/store/open-store.ts';
import { acknowledge, openSealed, wrongCodesMax } from '../../src/server/store/opening.ts';
import { claimNotice, settleHandedOver } from '../../src/server/store/outbox.ts';
import { purge } from '../../src/server/store/purge.ts';
import { settleRestored } from '../../src/server/store/restore.ts';
import { openSecondCopy, readCopies } from '../../src/server/store/second-copy.ts';
import { progressOf, withdraw } from '../../src/server/store/status.ts';
import { openTasks } from '../../src/server/store/tasks.ts';
import type { Store } from '../../src/server/store/store.ts';
import { loadSecrets } from '../../src/server/secrets.ts';
import { aMac, aSealedReferral, daysAfter, minutesAfter, noon } from '../support/sealed-referral.ts';
import { statusFor } from '../support/status-for.ts';
import { aFolder, aSqliteStore, testOnStores, withoutHandingOn } from '../support/stores.ts';

/** Hands a referral of northfield on to southmoor, sealed anew. */
function aHandOn(referral: SealedReferral, named: Partial<HandOn> = {}): HandOn {
  const { reference, innerCodeMac } = referral;
  return {
    reference,
    innerCodeMac,
    to: 'southmoor',
    sealed: randomBytes(4400),
    nextCodeMac: aMac(),
    now: minutesAfter(noon, 60),
    ...named,
  };
}

async function anOpened(store: Store, named: Partial<SealedReferral> = {}): Promise<SealedReferral> {
  const referral = aSealedReferral(named);
  await accept(store, referral);
  await deliverAll(store, noon);
  return referral;
}

/** Does what a courier does when the mail server says 250; gives back what it sent. */
async function deliverAll(store: Store, now: Date) {
  const sent = [];
  for (;;) {
    const notice = await claimNotice(store, { now, busyServices: [] });
    if (!notice) return sent.map(({ service, kind, handed_on }) => [service, kind, handed_on]);
    await settleHandedOver(store, notice, now);
    sent.push(notice);
  }
}

const events = async (store: Store) =>
  (await store.db.selectFrom('audit').select(['event', 'detail']).orderBy('seq').execute()).map(
    ({ event, detail }) => (detail === null ? event : `${event} ${detail}`),
  );

testOnStores(
  'a referral that is handed on goes to the other service, which alone can confirm it',
  async (_, store) => {
    const referral = await anOpened(store);
    const change = aHandOn(referral);
    assert.equal(await handOn(store, change), 'done');

    const held = await openSealed(store, referral.reference);
    assert.ok(typeof held === 'object');
    assert.equal(held.service, 'southmoor');
    assert.deepEqual(Buffer.from(held.sealed), Buffer.from(change.sealed));
    assert.equal(await statusFor(store, referral.receiptMac, noon), 'waiting');
    const progress = await progressOf(store, referral.receiptMac, noon);
    assert.deepEqual([progress?.service, progress?.isHandedOn], ['southmoor', true]);

    assert.deepEqual(await deliverAll(store, change.now), [['southmoor', 'referral', 1]]);
    const before = { reference: referral.reference, now: change.now };
    assert.equal(await acknowledge(store, { ...before, innerCodeMac: referral.innerCodeMac }), 'handed-on');
    assert.equal(await acknowledge(store, { ...before, innerCodeMac: change.nextCodeMac }), 'acknowledged');
    assert.equal(await statusFor(store, referral.receiptMac, noon), 'opened');
    assert.ok((await events(store)).includes('handed-on northfield to southmoor'));
  },
);

testOnStores('pressing twice, and six at once, hands it on once', async (_, store) => {
  const referral = await anOpened(store);
  const outcomes = await Promise.all(
    Array.from({ length: 6 }, (_none, index) =>
      handOn(store, aHandOn(referral, { to: index % 2 ? 'southmoor' : 'eastbrook' })),
    ),
  );
  assert.deepEqual(outcomes.toSorted(), ['done', ...Array.from({ length: 5 }, () => 'handed-on')]);
  assert.equal((await deliverAll(store, minutesAfter(noon, 60))).length, 1);
  assert.equal((await events(store)).filter((event) => event.startsWith('handed-on northfield')).length, 1);
});

testOnStores('whoever races, it ends withdrawn, and everybody who may have it is told', async (_, store) => {
  for (const order of [0, 1, 2]) {
    const referral = await anOpened(store);
    const withdrawing = () => withdraw(store, referral.receiptMac, minutesAfter(noon, 60));
    const handing = () => handOn(store, aHandOn(referral));
    if (order === 0) await Promise.all([withdrawing(), handing()]);
    else if (order === 1) await Promise.all([handing(), withdrawing()]);
    else {
      await handing();
      await deliverAll(store, minutesAfter(noon, 61));
      await withdrawing();
    }
    assert.equal(await openSealed(store, referral.reference), 'withdrawn');
    const told = (await deliverAll(store, minutesAfter(noon, 90))).filter(([, kind]) => kind !== 'referral');
    assert.ok(
      told.some(([service]) => service === 'northfield'),
      `order ${order}`,
    );
    assert.equal(told.length, order === 2 ? 2 : 1, `order ${order}`);
    assert.equal(await handing(), 'withdrawn');
  }
});

testOnStores(
  'confirmed and handed on at once, one of the two services has it in the end',
  async (_, store) => {
    const referral = await anOpened(store);
    const { reference, innerCodeMac } = referral;
    const [confirmed, handed] = await Promise.all([
      acknowledge(store, { reference, innerCodeMac, now: noon }),
      handOn(store, aHandOn(referral)),
    ]);
    // Handed on after it was confirmed: the other service is waited for like any.
    assert.equal(handed, 'done');
    assert.ok(confirmed === 'acknowledged' || confirmed === 'handed-on');
    assert.equal(await statusFor(store, referral.receiptMac, noon), 'waiting');
    await purge(store, daysAfter(noon, 30));
    assert.equal(typeof (await openSealed(store, reference)), 'object');
  },
);

testOnStores('a wrong code hands nothing on, and ten lock it', async (_, store) => {
  const referral = await anOpened(store);
  for (let tries = 0; tries < wrongCodesMax; tries++) {
    assert.equal(await handOn(store, aHandOn(referral, { innerCodeMac: aMac() })), 'wrong-code');
  }
  assert.equal(await handOn(store, aHandOn(referral)), 'locked');
  assert.equal((await deliverAll(store, minutesAfter(noon, 60))).length, 0);
});

testOnStores(
  'the old code, typed again and again, does not lock the service that has it',
  async (_, store) => {
    const referral = await anOpened(store);
    const change = aHandOn(referral);
    await handOn(store, change);
    const { reference, innerCodeMac } = referral;
    for (let tries = 0; tries <= wrongCodesMax; tries++) {
      assert.equal(await acknowledge(store, { reference, innerCodeMac, now: noon }), 'handed-on');
    }
    assert.equal(
      await acknowledge(store, { reference, innerCodeMac: change.nextCodeMac, now: noon }),
      'acknowledged',
    );
  },
);

testOnStores('a second time it waits for the operator, who lets it on once more', async (_, store) => {
  const referral = await anOpened(store);
  const first = aHandOn(referral);
  await handOn(store, first);
  const second = aHandOn(referral, { innerCodeMac: first.nextCodeMac, to: 'eastbrook' });
  assert.equal(await handOn(store, second), 'refused');

  assert.equal(await askOperator(store, second), 'asked');
  assert.equal(await askOperator(store, second), 'already');
  assert.equal(await askOperator(store, first), 'handed-on');
  const [task] = await openTasks(store);
  assert.deepEqual([task?.code, task?.service], ['not-ours', 'southmoor']);
  const decided = { choice: 'may-hand-on', name: 'Test Operator', now: noon, addressesOf: () => 1 } as const;
  assert.equal(await decide(store, { task: task?.id ?? 0, ...decided }), true);

  assert.equal(await handOn(store, second), 'done');
  assert.equal(
    await handOn(store, { ...second, innerCodeMac: second.nextCodeMac, to: 'northfield' }),
    'refused',
  );
});

testOnStores('neither a version the person has replaced nor a test is handed on', async (_, store) => {
  const referral = await anOpened(store);
  const { formKeyMac, receiptMac } = referral;
  const newer = aSealedReferral({ formKeyMac, receiptMac, acceptedAt: minutesAfter(noon, 5) });
  await accept(store, newer);
  assert.equal(await handOn(store, aHandOn(referral)), 'replaced');
  assert.equal(await handOn(store, aHandOn(newer)), 'done');
  const trial = await anOpened(store, { isTest: true });
  assert.equal(await handOn(store, aHandOn(trial)), 'refused');
  assert.equal(await handOn(store, aHandOn(newer, { reference: 'ZZZZZZZZ' })), 'unknown');
});

testOnStores('every clock starts again for the other service', async (_, store) => {
  const referral = aSealedReferral();
  await accept(store, referral);
  await deliverAll(store, noon);
  const late = daysAfter(noon, 20);
  await noteNothingHeard(store, referral.receiptMac, { now: late, lastSaidBy: noon, addressesOf: () => 1 });
  assert.equal((await openTasks(store)).length, 1);
  const change = aHandOn(referral, { now: late });
  await handOn(store, change);

  assert.deepEqual(await openTasks(store), []);
  assert.equal((await healthOf(store, minutesAfter(late, 30))).isWell, true);
  const due = async (step: 'late-4h' | 'remind' | 'decide-30', since: Date) =>
    (await referralsDueFor(store, { step, since, now: late })).map(({ service }) => service);
  assert.deepEqual(await due('late-4h', minutesAfter(late, -1)), []);
  assert.deepEqual(await due('late-4h', minutesAfter(late, 1)), ['southmoor']);
  assert.deepEqual(await due('decide-30', minutesAfter(late, -1)), []);
  await deliverAll(store, minutesAfter(late, 2));
  assert.deepEqual(await due('remind', minutesAfter(late, 1)), []);
  assert.deepEqual(await due('remind', minutesAfter(late, 3)), ['southmoor']);
});

testOnStores(
  'a notice still under way to the first service does not count as the other’s',
  async (_, store) => {
    const referral = aSealedReferral();
    await accept(store, referral);
    const underWay = await claimNotice(store, { now: noon, busyServices: [] });
    assert.ok(underWay);
    await handOn(store, aHandOn(referral, { now: noon }));
    await settleHandedOver(store, underWay, noon);
    assert.equal(await statusFor(store, referral.receiptMac, noon), 'waiting');
    assert.deepEqual(await deliverAll(store, noon), [['southmoor', 'referral', 1]]);
    assert.equal(await statusFor(store, referral.receiptMac, noon), 'sent');
  },
);

test('what was sealed to the first service is in no file any more', async (t) => {
  const dataDir = aFolder(t);
  const copies = aFolder(t);
  const store = await openStore({ dataDir, secondCopyDir: copies });
  t.after(() => store.close());
  const mark = Buffer.from('sealed to the keys of northfield');
  const referral = await anOpened(store, { sealed: Buffer.concat([mark, randomBytes(4400)]) });
  const filesWithMark = () =>
    [dataDir, copies].flatMap((folder) =>
      readdirSync(folder).filter((name) => readFileSync(join(folder, name)).includes(mark)),
    );
  assert.ok(filesWithMark().length >= 2);
  await handOn(store, aHandOn(referral));
  assert.deepEqual(filesWithMark(), []);
});

test('a copy of before, come back with a volume that was away, is written anew', async (t) => {
  const dataDir = aFolder(t);
  const copies = aFolder(t);
  const store = await openStore({ dataDir, secondCopyDir: copies });
  t.after(() => store.close());
  const referral = await anOpened(store);
  const file = join(copies, `${referral.reference}.referral`);
  const before = readFileSync(file);
  await handOn(store, aHandOn(referral));
  const serviceOnDisk = async () => (await readCopies(copies)).copies[0]?.service;
  for (const spoilt of [before, Buffer.from('nonsense')]) {
    writeFileSync(file, spoilt);
    await mendCopies(store, minutesAfter(noon, 120));
    assert.equal(await serviceOnDisk(), 'southmoor');
  }
});

test('a copy that is written late takes the place of none that was made after handing on', async (t) => {
  const copies = aFolder(t);
  const secondCopy = openSecondCopy(copies, async () => undefined);
  const copyFor = (service: string, times: number) => ({
    ...aSealedReferral({ reference: 'ABCD2345', service }),
    version: 1,
    isTest: false,
    ...(times > 0 && { handedOn: { times, from: 'northfield', at: noon, codeMac: aMac() } }),
  });
  const onDisk = async () => (await readCopies(copies)).copies.map(({ service }) => service);
  for (const [copy, wanted] of [
    [copyFor('southmoor', 1), 'southmoor'],
    [copyFor('northfield', 0), 'southmoor'],
    [copyFor('eastwick', 2), 'eastwick'],
    [copyFor('southmoor', 1), 'eastwick'],
  ] as const) {
    await secondCopy.keep(copy);
    assert.deepEqual(await onDisk(), [wanted]);
  }
  assert.equal(readdirSync(copies).length, 1);
});

test('the second copy follows, at once or when its volume is back, and brings it back to the right service', async (t) => {
  const dataDir = aFolder(t);
  const copies = aFolder(t);
  const store = await openStore({ dataDir, secondCopyDir: copies });
  t.after(() => store.close());
  const onDisk = async () => (await readCopies(copies)).copies[0];
  const referral = await anOpened(store);
  const change = aHandOn(referral);
  await handOn(store, change);
  assert.equal((await onDisk())?.service, 'southmoor');
  assert.equal(await countMissingCopies(store), 0);

  await store.db.updateTable('referral').set({ copy_owed: 1, hand_ons_left: 1 }).execute();
  assert.equal(await countMissingCopies(store), 1);
  await mendCopies(store, minutesAfter(noon, 120));
  assert.equal(await countMissingCopies(store), 0);

  // An older database, in which the first service still has it, learns from the copy who has it.
  const older = await aSqliteStore(t);
  await accept(older, referral);
  const restoring = {
    secrets: loadSecrets(dataDir),
    tombstones: new Map(),
    copies: (await readCopies(copies)).copies,
    now: minutesAfter(noon, 180),
  };
  assert.equal((await settleRestored(older, restoring)).fromCopies, 1);
  const held = await openSealed(older, referral.reference);
  assert.ok(typeof held === 'object');
  assert.deepEqual([held.service, held.mayBeHandedOn], ['southmoor', false]);
  const now = minutesAfter(noon, 200);
  const { reference } = referral;
  assert.equal(
    await acknowledge(older, { reference, innerCodeMac: referral.innerCodeMac, now }),
    'handed-on',
  );
  assert.equal(
    await acknowledge(older, { reference, innerCodeMac: change.nextCodeMac, now }),
    'acknowledged',
  );

  // And one that has lost everything.
  const empty = await aSqliteStore(t);
  assert.equal((await settleRestored(empty, restoring)).fromCopies, 1);
  assert.equal(
    await acknowledge(empty, { reference, innerCodeMac: referral.innerCodeMac, now }),
    'handed-on',
  );
  assert.equal(
    await acknowledge(empty, { reference, innerCodeMac: change.nextCodeMac, now }),
    'acknowledged',
  );
});

test('an older database keeps its notices, and can hand on what it holds', async (t) => {
  const dataDir = aFolder(t);
  const first = await openStore({ dataDir });
  const referral = await anOpened(first);
  await first.close();
  const database = new DatabaseSync(join(dataDir, 'referrals.db'));
  database.exec(`
    delete from kysely_migration where name >= '0004';
    ${withoutHandingOn}
  `);
  database.close();
  const store = await openStore({ dataDir });
  t.after(() => store.close());
  assert.equal(await statusFor(store, referral.receiptMac, noon), 'sent');
  assert.equal(await handOn(store, aHandOn(referral)), 'done');
  assert.equal(await withdraw(store, referral.receiptMac, minutesAfter(noon, 61)), true);
  assert.deepEqual(await deliverAll(store, minutesAfter(noon, 62)), [['northfield', 'withdrawn', 0]]);
});
