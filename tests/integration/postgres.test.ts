/** What only PostgreSQL does to a store: it restarts, ends connections, and finds that two changes wait for each other. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { sql } from 'kysely';
import { StoreError } from '../../src/server/failure.ts';
import { accept } from '../../src/server/store/accept.ts';
import { readMeta, writeMeta, type MetaName } from '../../src/server/store/meta.ts';
import { openStore } from '../../src/server/store/open-store.ts';
import { claimUntold, settleTold } from '../../src/server/store/operator-mail.ts';
import { claimNotice, settlePutOff } from '../../src/server/store/outbox.ts';
import { withdraw } from '../../src/server/store/status.ts';
import { inTurn, type Store } from '../../src/server/store/store.ts';
import { noteTask, raiseTask } from '../../src/server/store/tasks.ts';
import { aSealedReferral, minutesAfter, noon } from '../support/sealed-referral.ts';
import { aPostgresDatabase, cutConnections, onServer, testOnPostgres } from '../support/stores.ts';

testOnPostgres(
  'a connection cut between two statements refuses that change, ends nothing, and the next one is kept',
  async (_, store) => {
    const change = inTurn(store, 'test', async () => {
      await cutConnections(store);
      // The news arrives while no statement is there to hear it.
      await wait(200);
    });
    await assert.rejects(change, StoreError);
    const referral = aSealedReferral();
    assert.equal((await accept(store, referral)).reference, referral.reference);
  },
);

testOnPostgres(
  'a process that stands still inside a change keeps others waiting for seconds only',
  async (_, store) => {
    const { promise: isBegun, resolve: begin } = Promise.withResolvers<void>();
    const { promise: isAwake, resolve: wake } = Promise.withResolvers<void>();
    const still = inTurn(store, 'test', () => {
      begin();
      return isAwake;
    });
    await isBegun;
    // As long as one statement may wait; whoever asked before that was refused.
    await wait(2600);
    const next = inTurn(store, 'test', async () => 'done');
    await next.finally(wake);
    await assert.rejects(still, StoreError);
  },
);

testOnPostgres('connections that fall silent are given up within a minute, and new ones go on', async (t) => {
  const network = await aNetworkTo(t, await aPostgresDatabase(t));
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const store = await openStore({ dataDir: '', databaseUrl: network.databaseUrl });
  t.after(() => store.close());
  const look = () => inTurn(store, 'claim', (change) => readMeta(change, 'clock-seen'));
  await look();
  network.fallSilent();
  for (let seconds = 0; seconds < 60; seconds += 7.5) {
    const refused = assert.rejects(look(), StoreError);
    // Its first statement is on its way; the courier tries again five seconds after it gave up.
    await new Promise(setImmediate);
    t.mock.timers.tick(7500);
    await refused;
  }
  t.mock.timers.reset();
  await look();
});

/** Between a store and its server: connections that are open can be made to carry nothing more, and nobody is told. */
async function aNetworkTo(t: TestContext, databaseUrl: string) {
  const { hostname, port } = new URL(databaseUrl);
  const sockets: Socket[] = [];
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    near.pipe(far).pipe(near);
    for (const socket of [near, far]) sockets.push(socket.on('error', () => undefined));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const through = new URL(databaseUrl);
  through.port = String((server.address() as AddressInfo).port);
  const fallSilent = () => {
    for (const socket of sockets) socket.unpipe().pause();
  };
  return { databaseUrl: through.href, fallSilent };
}

for (const [setTo, used] of [
  ['off', 'on'],
  ['local', 'on'],
  ['remote_apply', 'remote_apply'],
] as const) {
  testOnPostgres(
    `a change waits for the disk in a database set to synchronous_commit ${setTo}`,
    async (t) => {
      const databaseUrl = await aPostgresDatabase(t);
      const name = new URL(databaseUrl).pathname.slice(1);
      await onServer(`alter database ${name} set synchronous_commit = ${setTo}`);
      const store = await openStore({ dataDir: '', databaseUrl });
      try {
        const { rows } = await inTurn(store, 'test', (change) =>
          sql<{ synchronous_commit: string }>`show synchronous_commit`.execute(change),
        );
        assert.equal(rows[0]?.synchronous_commit, used);
      } finally {
        await store.close();
      }
    },
  );
}

for (const setTo of [
  'default_transaction_isolation = serializable',
  "default_transaction_isolation = 'repeatable read'",
  'lock_timeout = 20',
]) {
  testOnPostgres(
    `whoever waited for a turn sees what was kept in it, in a database set to ${setTo}`,
    async (t) => {
      const databaseUrl = await aPostgresDatabase(t);
      const name = new URL(databaseUrl).pathname.slice(1);
      await onServer(`alter database ${name} set ${setTo}`);
      const store = await openStore({ dataDir: '', databaseUrl });
      try {
        const { promise: isBegun, resolve: begin } = Promise.withResolvers<void>();
        const first = inTurn(store, 'test', async (change) => {
          begin();
          await wait(200);
          await writeMeta(change, 'clock-seen', 'by the first');
        });
        await isBegun;
        const seen = await inTurn(store, 'test', (change) => readMeta(change, 'clock-seen'));
        assert.equal(seen, 'by the first');
        await first;
      } finally {
        await store.close();
      }
    },
  );
}

