/** The courier's own process is killed, and has a week's mail to send. */
import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import test from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { sql } from 'kysely';
import { accept } from '../../src/server/store/accept.ts';
import { whileBusy } from '../../src/server/store/sqlite.ts';
import type { Store } from '../../src/server/store/store.ts';
import { courierProcesses, peakMegabytes } from '../support/courier-process.ts';
import { amount } from '../support/how-long.ts';
import { aSealedReferral, daysAfter, minutesAfter, noon } from '../support/sealed-referral.ts';
import { anSmtpSink, type Moment, type SmtpSink } from '../support/smtp-sink.ts';
import { aFolderInMemory } from '../support/stores.ts';

const referenceIn = (data: string) => /^Message-ID: <([0-9A-Z]{8})\.referral@/imu.exec(data)?.[1] ?? '';

/** Ten thousand mails take less. */
const patienceMsMax = 10 * 60_000;

async function until(isSo: () => Promise<boolean> | boolean): Promise<void> {
  for (const end = Date.now() + patienceMsMax; !(await isSo());) {
    assert.ok(Date.now() < end, 'it does not go on');
    await wait(20);
  }
}

async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

/** Kills it as soon as the mail server sees this moment; `answered` is when the server's 250 is on its way. */
function killAt(sink: SmtpSink, child: ChildProcess, point: Moment | 'answered'): void {
  sink.script.seen = (moment) => {
    if (moment !== (point === 'answered' ? 'stored' : point)) return;
    sink.script.seen = undefined;
    if (point === 'answered') setImmediate(() => child.kill('SIGKILL'));
    else child.kill('SIGKILL');
  };
}

/**
 * Until this is let go, whoever has claimed a notice stands still before it knocks at the mail server: it first notes where
 * it will try, and the database is made to count for longer than any test lasts.
 */
async function holdBeforeConnecting({ db }: Store): Promise<() => Promise<unknown>> {
  const tables = Array.from({ length: 9 }, (_, index) => `sqlite_schema as t${index}`).join();
  const patienceMs = 10_000;
  const run = (statement: string) => whileBusy(patienceMs, () => sql.raw(statement).execute(db));
  await run(`create trigger stand_still before update of tried_at on notice
    begin select count(*) from ${tables}; end`);
  return () => run('drop trigger stand_still');
}

test('A2: wherever in a mail the courier is killed, the service is told, and a copy is known as one', async (t) => {
  const sink = await anSmtpSink(t);
  const world = await courierProcesses(t, { dataDir: aFolderInMemory(t), sink, from: noon });
  const [service = ''] = world.services;
  const points = ['claimed', 'rcpt', 'stored', 'answered', 'noted'] as const;
  const mayBeDouble = new Set<string>(['stored', 'answered']);
  let now = noon;
  let child = await world.start();
  const noticeOf = (reference: string) =>
    world.store.db
      .selectFrom('notice')
      .select(['state', 'lease_until'])
      .where('reference', '=', reference)
      .executeTakeFirstOrThrow();
  const isSent = async (reference: string) => (await noticeOf(reference)).state === 'sent';
  const isClaimed = async (reference: string) => (await noticeOf(reference)).lease_until !== null;

  let copies = 0;
  const rounds = amount(1, 100);
  for (let round = 0; round < rounds; round++) {
    for (const point of points) {
      const referral = aSealedReferral({ service, acceptedAt: now });
      const letGo = point === 'claimed' ? await holdBeforeConnecting(world.store) : undefined;
      const knocksBefore = sink.connections();
      if (point !== 'claimed' && point !== 'noted') killAt(sink, child, point);
      await accept(world.store, referral);
      if (point === 'claimed' || point === 'noted') {
        const isThere = point === 'claimed' ? isClaimed : isSent;
        await until(() => isThere(referral.reference));
        child.kill('SIGKILL');
      }
      await killed(child);
      if (letGo) {
        assert.equal(sink.connections(), knocksBefore, 'killed before it knocked');
        assert.ok(await isClaimed(referral.reference), 'its lease outlives it');
        await letGo();
      }

      // Whoever held the notice is known to be dead when its lease is over.
      now = minutesAfter(now, 3);
      world.setClock(now);
      child = await world.start();
      await until(() => isSent(referral.reference));
      const told = sink.taken.filter(({ data }) => referenceIn(data) === referral.reference);
      assert.ok(told.length >= 1, `${point}: nobody was told`);
      assert.ok(told.length <= (mayBeDouble.has(point) ? 2 : 1), `${point}: told ${told.length} times`);
      copies += told.length - 1;
    }
  }
  t.diagnostic(`figure: ${rounds * points.length} kills, 0 lost, ${copies} copies, each with its Message-ID`);
});

test('A14: what has waited for a week goes out, the oldest first, in little memory', async (t) => {
  const waiting = amount(400, 10_000);
  const sink = await anSmtpSink(t, { replies: { greeting: '421 down' } });
  const world = await courierProcesses(t, { dataDir: aFolderInMemory(t), sink, from: noon });
  const services = world.services.slice(0, 20);
  for (let count = 0; count < waiting; count++) {
    const service = services[count % services.length] ?? '';
    await accept(world.store, aSealedReferral({ service, acceptedAt: minutesAfter(noon, -count / waiting) }));
  }
  const child = await world.start();
  for (let day = 1; day <= 7; day++) {
    world.setClock(daysAfter(noon, day));
    await wait(1000);
  }
  assert.equal(sink.taken.length, 0);
  delete sink.script.replies.greeting;
  world.setClock(minutesAfter(daysAfter(noon, 7), 10));
  const begun = performance.now();
  const due = async () =>
    (await world.store.db.selectFrom('notice').select('id').where('state', '=', 'due').execute()).length;
  // Those tried while the server was down have an hour to go at most.
  await until(async () => {
    const left = await due();
    if (left > 0 && left <= 60) world.setClock(minutesAfter(daysAfter(noon, 7), 120));
    await wait(200);
    return left === 0;
  });
  const seconds = (performance.now() - begun) / 1000;

  const order = sink.taken.map(({ data }) => referenceIn(data));
  assert.equal(new Set(order).size, waiting, 'each once');
  assert.equal(order.length, waiting);
  const notices = await world.store.db
    .selectFrom('notice')
    .select(['reference', 'service', 'attempts', 'first_due_at'])
    .orderBy('first_due_at')
    .execute();
  const places = new Map(order.map((reference, place) => [reference, place]));
  for (const service of services) {
    const untried = notices.filter((one) => one.service === service && one.attempts === 1);
    const went = untried.map(({ reference }) => places.get(reference) ?? -1);
    assert.deepEqual(
      went,
      went.toSorted((one, other) => one - other),
      `${service}: the oldest first`,
    );
  }
  const peak = peakMegabytes(child.pid);
  assert.ok(peak === undefined || peak < 200, `${peak} MB`);
  t.diagnostic(`figure: ${waiting} in ${seconds.toFixed(0)} s, at most ${peak ?? '?'} MB`);
});
