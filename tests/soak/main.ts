/**
 * `npm run soak -- --minutes 60`: people refer themselves, one a second, a service reads its mail, and something goes wrong
 * every few seconds. Then all is quiet, and every referral that was promised must have been confirmed, once.
 */
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { keysFolder, passphraseFile, prepareDemonstration } from '../../scripts/demonstration/keys.ts';
import { unwrapIdentity } from '../../src/referral/seal.ts';
import { readCatalogue } from '../../src/server/catalogue.ts';
import { newFormKey } from '../../src/server/intake/form-key.ts';
import { loadSecrets } from '../../src/server/secrets.ts';
import { checkAudit } from '../../src/server/store/audit-check.ts';
import { openStore } from '../../src/server/store/open-store.ts';
import { aReferralForm, encoded } from '../support/referral-form.ts';
import { anSmtpSink } from '../support/smtp-sink.ts';
import type { Lifetime } from '../support/stores.ts';
import { aFreePort, formPath, residentBytes, serviceNamed } from '../support/web-process.ts';
import { aMortalProcess } from './mortal-process.ts';
import { aRobot } from './robot.ts';
import { troublesOf } from './troubles.ts';

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '10' } } });
const until = Date.now() + Number(values.minutes) * 60_000;
const troubleEveryMs = 20_000;
/** No web process is killed after this: what is left shows what one process comes to hold. */
const lastWebKillAt = Date.now() + 0.4 * Number(values.minutes) * 60_000;
/** Referrals after which a process holds what it will always hold. */
const warmedUpAfter = 150;
/** So many times that, at the end. */
const memoryGrowthMost = 1.1;
/** A person presses Send again when the page says that nothing was received. */
const pressAgainMs = 2_000;
/** The longest pause between attempts that any of the troubles can cause, and some more. */
const settleMsMax = 20 * 60_000;

const endings: (() => unknown)[] = [];
const life: Lifetime = { after: (end) => endings.unshift(end) };
const say = (line: string) => process.stdout.write(`${new Date().toISOString().slice(11, 19)} ${line}\n`);
try {
  process.exitCode = (await soak()) ? 0 : 1;
} finally {
  for (const end of endings) await end();
}

async function soak(): Promise<boolean> {
  const dataDir = mkdtempSync(join(tmpdir(), 'portal-soak-'));
  life.after(() => rmSync(dataDir, { recursive: true, force: true }));
  const services = readCatalogue().services.map(({ id }) => id);
  await prepareDemonstration(dataDir, join(dataDir, 'directory.json'), services);
  const [keyFile = ''] = readdirSync(keysFolder(dataDir));
  const identity = await unwrapIdentity(
    readFileSync(join(keysFolder(dataDir), keyFile), 'utf8'),
    readFileSync(passphraseFile(dataDir), 'utf8').trim(),
  );

  const sink = await anSmtpSink(life);
  const port = await aFreePort();
  const origin = `http://localhost:${port}`;
  const environment = {
    PORTAL_DEMONSTRATION: '1',
    DATA_DIR: dataDir,
    PORT: String(port),
    OPERATOR_PORT: String(await aFreePort()),
    SMTP_PORT: new URL(sink.url).port,
  };
  const web = await aMortalProcess('web', environment, 'ready');
  life.after(web.end);
  const courier = await aMortalProcess('courier', environment, 'ready');
  life.after(courier.end);
  const robot = aRobot(origin, sink, identity);
  const secrets = loadSecrets(dataDir);
  const service = await serviceNamed(origin);

  const megabytes = () => Math.round(residentBytes(web.pid()) / 2 ** 20);
  let young = { pid: web.pid(), since: 0, megabytes: 0 };
  const promised = new Map<string, number>();
  const people: Promise<void>[] = [];
  const troubles = troublesOf({ origin, web, courier, sink, dataDir });
  let troubled = Promise.resolve();
  let nextTrouble = Date.now() + troubleEveryMs;
  for (let sent = 0; Date.now() < until; sent += 1) {
    people.push(refer(`Person ${sent}`));
    if (web.pid() !== young.pid) young = { pid: web.pid(), since: sent, megabytes: 0 };
    if (sent - young.since === warmedUpAfter) young.megabytes = megabytes();
    if (Date.now() > nextTrouble) {
      nextTrouble = Date.now() + troubleEveryMs;
      const possible = troubles.filter(({ endsWeb }) => !endsWeb || Date.now() < lastWebKillAt);
      const trouble = possible[Math.floor(Math.random() * possible.length)];
      say(`${sent} sent, ${robot.confirmed.size} confirmed; ${trouble?.name}`);
      troubled = troubled.then(() => trouble?.happen());
    }
    await Promise.all([wait(1_000), robot.readMail()]);
  }
  await troubled;
  await Promise.all(people);
  say(`${promised.size} promised; waiting until all is quiet`);
  for (const end = Date.now() + settleMsMax; robot.confirmed.size < promised.size && Date.now() < end;) {
    await robot.readMail();
    await wait(1_000);
  }
  return report();

  async function refer(callMe: string): Promise<void> {
    const key = newFormKey(secrets, new Date(Date.now() - 60_000));
    const body = encoded(aReferralForm({ 'call-me': callMe, 'form-key': key, service, step: 'send' }));
    for (;;) {
      const page = await fetch(origin + formPath, {
        method: 'POST',
        body,
        headers: { origin },
        signal: AbortSignal.timeout(20_000),
      })
        .then((response) => response.text())
        .catch(() => '');
      if (page.includes('id="receipt"')) break;
      await wait(pressAgainMs);
    }
    promised.set(callMe, Date.now());
  }

  async function report(): Promise<boolean> {
    const memory = megabytes();
    await Promise.all([web.end(), courier.end()]);
    const store = await openStore({ dataDir });
    const states = await store.db
      .selectFrom('referral')
      .select(({ fn }) => ['state', fn.countAll<number>().as('number')])
      .groupBy('state')
      .execute();
    const kept = states.reduce((sum, { number }) => sum + Number(number), 0);
    const { isWhole } = await checkAudit(store);
    await store.close();

    const lost = [...promised.keys()].filter((name) => !robot.confirmed.has(name));
    const waits = [...promised].map(([name, at]) => (robot.confirmed.get(name) ?? Infinity) - at);
    waits.sort((one, other) => one - other);
    const seconds = (share: number) => ((waits[Math.floor(waits.length * share)] ?? 0) / 1000).toFixed(1);
    const doubled = kept - promised.size;
    const wrong = states.filter(({ state }) => state !== 'acknowledged');
    say(`promised ${promised.size}, lost ${lost.length}, doubled ${doubled}`);
    say(
      `states ${states.map(({ state, number }) => `${state} ${number}`).join(', ')}; audit ${isWhole ? 'whole' : 'BROKEN'}`,
    );
    say(
      `from the receipt to the confirmation: half within ${seconds(0.5)} s, 99 of 100 within ${seconds(0.99)} s`,
    );
    const isWarm = young.megabytes > 0;
    say(
      isWarm
        ? `web process: ${young.megabytes} MB after ${warmedUpAfter} referrals, ${memory} MB at the end`
        : 'web process: its memory cannot be judged in so short a run',
    );
    const isSteady = !isWarm || memory < young.megabytes * memoryGrowthMost;
    const holds = lost.length === 0 && doubled === 0 && wrong.length === 0 && isWhole && isSteady;
    say(holds ? '1 passed, 0 failed' : '0 passed, 1 failed');
    return holds;
  }
}
