/**
 * One referral from the form to the mailbox of a service, by the web process and the courier as they run. Prints what came
 * of it; how often anything here tried to leave loopback is asked of the kernel, so run it where loopback is all there is.
 */
import { connect } from 'node:net';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { courierProcesses } from './courier-process.ts';
import { anSmtpSink } from './smtp-sink.ts';
import { aFolder, type Lifetime } from './stores.ts';
import { aWebProcess, formPath } from './web-process.ts';
import { ask, formPost } from './wire.ts';

export type OnLoopback = {
  readonly status: number;
  readonly hasReceipt: boolean;
  readonly mails: number;
  /** Packets for elsewhere that found no way, by the two processes. */
  readonly strayed: number;
  /** The same once more was tried on purpose: one more, or counting them shows nothing. */
  readonly strayedOnPurpose: number;
};

const deliveryMsMax = 60_000;

const endings: (() => unknown)[] = [];
const life: Lifetime = { after: (end) => endings.unshift(end) };
try {
  process.stdout.write(JSON.stringify(await refer()));
} finally {
  for (const end of endings) await end();
}

async function refer(): Promise<OnLoopback> {
  const dataDir = aFolder(life);
  const sink = await anSmtpSink(life);
  const couriers = await courierProcesses(life, { dataDir, sink, from: new Date() });
  const web = await aWebProcess(life, { dataDir, origin: 'https://portal.example' });
  await couriers.start();
  const ours = [`Origin: ${web.origin}`, 'Sec-Fetch-Site: same-origin'];
  const answer = await ask(web, formPost(formPath, await web.readyForm(), ours));
  for (const end = Date.now() + deliveryMsMax; sink.taken.length === 0 && Date.now() < end;) await wait(50);
  return {
    status: answer?.status ?? 0,
    hasReceipt: /id="receipt"/.test(answer?.body ?? ''),
    mails: sink.taken.length,
    strayed: strayed(),
    strayedOnPurpose: await strayOnPurpose(),
  };
}

/** `OutNoRoutes` of RFC 2011 and its like for IPv6: a name that is looked up elsewhere counts as well. */
function strayed(): number {
  const [names = '', counts = ''] = readFileSync('/proc/net/snmp', 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('Ip: '));
  const place = names.split(' ').indexOf('OutNoRoutes');
  const overIpv6 = /^Ip6OutNoRoutes\s+(\d+)$/mu.exec(readFileSync('/proc/net/snmp6', 'utf8'))?.[1];
  return Number(counts.split(' ')[place]) + Number(overIpv6);
}

async function strayOnPurpose(): Promise<number> {
  // An address that is nobody's: RFC 5737.
  await once(connect(80, '192.0.2.1'), 'error');
  return strayed();
}
