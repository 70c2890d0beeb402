import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { sql } from 'kysely';
import { StoreError } from '../../src/server/failure.ts';
import { accept, addReferral, type SealedReferral } from '../../src/server/store/accept.ts';
import { raiseCounters } from '../../src/server/store/counters.ts';
import { acknowledge, openSealed } from '../../src/server/store/opening.ts';
import { openStore } from '../../src/server/store/open-store.ts';
import { claimNotice, settleHandedOver } from '../../src/server/store/outbox.ts';
import { purge } from '../../src/server/store/purge.ts';
import { declineReceipt, withdraw } from '../../src/server/store/status.ts';
import { openTasks } from '../../src/server/store/tasks.ts';
import { formTurn, inTurn, type Store } from '../../src/server/store/store.ts';
import { aMac, aSealedReferral, daysAfter, minutesAfter, noon } from '../support/sealed-referral.ts';
import { statusFor } from '../support/status-for.ts';
import { aFolder, aPostgresDatabase, testOnStores } from '../support/stores.ts';

/** The same form posted again with edited answers. */
function corrected(earlier: SealedReferral): SealedReferral {
  const { formKeyMac, receiptMac } = earlier;
  return aSealedReferral({ formKeyMac, receiptMac, acceptedAt: minutesAfter(earlier.acceptedAt, 1) });
}

const notices = (store: Store) => store.db.selectFrom('notice').selectAll().orderBy('id').execute();

/** Does what a courier does when the mail server says 250. */
async function handOver(store: Store, now = noon): Promise<string | undefined> {
  const notice = await claimNotice(store, { now, busyServices: [] });
  if (notice) await settleHandedOver(store, notice, now);
  return notice?.reference;
}

const confirm = (store: Store, { reference, innerCodeMac }: SealedReferral, now = noon) =>
  acknowledge(store, { reference, innerCodeMac, now });

testOnStores(
  'A12: a courier that read the time before it had to wait does not take what another has just taken',
  async (_t, store) => {
    await accept(store, aSealedReferral());
    assert.ok(await claimNotice(store, { now: minutesAfter(noon, 0.5), busyServices: [] }));
    assert.equal(await claimNotice(store, { now: noon, busyServices: [] }), undefined);
    assert.ok(await claimNotice(store, { now: daysAfter(noon, -365), busyServices: [] }), 'set back');
  },
);

testOnStores(
  'a referral goes from waiting to sent to opened to closed, and the receipt says so',
  async (_, store) => {
    const referral = aSealedReferral();
    const status = (now = noon) => statusFor(store, referral.receiptMac, now);
    assert.deepEqual(await accept(store, referral), {
      reference: referral.reference,
      repeated: false,
      version: 1,
    });
    assert.equal(await status(), 'waiting');

    assert.equal(await handOver(store), referral.reference);
    assert.equal(await status(), 'sent');

    assert.equal(await confirm(store, referral), 'acknowledged');
    assert.equal(await status(), 'opened');

    await purge(store, daysAfter(noon, 7));
    assert.equal(await status(daysAfter(noon, 8)), 'closed');
    assert.equal(await status(daysAfter(noon, 97)), undefined);
    await purge(store, daysAfter(noon, 97));
    assert.equal(await openSealed(store, referral.reference), undefined);
    assert.deepEqual(await notices(store), []);
  },
);

testOnStores(
  'A9: twenty identical posts at once are one referral, one notice and twenty equal answers',
  async (_, store) => {
    const referral = aSealedReferral();
    const posts = Array.from({ length: 20 }, () => ({ ...aSealedReferral(), ...contentOf(referral) }));
    const answers = await Promise.all(posts.map((post) => accept(store, post)));
    assert.equal(new Set(answers.map((answer) => answer.reference)).size, 1);
    assert.equal(answers.filter((answer) => !answer.repeated).length, 1);
    assert.equal((await notices(store)).length, 1);
    assert.equal((await store.db.selectFrom('referral').select('reference').execute()).length, 1);
  },
);

