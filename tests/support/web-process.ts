/**
 * The web process as `npm run web` starts it: a process of its own, real ports, a real database, in a folder of its
 * own.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { prepareDemonstration } from '../../scripts/demonstration/keys.ts';
import { readCatalogue } from '../../src/server/catalogue.ts';
import { newFormKey } from '../../src/server/intake/form-key.ts';
import { loadSecrets } from '../../src/server/secrets.ts';
import { startOf } from './npm-script.ts';
import { buildStampFile, type BuildStamp } from '../../src/server/build-stamp.ts';
import { aReferralForm, encoded, type FormFields } from './referral-form.ts';
import { aFolder, type Lifetime } from './stores.ts';

const root = join(import.meta.dirname, '../..');

export type WebProcess = {
  readonly port: number;
  readonly origin: string;
  readonly dataDir: string;
  readonly pid: number;
  /** Milliseconds from its start to the line that says it is ready. */
  readonly readyAfterMs: number;
  /** Everything it wrote, errors too. */
  readonly printed: () => string;
  /** A form filled in and checked, ready to be sent: what a browser posts when Send is pressed. */
  readonly readyForm: (named?: FormFields) => Promise<string>;
  readonly signal: (name: 'SIGTERM' | 'SIGKILL') => void;
  /** Resolves with its exit code when it has ended. */
  readonly ended: Promise<number | null>;
};

type Choices = {
  /** An https origin makes it a production process, as behind a proxy that ends TLS. */
  readonly origin?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Where it keeps its data; a folder of its own where the test needs to know none beforehand. */
  readonly dataDir?: string;
};

export const formPath = '/en/refer/1/';

/** Starts it over the built `dist/`, every service with a form and keys, and ends it with the test. */
export async function aWebProcess(t: Lifetime, choices: Choices = {}): Promise<WebProcess> {
  const home = aFolder(t);
  const dataDir = choices.dataDir ?? join(home, 'data-dir');
  const [port, operatorPort] = [await aFreePort(), await aFreePort()];
  const origin = choices.origin ?? `http://localhost:${port}`;
  const isProduction = origin.startsWith('https:');
  mkdirSync(dataDir, { recursive: true });
  await prepareDemonstration(
    dataDir,
    join(dataDir, 'directory.json'),
    readCatalogue().services.map((service) => service.id),
  );

  const { words, environment } = startOf('web');
  const started = performance.now();
  const child = spawn(process.execPath, [...words.slice(0, -1), join(root, words.at(-1) ?? '')], {
    cwd: isProduction ? aProductionFolder(home) : root,
    env: {
      PATH: process.env['PATH'],
      ...environment,
      PORTAL_DEMONSTRATION: isProduction ? '0' : '1',
      PORT: String(port),
      OPERATOR_PORT: String(operatorPort),
      DATA_DIR: dataDir,
      SITE_ORIGIN: origin,
      LANGUAGES: 'cy pl ur',
      SMTP_URL: 'smtps://held-by-the-courier.invalid',
      MAIL_FROM: 'portal@portal.example',
      CONTROLLER_NAME: 'Example Trust',
      DATA_PROTECTION_CONTACT: 'dpo@trust.example',
      OPERATOR_PHONE: '01632 960000',
      ...choices.environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  t.after(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  await new Promise<void>((ready, fail) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        printed += text;
        if (printed.includes(`ready ${origin}\n`)) ready();
      });
    }
    void ended.then(() => fail(new Error(`the web process did not start:\n${printed}`)));
  });

  const readyAfterMs = performance.now() - started;

  const secrets = loadSecrets(dataDir);
  let service: string | undefined;
  const readyForm = async (named: FormFields = {}) => {
    service ??= await serviceNamed(`http://127.0.0.1:${port}`);
    // The key that a form asked for a minute ago would carry; asking for a page each time would measure the page.
    const key = newFormKey(secrets, new Date(Date.now() - 60_000));
    return encoded(aReferralForm({ 'form-key': key, service, step: 'send', ...named })).toString();
  };
  return {
    port,
    origin,
    dataDir,
    pid: child.pid ?? 0,
    readyAfterMs,
    printed: () => printed,
    readyForm,
    signal: (name) => void child.kill(name),
    ended,
  };
}

/** The service that the page names before Send is pressed. */
export async function serviceNamed(origin: string): Promise<string> {
  const body = encoded(aReferralForm({ step: 'check' }));
  const page = await (await fetch(origin + formPath, { method: 'POST', body })).text();
  return /name="service" value="([^"]+)"/.exec(page)?.[1] ?? '';
}

/** The build at hand, under a stamp that says it was made for a real service: only banners and names differ. */
function aProductionFolder(home: string): string {
  mkdirSync(join(home, 'dist'));
  for (const part of ['src', 'data', 'dist/client', 'dist/server']) {
    symlinkSync(join(root, part), join(home, part));
  }
  const stamp: BuildStamp = { demonstration: false, sources: '' };
  writeFileSync(join(home, buildStampFile), JSON.stringify(stamp));
  return home;
}

/** A port nobody has at this moment. */
export async function aFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}

/** Memory a process holds, in bytes. Linux only. */
export function residentBytes(pid: number): number {
  const kibibytes = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kibibytes) * 1024;
}