for (const unsafe of ['fsync', 'full_page_writes']) {
  testOnPostgres(`a server with ${unsafe} off is refused, and it is said why`, async (t) => {
    const databaseUrl = await aPostgresDatabase(t);
    const name = new URL(databaseUrl).pathname.slice(1);
    // Only the whole server could have it off, and other tests use it: in this database its view says so.
    await onServer(
      `create view pg_settings as select name, case name when '${unsafe}' then 'off' else setting end as setting
       from pg_catalog.pg_settings`,
      databaseUrl,
    );
    await onServer(`alter database ${name} set search_path = public, pg_catalog`);
    const refused = { name: 'StoreError', message: new RegExp(`with ${unsafe} off`, 'u') };
    await assert.rejects(openStore({ dataDir: '', databaseUrl }), refused);
  });
}

testOnPostgres('G8: a sealed text that was withdrawn is in no file of its table', async (_, store) => {
  const referral = aSealedReferral();
  for (const one of [aSealedReferral(), referral, aSealedReferral()]) await accept(store, one);
  // Beside the table lie the parts of its long values: https://www.postgresql.org/docs/current/storage-toast.html
  const isOnDisk = async () => {
    await sql`checkpoint`.execute(store.db);
    const { rows } = await sql<{ bytes: Buffer }>`
      select pg_read_binary_file(pg_relation_filepath(oid)) as bytes from pg_class
      where oid = 'referral'::regclass or oid = (select reltoastrelid from pg_class where oid = 'referral'::regclass)
    `.execute(store.db);
    return rows.some(({ bytes }) => bytes.includes(referral.sealed.subarray(100, 200)));
  };
  assert.equal(await isOnDisk(), true);
  await withdraw(store, referral.receiptMac, noon);
  assert.equal(await isOnDisk(), false);
  assert.equal(await readMeta(store.db, 'scrub-owed'), undefined);
});

testOnPostgres('of two changes that wait for each other, neither is refused', async (_, store) => {
  const { promise: bothHaveOne, resolve: meet } = Promise.withResolvers<void>();
  let begun = 0;
  const change = (turn: string, ...names: readonly [MetaName, MetaName]) =>
    inTurn(store, turn, async (open) => {
      await writeMeta(open, names[0], turn);
      begun += 1;
      if (begun === 2) meet();
      await bothHaveOne;
      await writeMeta(open, names[1], turn);
    });
  await Promise.all([change('one', 'clock-seen', 'scrub-owed'), change('other', 'scrub-owed', 'clock-seen')]);
  assert.equal(await readMeta(store.db, 'clock-seen'), await readMeta(store.db, 'scrub-owed'));
  assert.equal(begun, 3, 'one of them was made anew');
});

testOnPostgres(
  'G9: taken back while its second mailbox is put into the outbox, a referral is told to neither',
  async (_, store) => {
    const referral = aSealedReferral();
    await accept(store, referral);
    const notice = await claimNotice(store, { now: noon, busyServices: [] });
    assert.ok(notice);
    const settled = await store.db.transaction().execute(async (other) => {
      // The last thing that a change waits for: the first stands before its end, and the second behind it.
      await sql`select pg_advisory_xact_lock(hashtextextended('audit', 0))`.execute(other);
      const refused = settlePutOff(store, notice, { now: noon, waitMs: 1, counted: true, useNextWay: true });
      await areWaiting(store, 1);
      const withdrawn = withdraw(store, referral.receiptMac, noon);
      await areWaiting(store, 2);
      return { refused, withdrawn };
    });
    await Promise.all(Object.values(settled));
    assert.equal(await claimNotice(store, { now: minutesAfter(noon, 60), busyServices: [] }), undefined);
  },
);

/** Resolves when so many changes wait for another. */
async function areWaiting({ db }: Store, changes: number): Promise<void> {
  for (let count = 0; count !== changes;) {
    const { rows } = await sql<{ pid: number }>`
      select distinct pid from pg_locks join pg_stat_activity using (pid)
      where not granted and datname = current_database()
    `.execute(db);
    count = rows.length;
  }
}

testOnPostgres(
  'a task that is written late, under a lower number, is still told to the operator',
  async (_, store) => {
    const { promise: isRaised, resolve: raised } = Promise.withResolvers<void>();
    const { promise: mayCommit, resolve: commit } = Promise.withResolvers<void>();
    const late = inTurn(store, 'late', async (change) => {
      await raiseTask(change, { code: 'decide', reference: 'LATE2345' }, noon);
      raised();
      await mayCommit;
    });
    await isRaised;
    await noteTask(store, { code: 'decide', reference: 'ABCD2345' }, noon);
    const tell = async () => {
      const untold = await claimUntold(store, noon);
      commit();
      await late;
      if (untold) await settleTold(store, untold, noon);
      return untold?.listed.map(({ reference }) => reference);
    };
    assert.deepEqual(await tell(), ['ABCD2345']);
    assert.deepEqual(await tell(), ['LATE2345']);
    assert.equal(await tell(), undefined);
  },
);
