/**
 * `npm run bench`: what the portal does on this machine, each figure beside what the machine can do in the same run, into
 * `docs/benchmarks.md`. `-- --referrals 20000` ends the curve of growth earlier than at 100,000.
 */
import { writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { format, resolveConfig } from 'prettier';
import { accept } from '../../src/server/store/accept.ts';
import { openStore } from '../../src/server/store/open-store.ts';
import { aSealedReferral } from '../support/sealed-referral.ts';
import type { Lifetime } from '../support/stores.ts';
import { missingPostfix } from '../support/postfix.ts';
import { aWebProcess } from '../support/web-process.ts';
import { accepting, drawing, residentMegabytes } from './accepting.ts';
import { durableCommitsPerSecond, sealsPerSecond } from './alone.ts';
import { drainingAtOnce, drainingToPostfix } from './draining.ts';
import { costAt } from './growth.ts';
import { lookups } from './lookup.ts';
import { painting } from './painting.ts';
import { atLeast, atMost, explains, writtenReport, type Chapter } from './report.ts';

const { values } = parseArgs({ options: { referrals: { type: 'string', default: '100000' } } });
const file = 'docs/benchmarks.md';
const waiting = 10_000;
const pages = [
  '/en/',
  '/en/what-it-is/',
  '/en/your-rights/',
  '/en/areas/kent/',
  '/en/help-now/',
  '/cy/',
  '/ur/',
];

const endings: (() => unknown)[] = [];
const life: Lifetime = { after: (end) => endings.unshift(end) };
try {
  const chapters: Chapter[] = [];
  const measures = [referralsOverHttp, fullOutbox, () => growth(Number(values.referrals)), paints, lookups];
  for (const measure of measures) {
    const chapter = await measure();
    chapters.push(chapter);
    // A run takes long, and what was measured must not be lost with what comes after.
    for (const { what, measured } of chapter.figures) process.stdout.write(`${what}: ${measured}\n`);
  }
  const report = writtenReport(machine(), new Date().toISOString().slice(0, 10), chapters);
  writeFileSync(file, await format(report, { ...(await resolveConfig(file)), parser: 'markdown' }));
} finally {
  for (const end of endings) await end();
}

async function referralsOverHttp(): Promise<Chapter> {
  const commits = durableCommitsPerSecond(life);
  const seals = await sealsPerSecond();
  const web = await aWebProcess(life);
  await accepting(web, 16, 200);
  const few = await accepting(web, 16, 1_000);
  const many = await accepting(web, 50, 1_000);
  const drawn = await drawing(web, 16, 1_000);
  const store = await openStore({ dataDir: web.dataDir });
  for (let kept = 0; kept < waiting; kept += 1) await accept(store, aSealedReferral());
  await store.close();
  await accepting(web, 16, 200);
  const busy = residentMegabytes(web);
  web.signal('SIGTERM');
  await web.ended;
  const anew = await aWebProcess(life, { dataDir: web.dataDir });
  await accepting(anew, 1, 200);
  return {
    title: 'Referrals over HTTP, sealed to two keys and on disk before the answer',
    note: 'The client that sends them runs on the same processors, and takes its share of them.',
    figures: [
      explains('Durable commits per second, alone', commits.toFixed(0)),
      explains('Seals to two keys per second, alone', seals.toFixed(0)),
      explains('Referrals accepted per second, 16 connections', few.perSecond.toFixed(0)),
      atLeast('… as a share of the slower of the two', few.perSecond / Math.min(commits, seals), 0.6),
      explains('Processor time of the web process for one', `${few.webMs.toFixed(1)} ms`),
      explains('… of which one seal, alone', `${(1000 / seals).toFixed(1)} ms`),
      explains('… of which one durable commit, alone', `${(1000 / commits).toFixed(1)} ms`),
      explains('… and for drawing the empty form instead', `${drawn.webMs.toFixed(1)} ms`),
      atMost('99 of 100 answered within, 16 connections', few.p99Ms, 300, 'ms'),
      atMost('99 of 100 answered within, 50 connections', many.p99Ms, 300, 'ms'),
      atMost('From start to ready', web.readyAfterMs, 2_000, 'ms'),
      atMost(`Web process with ${waiting} waiting, started anew`, residentMegabytes(anew), 200, 'MB'),
      atMost('… the one that has just met all of the above', busy, 200, 'MB'),
    ],
  };
}

async function fullOutbox(): Promise<Chapter> {
  const count = 10_000;
  const without = missingPostfix();
  const real = without === false ? await drainingToPostfix(life, count) : undefined;
  const quick = await drainingAtOnce(life, count);
  return {
    title: `An outbox of ${count} for twenty services`,
    note: 'The courier writes down each mail before it goes and after it went; the plain client writes down nothing.',
    figures: [
      ...(real
        ? [
            explains('A plain client to Postfix, per second', real.clientPerSecond.toFixed(0)),
            explains('The courier to Postfix, per second', real.courierPerSecond.toFixed(0)),
            atLeast('… as a share of the plain client', real.courierPerSecond / real.clientPerSecond, 0.8),
          ]
        : [explains('To Postfix', `not measured: ${String(without)}`)]),
      explains('A plain client to a server that only answers, per second', quick.clientPerSecond.toFixed(0)),
      explains('The courier to it, per second', quick.courierPerSecond.toFixed(0)),
    ],
  };
}

async function growth(most: number): Promise<Chapter> {
  const sizes = [0, 1_000, 10_000, 50_000, 100_000].filter((size) => size <= most);
  const curve = await costAt(life, sizes);
  const told = (what: string, cost: 'acceptMs' | 'settleMs') =>
    curve.flatMap((at) => [
      explains(`To ${what}, with ${at.kept} kept`, `${at[cost].toFixed(2)} ms`),
      ...(at === curve.at(-1)
        ? [atMost('… beside an empty store in turn', at[cost] / at.empty[cost], 1.5, 'times', 2)]
        : []),
    ]);
  return {
    title: 'What one more referral costs the store, and one more notice the courier',
    note: 'Medians. None of those kept has been sent, as after days without a mail server.',
    figures: [...told('keep one', 'acceptMs'), ...told('find and settle the next notice', 'settleMs')],
  };
}

async function paints(): Promise<Chapter> {
  const web = await aWebProcess(life);
  const painted = await painting(web.origin, pages);
  return {
    title: 'Largest Contentful Paint at 400 kbit/s, 400 ms round trip and a processor four times slower',
    note: 'Emulated by Chromium. Four times slower than this machine, whatever that is.',
    figures: painted.flatMap(({ path, largestMs, shift }) => [
      atMost(path, largestMs, 2_000, 'ms'),
      atMost('… layout shift', shift, 0, '', 3),
    ]),
  };
}

function machine(): string {
  const [processor] = cpus();
  const gigabytes = Math.round(totalmem() / 2 ** 30);
  return `${cpus().length} × ${processor?.model.trim() ?? 'unknown processor'}, ${gigabytes} GB, Node ${process.versions.node}`;
}
