import assert from 'node:assert/strict';
import test from 'node:test';
import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { sql } from 'kysely';
import { accept } from '../../src/server/store/accept.ts';
import { notedHead, record } from '../../src/server/store/audit.ts';
import { checkAudit } from '../../src/server/store/audit-check.ts';
import { chained, headText, noHead } from '../../src/server/store/chain.ts';
import { openStore } from '../../src/server/store/open-store.ts';
import { purge } from '../../src/server/store/purge.ts';
import { inTurn, type Store } from '../../src/server/store/store.ts';
import { withdraw } from '../../src/server/store/status.ts';
import { aSealedReferral, daysAfter, noon } from '../support/sealed-referral.ts';
import { aFolder, testOnStores, withoutHandingOn } from '../support/stores.ts';

const rowsOf = (store: Store) => store.db.selectFrom('audit').selectAll().orderBy('seq').execute();

const note = (store: Store, at = noon) =>
  inTurn(store, 'test', (change) => record(change, { at, event: 'task-raised', detail: 'test' }));

async function aHistory(store: Store, entries = 6): Promise<void> {
  for (let count = 0; count < entries; count++) await note(store);
}

/** What somebody with access to the database might do, and what the check says of it. */
async function verdictAfter(store: Store, tamper: () => Promise<unknown>) {
  assert.equal((await checkAudit(store)).isWhole, true);
  await tamper();
  const verdict = await checkAudit(store);
  return verdict.isWhole || { seq: verdict.seq, why: verdict.why };
}

testOnStores('what happens is chained without a gap, and the check finds it whole', async (_, store) => {
  const referral = aSealedReferral();
  await accept(store, referral);
  await withdraw(store, referral.receiptMac, noon);
  await note(store);
  const rows = await rowsOf(store);
  assert.deepEqual(
    rows.map(({ seq, event }) => [seq, event]),
    [
      [1, 'accepted'],
      [2, 'withdrawn'],
      [3, 'task-raised'],
    ],
  );
  const verdict = await checkAudit(store);
  assert.deepEqual(verdict, { isWhole: true, head: { seq: 3, hash: rows[2]?.hash } });
});

testOnStores('a change that fails leaves neither an entry nor a gap', async (_, store) => {
  await note(store);
  await assert.rejects(
    inTurn(store, 'test', async (change) => {
      await record(change, { at: noon, event: 'purged' });
      throw new Error('no');
    }),
  );
  await note(store);
  assert.deepEqual(
    (await rowsOf(store)).map(({ seq }) => seq),
    [1, 2],
  );
  assert.equal((await checkAudit(store)).isWhole, true);
});

testOnStores('twenty changes at once make one chain', async (_, store) => {
  const turns = Array.from({ length: 20 }, (_each, index) => `turn ${index}`);
  await Promise.all(
    turns.map((turn) =>
      inTurn(store, turn, async (change) => {
        await record(change, { at: noon, event: 'task-raised', detail: turn });
        await record(change, { at: noon, event: 'task-closed', detail: turn });
      }),
    ),
  );
  const verdict = await checkAudit(store);
  assert.equal(verdict.isWhole && verdict.head.seq, 40);
});

test('two processes on one database make one chain', async (t) => {
  const dataDir = aFolder(t);
  const stores = await Promise.all([openStore({ dataDir }), openStore({ dataDir })]);
  t.after(() => Promise.all(stores.map((store) => store.close())));
  await Promise.all(stores.map((store) => aHistory(store, 20)));
  const verdict = await checkAudit(stores[0]);
  assert.equal(verdict.isWhole && verdict.head.seq, 40);
});

testOnStores('J4: a row that was changed, removed, added, moved or cut off is named', async (t, store) => {
  await aHistory(store);
  const whole = await rowsOf(store);
  const head = await notedHead(store.db);
  const restore = async () => {
    await store.db.deleteFrom('audit').execute();
    await store.db.insertInto('audit').values(whole).execute();
  };
  const cases: readonly [string, () => Promise<unknown>, { seq: number; why: string }][] = [
    [
      'changed',
      () => store.db.updateTable('audit').set({ detail: 'other' }).where('seq', '=', 3).execute(),
      { seq: 3, why: 'changed' },
    ],
    [
      'removed',
      () => store.db.deleteFrom('audit').where('seq', '=', 4).execute(),
      { seq: 4, why: 'missing' },
    ],
    [
      'removed first',
      () => store.db.deleteFrom('audit').where('seq', '=', 1).execute(),
      { seq: 1, why: 'missing' },
    ],
    [
      'cut off',
      () => store.db.deleteFrom('audit').where('seq', '>', 4).execute(),
      { seq: 5, why: 'missing' },
    ],
    ['all gone', () => store.db.deleteFrom('audit').execute(), { seq: 1, why: 'missing' }],
    [
      'added',
      () =>
        store.db
          .insertInto('audit')
          .values(chained(head ?? noHead, { at: 1, event: 'acknowledged', reference: 'X', detail: null }))
          .execute(),
      { seq: 7, why: 'added' },
    ],
    [
      'moved',
      async () => {
        await store.db.updateTable('audit').set({ seq: 100 }).where('seq', '=', 2).execute();
        await store.db.updateTable('audit').set({ seq: 2 }).where('seq', '=', 3).execute();
        await store.db.updateTable('audit').set({ seq: 3 }).where('seq', '=', 100).execute();
      },
      { seq: 2, why: 'changed' },
    ],
    [
      'numbered anew after a removal',
      async () => {
        await store.db.deleteFrom('audit').where('seq', '=', 2).execute();
        for (const seq of [3, 4, 5, 6]) {
          await store.db
            .updateTable('audit')
            .set({ seq: seq - 1 })
            .where('seq', '=', seq)
            .execute();
        }
      },
      { seq: 2, why: 'changed' },
    ],
  ];
  for (const [name, tamper, expected] of cases) {
    assert.deepEqual(await verdictAfter(store, tamper), expected, name);
    await restore();
  }
  t.diagnostic(`${cases.length} ways`);
});

