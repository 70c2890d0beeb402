import assert from 'node:assert/strict';
import test from 'node:test';
import PostalMime from 'postal-mime';
import { openNoticeChannel } from '../../src/server/delivery/channels/notice.ts';
import type { CourierParts } from '../../src/server/delivery/courier.ts';
import { sendDigest } from '../../src/server/delivery/digest.ts';
import { accept } from '../../src/server/store/accept.ts';
import { checkAudit } from '../../src/server/store/audit-check.ts';
import { readHead } from '../../src/server/store/chain.ts';
import { healthOf } from '../../src/server/store/health.ts';
import { acknowledge } from '../../src/server/store/opening.ts';
import { pauseOutbox, releaseOutbox } from '../../src/server/store/pause.ts';
import { inTurn, type Store } from '../../src/server/store/store.ts';
import { withdraw } from '../../src/server/store/status.ts';
import { aSealedReferral, daysAfter, minutesAfter, noon } from '../support/sealed-referral.ts';
import { anSmtpSink, type SmtpSink } from '../support/smtp-sink.ts';
import { aSqliteStore, testOnStores } from '../support/stores.ts';

const operator = 'operator@portal.example';

/** A courier that does nothing but send digests, at a time the test gives. */
function aDigester(store: Store, sink: SmtpSink, to: readonly string[] | 'nobody' = [operator]) {
  const parts = (now: Date): CourierParts => ({
    store,
    channel: openNoticeChannel({ smtpUrl: sink.url, from: 'portal@sender.example', demonstration: true }),
    recipientOf: () => undefined,
    linkTo: (reference) => reference,
    digest: to === 'nobody' ? undefined : { to, origin: 'https://portal.example', build: 'ab'.repeat(32) },
    isClockSteady: async () => true,
    now: () => now,
    random: () => 0.5,
    log: () => undefined,
  });
  return (now: Date) => sendDigest(parts(now));
}

async function aBusyDay(store: Store): Promise<void> {
  const referrals = Array.from({ length: 13 }, () => aSealedReferral());
  for (const referral of referrals) await accept(store, referral);
  const [first, second] = referrals;
  if (first) await withdraw(store, first.receiptMac, noon);
  if (second) await acknowledge(store, { ...second, now: noon });
}

testOnStores('two couriers send one digest a day, also when they start again', async (t, store) => {
  const sink = await anSmtpSink(t);
  const first = aDigester(store, sink);
  const second = aDigester(store, sink);
  await Promise.all([first(noon), second(noon)]);
  await aDigester(store, sink)(minutesAfter(noon, 300));
  assert.equal(sink.taken.length, 1);

  // The next day begins at six in the morning.
  await first(new Date('2026-11-21T05:59:00Z'));
  assert.equal(sink.taken.length, 1);
  await Promise.all([first(new Date('2026-11-21T06:00:00Z')), second(new Date('2026-11-21T06:00:00Z'))]);
  assert.equal(sink.taken.length, 2);
  const ids = sink.taken.map(({ data }) => /^Message-ID: (.*)$/imu.exec(data)?.[1]);
  assert.deepEqual(ids, ['<digest.2026-11-20@sender.example>', '<digest.2026-11-21@sender.example>']);
});

test('the digest has the same length on the first day, on a busy day and years later', async (t) => {
  const store = await aSqliteStore(t);
  const sink = await anSmtpSink(t);
  const digest = aDigester(store, sink);
  await digest(noon);
  await aBusyDay(store);
  await digest(daysAfter(noon, 1));
  await digest(daysAfter(noon, 3650));
  const lengths = sink.taken.map(({ data }) => data.length);
  assert.equal(lengths.length, 3);
  assert.equal(new Set(lengths).size, 1, lengths.join(' '));
});

test('the digest counts, names nobody, and carries the head of the audit', async (t) => {
  const store = await aSqliteStore(t);
  const sink = await anSmtpSink(t);
  await aBusyDay(store);
  await aDigester(store, sink)(minutesAfter(noon, 181));
  const { text = '', subject } = await PostalMime.parse(sink.taken[0]?.data ?? '');
  assert.equal(subject, 'Portal: daily digest 2026-11-20');
  assert.match(text, /not handed over yet \.*00000011$/mu);
  assert.match(text, /the oldest, in hours \.*00000003$/mu);
  assert.match(text, /confirmed, not deleted yet \.*00000001$/mu);
  assert.match(text, /withdrawn in the last 90 days \.*00000001$/mu);
  assert.match(text, /last backup \.*--------$/mu);
  assert.doesNotMatch(text, /northfield/u);

  const count = /Audit entries \.*(\d+)$/mu.exec(text)?.[1] ?? '';
  const hash = /^Hash of the newest\n([0-9a-f]{64})$/mu.exec(text)?.[1] ?? '';
  const head = readHead(`${count}:${hash}`);
  assert.equal(head?.seq, 15);
  assert.equal((await checkAudit(store, head)).isWhole, true);
});