function contentOf({ formKeyMac, contentMac, receiptMac }: SealedReferral) {
  return { formKeyMac, contentMac, receiptMac };
}

testOnStores('A10: a correction replaces what nobody has been told of yet', async (_, store) => {
  const first = aSealedReferral();
  const second = corrected(first);
  await accept(store, first);
  assert.deepEqual(await accept(store, second), { reference: second.reference, repeated: false, version: 2 });

  assert.equal(await handOver(store, minutesAfter(noon, 2)), second.reference);
  assert.equal(await handOver(store, minutesAfter(noon, 2)), undefined);
  const opened = await openSealed(store, second.reference);
  assert.ok(typeof opened === 'object');
  assert.equal(opened.supersedes, first.reference);
  const old = await openSealed(store, first.reference);
  assert.ok(typeof old === 'object');
  assert.equal(old.supersededBy, second.reference);
  assert.equal(await statusFor(store, first.receiptMac, noon), 'sent');
});

testOnStores(
  'A10: a correction after the first was handed over is told too, and confirming it settles both',
  async (_, store) => {
    const first = aSealedReferral();
    await accept(store, first);
    await handOver(store);
    const second = corrected(first);
    await accept(store, second);
    assert.equal(await handOver(store, minutesAfter(noon, 2)), second.reference);

    assert.equal(await confirm(store, second), 'acknowledged');
    await purge(store, daysAfter(noon, 7));
    assert.equal(await openSealed(store, first.reference), 'gone');
    assert.equal(await openSealed(store, second.reference), 'gone');
  },
);

testOnStores('the fourth version of one form is held back, and none is refused', async (_, store) => {
  const first = aSealedReferral();
  await accept(store, first);
  await accept(store, corrected(first));
  await accept(store, corrected(first));
  assert.equal((await notices(store)).at(-1)?.lane, 'normal');
  assert.equal((await accept(store, corrected(first))).version, 4);
  assert.equal((await notices(store)).at(-1)?.lane, 'held');
});

testOnStores(
  'A14: the notice that has been due longest goes next, of one service and of all, and what is held goes last',
  async (_, store) => {
    const due = [
      ['north', 'normal', 30],
      ['north', 'normal', 20],
      ['south', 'held', 5],
      ['south', 'normal', 10],
      ['south', 'held', 4],
    ] as const;
    for (const [service, lane, minutes] of due) {
      const { reference } = await accept(store, aSealedReferral({ service, lane }));
      await store.db
        .updateTable('notice')
        .set({ next_at: minutesAfter(noon, minutes).getTime() })
        .where('reference', '=', reference)
        .execute();
    }
    const now = minutesAfter(noon, 60);
    const claim = () => claimNotice(store, { now, busyServices: [] });
    const went: unknown[] = [];
    for (let next = await claim(); next; next = await claim()) {
      went.push([next.service, next.lane, (next.next_at - noon.getTime()) / 60_000]);
      await settleHandedOver(store, next, now);
    }
    assert.deepEqual(went, [
      ['south', 'normal', 10],
      ['north', 'normal', 20],
      ['north', 'normal', 30],
      ['south', 'held', 4],
      ['south', 'held', 5],
    ]);
  },
);

testOnStores('a held referral is told an hour later, and counted with the others', async (_, store) => {
  await accept(store, aSealedReferral({ lane: 'held', counters: [{ name: 'told', value: 'yes' }] }));
  await accept(store, aSealedReferral({ service: 'another', counters: [{ name: 'told', value: 'yes' }] }));
  assert.notEqual(await handOver(store, noon), undefined);
  assert.equal(await handOver(store, minutesAfter(noon, 59)), undefined);
  assert.notEqual(await handOver(store, minutesAfter(noon, 60)), undefined);

  await raiseCounters(store);
  const counters = await store.db.selectFrom('counter').selectAll().orderBy('value').execute();
  assert.deepEqual(
    counters.map((counter) => ({ ...counter })),
    [
      { month: '2026-11', name: 'accepted', value: 'E23000023 harmed en held', total: 1 },
      { month: '2026-11', name: 'accepted', value: 'E23000023 harmed en normal', total: 1 },
      { month: '2026-11', name: 'told', value: 'yes', total: 2 },
    ],
  );
});

