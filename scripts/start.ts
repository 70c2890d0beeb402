/**
 * The demonstration: builds what is stale, makes demonstration keys, and runs the web process, the courier, a real mail
 * server and its mailbox page on this machine. `npm start` runs it.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createServer } from 'node:net';
import { readCatalogue } from '../src/server/catalogue.ts';
import { readConfig } from '../src/server/config.ts';
import { ConfigError } from '../src/server/failure.ts';
import { mailboxPage } from './demonstration/mailbox-page.ts';
import { mailServer } from './demonstration/mailbox.ts';
import { prepareDemonstration } from './demonstration/keys.ts';

const environment = { ...process.env, PORTAL_DEMONSTRATION: '1', NODE_OPTIONS: '' };
const children: ChildProcess[] = [];

// Before anything starts: whatever ends this ends the others too.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(0));
process.once('exit', () => children.forEach((child) => child.kill('SIGTERM')));

try {
  await start();
} catch (cause) {
  stop(cause instanceof ConfigError ? cause.mistakes.join('\n') : String(cause));
}

async function start(): Promise<void> {
  const config = readConfig(environment);
  for (const [name, port] of [
    ['PORT', config.port],
    ['OPERATOR_PORT', config.operatorPort],
    ['MAILBOX_PORT', config.mailboxPort],
    ['SMTP_PORT', config.smtpPort],
  ] as const) {
    if (!(await isFree(port))) stop(`Port ${port} is in use by another program; set ${name} to a free one.`);
  }

  const build = spawnSync(process.execPath, ['scripts/build.ts', '--if-stale'], {
    stdio: 'inherit',
    env: environment,
  });
  if (build.status !== 0) stop('The build failed.');

  say('Making demonstration keys (first time only) …');
  const services = readCatalogue().services.map((service) => service.id);
  await prepareDemonstration(config.dataDir, config.directoryFile, services, { demonstration: true });

  say('Starting the mail server and the mailbox …');
  await new Promise<void>((ready) => mailServer(config.dataDir).listen(config.smtpPort, '127.0.0.1', ready));
  const mailbox = mailboxPage(config.dataDir, config.siteOrigin);
  await new Promise<void>((ready) => mailbox.listen(config.mailboxPort, '127.0.0.1', ready));

  say('Starting the web process and the courier …');
  await run('src/server/delivery/main.ts', 'courier ready');
  await run('src/server/intake/main.ts', 'ready ');

  say(`
This is a demonstration. Nobody will contact anybody.
  The site      ${config.siteOrigin}
  The mailbox   http://localhost:${config.mailboxPort}
  Stop with Ctrl+C.
`);
  say(`ready ${config.siteOrigin}`);
}

/** Starts a process of ours and waits for the line that says it is up. */
function run(file: string, readyLine: string): Promise<void> {
  const child = spawn(process.execPath, [file], { env: environment, stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  return new Promise((ready) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (text.includes(readyLine)) ready();
      else process.stdout.write(text);
    });
    child.once('exit', (code) => stop(`${file} ended (${code ?? 'stopped'}).`));
  });
}

function isFree(port: number): Promise<boolean> {
  return new Promise((answer) => {
    const probe = createServer();
    probe.once('error', () => answer(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => answer(true)));
  });
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function stop(text: string): never {
  process.stderr.write(`${text}\n`);
  process.exit(1);
}
