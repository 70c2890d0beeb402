/** Runs the demonstration for the browser tests, exactly as `npm start` does, on ports and in a folder of its own. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const ports = {
  PORT: '4421',
  OPERATOR_PORT: '4422',
  MAILBOX_PORT: '8125',
  SMTP_PORT: '2625',
} as const;
/** Where a local stand-in answers for the neutral page that the way out leads to. */
export const neutralPagePort = 4443;

export const siteUrl = `http://localhost:${ports.PORT}`;
export const mailboxUrl = `http://localhost:${ports.MAILBOX_PORT}`;

/** Playwright calls it once before all tests; what it returns ends the demonstration. */
export default async function start(): Promise<() => Promise<void>> {
  const dataDir = mkdtempSync(join(tmpdir(), 'portal-demonstration-'));
  process.env['PORTAL_TEST_DATA_DIR'] = dataDir;
  const child = spawn(process.execPath, ['scripts/start.ts'], {
    env: { ...process.env, ...ports, DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise<void>((ready, fail) => {
    let printed = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
      if (printed.includes(`ready ${siteUrl}`)) ready();
    });
    child.once('exit', () => fail(new Error(`the demonstration did not start:\n${printed}`)));
  });
  return async () => {
    const ended = new Promise((done) => child.once('exit', done));
    child.kill('SIGTERM');
    await ended;
    rmSync(dataDir, { recursive: true, force: true });
  };
}