testOnStores('what was counted stands beside no referral, however few there are', async (_, store) => {
  for (const [told, heard] of [
    ['yes', 'police'],
    ['no', 'friend'],
    ['not-sure', 'court'],
  ] as const) {
    const counters = [
      { name: 'told', value: told },
      { name: 'heard', value: heard },
    ];
    await accept(store, aSealedReferral({ counters }));
    await raiseCounters(store);
  }
  assert.deepEqual(await store.db.selectFrom('counter_due').selectAll().execute(), []);
  if (store.kind === 'sqlite') {
    await assert.rejects(sql`select rowid from counter`.execute(store.db), /no such column/u);
    return;
  }
  // https://www.postgresql.org/docs/current/ddl-system-columns.html
  const { rows: together } = await sql`
    select 1 from audit join counter on audit.xmin = counter.xmin union all
    select 1 from referral join counter on referral.xmin = counter.xmin`.execute(store.db);
  assert.deepEqual(together, []);
  const { rows } = await sql<{ name: string; value: string; written: string }>`
    select name, value, xmin::text as written from counter order by ctid`.execute(store.db);
  assert.equal(new Set(rows.map(({ written }) => written)).size, 1);
  assert.deepEqual(
    rows.map(({ name, value }) => `${name} ${value}`),
    [
      'accepted E23000023 harmed en normal',
      'heard court',
      'heard friend',
      'heard police',
      'told no',
      'told not-sure',
      'told yes',
    ],
  );
});

testOnStores('a referral withdrawn before anybody was told is told to nobody', async (_, store) => {
  const referral = aSealedReferral();
  await accept(store, referral);
  assert.equal(await withdraw(store, referral.receiptMac, noon), true);

  assert.equal(await handOver(store), undefined);
  assert.equal(await openSealed(store, referral.reference), 'withdrawn');
  assert.equal(await statusFor(store, referral.receiptMac, noon), undefined);
  assert.equal(await withdraw(store, referral.receiptMac, noon), false);
  assert.equal(await withdraw(store, aMac(), noon), false);
});

testOnStores('a service that was told, or may have been, hears of a withdrawal', async (_, store) => {
  const sent = aSealedReferral();
  await accept(store, sent);
  await handOver(store);
  const underWay = aSealedReferral({ service: 'another' });
  await accept(store, underWay);
  const claimed = await claimNotice(store, { now: noon, busyServices: [] });
  assert.ok(claimed);
  await withdraw(store, sent.receiptMac, noon);
  await withdraw(store, underWay.receiptMac, noon);
  await settleHandedOver(store, claimed, noon);

  const told = [await handOver(store), await handOver(store), await handOver(store)];
  assert.deepEqual(told.sort(), [sent.reference, underWay.reference, undefined].sort());
  assert.equal(await openSealed(store, underWay.reference), 'withdrawn');
  assert.equal(await confirm(store, sent), 'withdrawn');
});

testOnStores('a withdrawal takes every correction with it', async (_, store) => {
  const first = aSealedReferral();
  await accept(store, first);
  const second = corrected(first);
  await accept(store, second);
  await withdraw(store, first.receiptMac, noon);
  assert.equal(await openSealed(store, first.reference), 'withdrawn');
  assert.equal(await openSealed(store, second.reference), 'withdrawn');
});