test('a digest that does not go is tried again ten minutes later, and by nobody before', async (t) => {
  const store = await aSqliteStore(t);
  const sink = await anSmtpSink(t, { replies: { rcpt: '450 later' } });
  const digest = aDigester(store, sink);
  await digest(noon);
  await digest(minutesAfter(noon, 9));
  assert.equal(sink.connections(), 1);
  delete sink.script.replies.rcpt;
  await digest(minutesAfter(noon, 10));
  assert.equal(sink.taken.length, 1);
});

test('a courier that dies while sending leaves the digest to the next', async (t) => {
  const store = await aSqliteStore(t);
  const sink = await anSmtpSink(t, { replies: { dot: 'drop' } });
  await store.db
    .insertInto('meta')
    .values({ name: 'digest-0', value: `2026-11-20 ${noon.getTime() + 90_000}` })
    .execute();
  const digest = aDigester(store, sink);
  await digest(minutesAfter(noon, 1));
  assert.equal(sink.connections(), 0);
  delete sink.script.replies.dot;
  await digest(minutesAfter(noon, 2));
  assert.equal(sink.taken.length, 1);
});

test('a witness has the digest too, and one refused address does not keep it from the other', async (t) => {
  const store = await aSqliteStore(t);
  const sink = await anSmtpSink(t, { rcptFor: { [operator]: '550 no such user' } });
  await aDigester(store, sink, [operator, 'witness@elsewhere.example'])(noon);
  assert.deepEqual(
    sink.taken.map(({ to }) => to[0]),
    ['witness@elsewhere.example'],
  );
});

test('H2: a clock set back by ten years does not end the digests', async (t) => {
  const store = await aSqliteStore(t);
  const sink = await anSmtpSink(t);
  const digest = aDigester(store, sink);
  await digest(daysAfter(noon, 3650));
  await digest(noon);
  await digest(daysAfter(noon, 1));
  assert.equal(sink.taken.length, 3);
});

test('H1: a digest of two days to come keeps no alarm back, and the next one that goes ends it', async (t) => {
  const store = await aSqliteStore(t);
  const sink = await anSmtpSink(t);
  const digest = aDigester(store, sink);
  const alarmsAt = async (now: Date) => (await healthOf(store, now)).alarms;
  await digest(daysAfter(noon, 2));
  assert.deepEqual(
    await alarmsAt(minutesAfter(daysAfter(noon, 2), -5)),
    [],
    'two machines differ by a little',
  );
  assert.deepEqual(await alarmsAt(noon), ['digest-missing']);
  await digest(noon);
  assert.deepEqual(await alarmsAt(noon), []);
  assert.deepEqual(await alarmsAt(minutesAfter(daysAfter(noon, 1), 121)), ['digest-missing']);
});

test('nothing is sent, not even a digest, before a restored database is let go', async (t) => {
  const store = await aSqliteStore(t);
  const sink = await anSmtpSink(t);
  await inTurn(store, 'test', (change) => pauseOutbox(change, noon));
  await aDigester(store, sink)(noon);
  assert.equal(sink.connections(), 0);
  assert.equal(await releaseOutbox(store, noon), true);
  assert.equal(await releaseOutbox(store, noon), false);
  await aDigester(store, sink)(noon);
  assert.equal(sink.taken.length, 1);
});

test('J7: a digest that stays away is an alarm after 26 hours, until one goes out or none is wanted', async (t) => {
  const store = await aSqliteStore(t);
  const sink = await anSmtpSink(t);
  const digest = aDigester(store, sink);
  const after = (hours: number) => minutesAfter(noon, hours * 60);
  const alarmsAt = async (hours: number) => (await healthOf(store, after(hours))).alarms;
  assert.deepEqual(await alarmsAt(1_000), [], 'nobody waits for what was never sent');

  await digest(noon);
  assert.deepEqual(await alarmsAt(26), []);
  // Whether the server takes nothing or the courier stands still, whoever looks at /health sees the same.
  sink.script.replies.rcpt = '450 later';
  for (const hours of [18, 24, 26]) await digest(after(hours));
  assert.equal(sink.taken.length, 1);
  assert.deepEqual(await alarmsAt(26.1), ['digest-missing']);
  assert.equal((await healthOf(store, after(26.1))).isWell, false);

  delete sink.script.replies.rcpt;
  await digest(after(27));
  assert.equal(sink.taken.length, 2);
  assert.deepEqual(await alarmsAt(53), []);
  assert.deepEqual(await alarmsAt(54), ['digest-missing']);
  await aDigester(store, sink, 'nobody')(after(54));
  assert.deepEqual(await alarmsAt(54), []);
});
