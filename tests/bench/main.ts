/** `npm run bench`: what the portal does on this machine, each figure beside what the machine itself can do in the same run. */
import { spawn } from 'node:child_process';
import {
  closeSync,
  fsyncSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { newKeyPair, seal } from '../../src/referral/seal.ts';
import { newFormKey } from '../../src/server/intake/form-key.ts';
import { loadSecrets } from '../../src/server/secrets.ts';
import start, { ports } from '../support/demonstration.ts';
import { aReferralForm, post, send } from '../support/referral-form.ts';

const connections = 16;
const posts = 800;

const rows: (readonly [string, string])[] = [
  ['machine', `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}`],
];
const perSecond = (count: number, ms: number) => Math.round((count * 1000) / ms);

const fsyncRate = measureFsync();
const sealRate = await measureSeals();
rows.push(['fsync per second, alone', String(fsyncRate)]);
rows.push(['seals to two keys per second, alone', String(sealRate)]);

const stop = await start();
try {
  const { rate, p50, p99 } = await measurePosts();
  rows.push([`accepted referrals per second over HTTP, ${connections} connections`, String(rate)]);
  rows.push([
    '… as a share of the slower of the two above',
    (rate / Math.min(fsyncRate, sealRate)).toFixed(2),
  ]);
  rows.push(['POST p50, p99 in ms', `${p50.toFixed(0)}, ${p99.toFixed(0)}`]);
  rows.push(['web process, resident memory in MB', webMemory()]);
} finally {
  await stop();
}
await lookups();
for (const [name, value] of rows) process.stdout.write(`${name.padEnd(66)} ${value}\n`);

function measureFsync(): number {
  const folder = mkdtempSync(join(tmpdir(), 'portal-bench-'));
  const file = openSync(join(folder, 'fsync'), 'w');
  const count = 300;
  const block = Buffer.alloc(4096, 1);
  const started = performance.now();
  for (let index = 0; index < count; index += 1) {
    writeSync(file, block);
    fsyncSync(file);
  }
  const ms = performance.now() - started;
  closeSync(file);
  rmSync(folder, { recursive: true });
  return perSecond(count, ms);
}

async function measureSeals(): Promise<number> {
  const recipients = [(await newKeyPair()).recipient, (await newKeyPair()).recipient];
  const text = new Uint8Array(4096).fill(32);
  const count = 400;
  const started = performance.now();
  for (let done = 0; done < count; done += 8) {
    await Promise.all(Array.from({ length: 8 }, () => seal(text, recipients)));
  }
  return perSecond(count, performance.now() - started);
}

async function measurePosts(): Promise<{ rate: number; p50: number; p99: number }> {
  const secrets = loadSecrets(process.env['PORTAL_TEST_DATA_DIR'] ?? '');
  await send();
  const area = { area: 'E23000023', service: 'cambridgeshire-victim-and-witness-hub' };
  const times: number[] = [];
  let left = posts;
  const started = performance.now();
  const connection = async () => {
    while (left > 0) {
      left -= 1;
      const form = aReferralForm({ ...area, 'form-key': newFormKey(secrets, new Date()), step: 'send' });
      const asked = performance.now();
      const response = await post('/en/refer/1/', form);
      const page = await response.text();
      if (!page.includes('id="receipt"')) throw new Error('not accepted');
      times.push(performance.now() - asked);
    }
  };
  await Promise.all(Array.from({ length: connections }, connection));
  const rate = perSecond(posts, performance.now() - started);
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
  return { rate, p50: at(0.5), p99: at(0.99) };
}

/** From /proc where there is one: the web process is the one that serves our port. */
function webMemory(): string {
  try {
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      if (!command.includes('src/server/intake/main.ts')) continue;
      if (!readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`PORT=${ports.PORT}`)) continue;
      const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
      return kilobytes ? String(Math.round(Number(kilobytes) / 1024)) : 'unknown';
    }
  } catch {
    // No /proc here, or the process ended meanwhile.
  }
  return 'unknown';
}

function lookups(): Promise<void> {
  const child = spawn(process.execPath, ['tests/bench/lookup.ts'], { stdio: 'inherit' });
  return new Promise((done) => child.once('exit', () => done()));
}