testOnStores('a form that was taken back keeps nothing any more, and a new form does', async (_, store) => {
  const first = aSealedReferral();
  await accept(store, first);
  await withdraw(store, first.receiptMac, noon);
  const { reference, contentMac } = first;
  for (const again of [{ ...corrected(first), contentMac }, corrected(first)]) {
    assert.deepEqual(await accept(store, again), { reference, repeated: true, version: 1, takenBack: true });
    assert.equal(await openSealed(store, again.reference), undefined);
  }
  assert.equal(await statusFor(store, first.receiptMac, noon), undefined);
  assert.equal(await handOver(store), undefined);

  const anew = aSealedReferral({ contentMac });
  assert.equal((await accept(store, anew)).repeated, false);
  assert.equal(await handOver(store), anew.reference);
});

testOnStores('who declines a code has none, also after a correction', async (_, store) => {
  const first = aSealedReferral();
  await accept(store, first);
  await declineReceipt(store, first.receiptMac);
  await accept(store, corrected(first));
  assert.equal(await statusFor(store, first.receiptMac, noon), undefined);
  assert.equal(await withdraw(store, first.receiptMac, noon), false);
});

testOnStores('a code declined while a correction is on its way opens neither', async (_, store) => {
  const first = aSealedReferral();
  await accept(store, first);
  const second = corrected(first);
  let declined: Promise<void> | undefined;
  await inTurn(store, formTurn(first.formKeyMac), async (change) => {
    // The correction has read that there is a code, and is not kept yet.
    declined = declineReceipt(store, first.receiptMac);
    await wait(100);
    await addReferral(change, { ...second, isTest: false, version: 2 });
  });
  await declined;
  assert.equal(await statusFor(store, first.receiptMac, noon), undefined);
});

testOnStores('G4: a hundred confirmations at once are one', async (_, store) => {
  const referral = aSealedReferral();
  await accept(store, referral);
  const answers = await Promise.all(Array.from({ length: 100 }, () => confirm(store, referral)));
  assert.deepEqual(answers.toSorted().slice(0, 2), ['acknowledged', 'already']);
  assert.equal(answers.filter((answer) => answer === 'acknowledged').length, 1);
  const audited = await store.db
    .selectFrom('audit')
    .select('seq')
    .where('event', '=', 'acknowledged')
    .execute();
  assert.equal(audited.length, 1);
});

testOnStores('a confirmed referral is reminded of no more', async (_, store) => {
  const referral = aSealedReferral();
  await accept(store, referral);
  await confirm(store, referral);
  assert.equal(await handOver(store), undefined);
});

testOnStores('G6: ten wrong codes lock a referral and call the operator, once', async (_, store) => {
  const referral = aSealedReferral();
  await accept(store, referral);
  const another = aSealedReferral();
  await accept(store, another);
  for (let tries = 0; tries < 10; tries++) {
    const guess = { ...referral, innerCodeMac: tries === 0 ? another.innerCodeMac : aMac() };
    assert.equal(await confirm(store, guess), 'wrong-code');
  }
  assert.equal(await confirm(store, { ...referral, innerCodeMac: aMac() }), 'locked');
  assert.equal(await confirm(store, referral), 'locked');
  assert.equal(await confirm(store, another), 'acknowledged');
  assert.equal(await confirm(store, aSealedReferral()), 'unknown');
  const tasks = await openTasks(store);
  assert.deepEqual(
    tasks.map(({ code, reference }) => [code, reference]),
    [['inner-code-locked', referral.reference]],
  );
});

testOnStores('what nobody has confirmed is never deleted by time alone', async (_, store) => {
  const referral = aSealedReferral();
  await accept(store, referral);
  await handOver(store);
  await purge(store, daysAfter(noon, 3650));
  const opened = await openSealed(store, referral.reference);
  assert.ok(typeof opened === 'object');
  assert.deepEqual(opened.sealed, new Uint8Array(referral.sealed));
  assert.equal(opened.goneOn, undefined);
});