testOnStores(
  'J5: a chain written anew from start to end is not the one in the mailed digest',
  async (_, store) => {
    await aHistory(store);
    const mailed = await notedHead(store.db);
    await aHistory(store, 2);
    assert.equal((await checkAudit(store, mailed)).isWhole, true);

    let head = noHead;
    for (const { seq, at, event, reference } of await rowsOf(store)) {
      const row = chained(head, { at, event, reference, detail: 'rewritten' });
      await store.db.updateTable('audit').set(row).where('seq', '=', seq).execute();
      head = { seq: row.seq, hash: row.hash };
    }
    await store.db
      .updateTable('meta')
      .set({ value: `${head.seq} ${head.hash}` })
      .where('name', '=', 'audit-head')
      .execute();
    assert.equal((await checkAudit(store)).isWhole, true);
    assert.deepEqual(await checkAudit(store, mailed), { isWhole: false, seq: 6, why: 'changed' });

    await store.db.deleteFrom('audit').where('seq', '>', 3).execute();
    const third = (await rowsOf(store))[2];
    await store.db
      .updateTable('meta')
      .set({ value: `3 ${third?.hash ?? ''}` })
      .where('name', '=', 'audit-head')
      .execute();
    assert.equal((await checkAudit(store)).isWhole, true);
    assert.deepEqual(await checkAudit(store, mailed), { isWhole: false, seq: 4, why: 'missing' });
  },
);

testOnStores('somebody who tampers with the audit does not keep a referral out', async (_, store) => {
  await aHistory(store);
  await store.db.deleteFrom('meta').where('name', '=', 'audit-head').execute();
  await accept(store, aSealedReferral());
  await store.db.updateTable('meta').set({ value: 'nonsense' }).where('name', '=', 'audit-head').execute();
  await accept(store, aSealedReferral());
  await store.db.deleteFrom('audit').where('seq', '>', 2).execute();
  await accept(store, aSealedReferral());
  assert.equal((await checkAudit(store)).isWhole, false);
});

testOnStores(
  'after two years entries go, a day at a time, and the rest is still one chain',
  async (_, store) => {
    await aHistory(store);
    for (const days of [1, 2, 600]) await note(store, daysAfter(noon, days));
    const before = await notedHead(store.db);
    await purge(store, daysAfter(noon, 730));
    assert.equal((await rowsOf(store)).length, 9, 'not before two years are over');

    await purge(store, daysAfter(noon, 732));
    await purge(store, daysAfter(noon, 732));
    const rows = await rowsOf(store);
    assert.deepEqual(
      rows.map(({ seq, event }) => [seq, event]),
      [
        [8, 'task-raised'],
        [9, 'task-raised'],
        [10, 'audit-forgotten'],
      ],
    );
    assert.equal((await checkAudit(store, before)).isWhole, true);
    await store.db.deleteFrom('audit').where('seq', '=', 9).execute();
    assert.deepEqual(await checkAudit(store), { isWhole: false, seq: 9, why: 'missing' });
  },
);

testOnStores(
  'whoever erases the history and says that it was forgotten is not believed, least of all against a digest',
  async (_, store) => {
    await aHistory(store, 8);
    const head = (await notedHead(store.db)) ?? noHead;
    /** A chain of two rows after the head, of these instants. */
    const forge = async (oldest: Date, forgotten: Date) => {
      const before = { seq: head.seq, hash: '0'.repeat(64) };
      const detail = headText(before);
      const row = chained(before, { at: oldest.getTime(), event: 'accepted', reference: null, detail: null });
      const said = chained(row, {
        at: forgotten.getTime(),
        event: 'audit-forgotten',
        reference: null,
        detail,
      });
      await store.db.deleteFrom('audit').execute();
      await store.db.insertInto('audit').values([row, said]).execute();
      const value = headText(said);
      await store.db.updateTable('meta').set({ value }).where('name', '=', 'audit-head').execute();
    };
    await forge(noon, noon);
    assert.deepEqual(await checkAudit(store), { isWhole: false, seq: 1, why: 'missing' });
    await forge(daysAfter(noon, -729), noon);
    assert.deepEqual(await checkAudit(store, head), { isWhole: false, seq: head.seq, why: 'not-covered' });
  },
);

test('entries from before the chain are chained as they stand, without gaps', async (t) => {
  const dataDir = aFolder(t);
  const first = await openStore({ dataDir });
  await aHistory(first, 5);
  await first.close();
  const database = new DatabaseSync(join(dataDir, 'referrals.db'));
  database.exec(`
    delete from kysely_migration where name >= '0003';
    alter table audit drop column hash;
    alter table referral drop column test;
    ${withoutHandingOn}
    drop table tombstone;
    delete from meta;
    delete from audit where seq = 2;
  `);
  database.close();
  const store = await openStore({ dataDir });
  t.after(() => store.close());
  await note(store);
  assert.deepEqual(
    (await rowsOf(store)).map(({ seq }) => seq),
    [1, 2, 3, 4, 5],
  );
  assert.equal((await checkAudit(store)).isWhole, true);
});

test('an entry that is not part of a change made in turn is refused', async (t) => {
  const dataDir = aFolder(t);
  const store = await openStore({ dataDir });
  t.after(() => store.close());
  await assert.rejects(
    store.db.transaction().execute((change) => record(change, { at: noon, event: 'purged' })),
    /in turn/u,
  );
  await sql`select 1`.execute(store.db);
});