testOnStores(
  'a sealed text goes seven days after its confirmation and not an hour before',
  async (_, store) => {
    const referral = aSealedReferral();
    await accept(store, referral);
    await confirm(store, referral);
    assert.equal((await purge(store, minutesAfter(daysAfter(noon, 7), -60))).sealed, 0);
    const opened = await openSealed(store, referral.reference);
    assert.deepEqual(typeof opened === 'object' && opened.goneOn, daysAfter(noon, 7));
    assert.deepEqual(await purge(store, daysAfter(noon, 7)), { sealed: 1, scrubbed: true });
    assert.equal(await openSealed(store, referral.reference), 'gone');
  },
);

testOnStores('after 48 hours nothing is left to compare a post with', async (_, store) => {
  const referral = aSealedReferral();
  await accept(store, referral);
  await purge(store, minutesAfter(noon, 48 * 60 - 1));
  assert.equal((await accept(store, referral)).repeated, true);
  await purge(store, minutesAfter(noon, 48 * 60));
  const row = await store.db.selectFrom('referral').select('content_mac').executeTakeFirst();
  assert.equal(row?.content_mac, null);
});

test('G8: sealed texts that were purged or withdrawn are nowhere in the folder', async (t) => {
  const dataDir = aFolder(t);
  const store = await openStore({ dataDir });
  t.after(() => store.close());
  const marker = 'MARKER-OF-A-SEALED-TEXT';
  const referrals = Array.from({ length: 50 }, () =>
    aSealedReferral({ sealed: Buffer.from(marker.repeat(200)) }),
  );
  for (const referral of referrals) await accept(store, referral);
  const copies = () =>
    readdirSync(dataDir)
      .map((name) => readFileSync(join(dataDir, name)).includes(marker))
      .filter(Boolean).length;
  assert.ok(copies() > 0);

  for (const referral of referrals.slice(0, 25)) await withdraw(store, referral.receiptMac, noon);
  for (const referral of referrals.slice(25)) await confirm(store, referral);
  assert.deepEqual(await purge(store, daysAfter(noon, 7)), { sealed: 25, scrubbed: true });
  assert.equal(copies(), 0);
});

test('two processes that start together on an empty folder both open the store', async (t) => {
  const dataDir = aFolder(t);
  const stores = await Promise.all([openStore({ dataDir }), openStore({ dataDir })]);
  t.after(() => Promise.all(stores.map((store) => store.close())));
  await accept(stores[0], aSealedReferral());
  await accept(stores[1], aSealedReferral());
});

test('a folder that cannot be opened is said to be so', async (t) => {
  await assert.rejects(openStore({ dataDir: join(aFolder(t), 'x\0y') }), StoreError);
  await assert.rejects(openStore({ dataDir: '', databaseUrl: 'postgresql://127.0.0.1:1/none' }), StoreError);
});

for (const kind of ['SQLite', 'PostgreSQL'] as const) {
  const skip = kind === 'PostgreSQL' && !process.env['TEST_DATABASE_URL'] ? 'no TEST_DATABASE_URL' : false;
  test(`tables that a newer version has changed are said to be so (${kind})`, { skip }, async (t) => {
    const place =
      kind === 'SQLite' ? { dataDir: aFolder(t) } : { dataDir: '', databaseUrl: await aPostgresDatabase(t) };
    const store = await openStore(place);
    await sql`insert into kysely_migration (name, timestamp) values ('9999-later', '2030-01-01')`.execute(
      store.db,
    );
    await store.close();
    const refused = { name: 'StoreError', message: /written by a newer version .* start that one/u };
    await assert.rejects(openStore(place), refused);
  });
}

for (const [how, from] of [
  ['in the middle', 4096],
  ['from its first byte', 0],
] as const) {
  test(`a database that is damaged ${how} is said to be so`, async (t) => {
    const dataDir = aFolder(t);
    await (await openStore({ dataDir })).close();
    const file = join(dataDir, 'referrals.db');
    writeFileSync(file, readFileSync(file).fill(0x5a, from, 8192));
    await assert.rejects(openStore({ dataDir }), { name: 'StoreError', message: 'the database is damaged' });
  });
}
