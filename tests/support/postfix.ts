/**
 * A real Postfix on a real socket, with a folder of its own for its settings, queue and log.
 *
 * It hands what it takes to another mail server, which is the test's own. Postfix changes users, so it needs root; where
 * it is missing, its tests are skipped with the reason, and with `REQUIRE_ALL=1` they fail.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Lifetime } from './stores.ts';
import { aFreePort } from './web-process.ts';

const program = '/usr/sbin/postfix';
const certificates = join(import.meta.dirname, 'certificates');

export type Settings = Readonly<Record<string, string>>;

export type Postfix = {
  /** Its certificate is for this name. */
  readonly url: string;
  /** Everything it wrote down. */
  readonly log: () => string;
  /** Takes on other settings, and has them when this returns. */
  readonly change: (settings: Settings) => void;
  readonly start: () => void;
  /** Ends it at once, with all that it is doing. */
  readonly abort: () => void;
  /** Has it try again to hand on what lies in its queue. */
  readonly flush: () => void;
};

/** The reason to skip its tests, or false. */
export function missingPostfix(): string | false {
  if (process.env['REQUIRE_ALL'] === '1') return false;
  if (!existsSync(program)) return 'postfix is not installed (on Debian: apt-get install postfix)';
  return process.getuid?.() === 0 ? false : 'only root can start postfix';
}

const services = (port: number) => `
127.0.0.1:${port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
error unix - - n - - error
discard unix - - n - - discard
retry unix - - n - - error
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
`;

/** @param next the port of the mail server on this machine that gets what it takes. */
export async function aPostfix(t: Lifetime, next: number, settings: Settings = {}): Promise<Postfix> {
  const home = mkdtempSync(join(tmpdir(), 'portal-test-'));
  // Its processes of lesser right must reach the queue through the folder.
  chmodSync(home, 0o755);
  const log = join(home, 'log');
  const port = await aFreePort();
  const queue = join(home, 'queue');
  const data = join(home, 'data');
  mkdirSync(queue);
  mkdirSync(data);
  spawnSync('chown', ['postfix', data]);
  writeFileSync(join(home, 'master.cf'), services(port));
  writeFileSync(join(home, 'main.cf'), '');

  const run = (...words: string[]) => {
    const { status, stderr } = spawnSync(program, ['-c', home, ...words], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`postfix ${words.join(' ')}: ${stderr}${readLog()}`);
  };
  const readLog = () => (existsSync(log) ? readFileSync(log, 'utf8') : '');
  const set = (changed: Settings) => {
    const lines = Object.entries(changed).map(([name, value]) => `${name}=${value}`);
    const { status, stderr } = spawnSync('/usr/sbin/postconf', ['-c', home, '-e', ...lines], {
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(stderr);
  };
  set({
    compatibility_level: '3.6',
    queue_directory: queue,
    data_directory: data,
    maillog_file: log,
    maillog_file_prefixes: home,
    inet_interfaces: '127.0.0.1',
    inet_protocols: 'ipv4',
    myhostname: 'localhost',
    mydestination: '',
    alias_maps: '',
    alias_database: '',
    local_recipient_maps: '',
    mynetworks: '127.0.0.0/8',
    smtpd_relay_restrictions: 'permit_mynetworks, reject',
    default_transport: `smtp:[127.0.0.1]:${next}`,
    smtpd_tls_security_level: 'encrypt',
    smtpd_tls_chain_files: join(certificates, 'good.pem'),
    // Tests look after every delay themselves.
    smtp_destination_concurrency_limit: '20',
    minimal_backoff_time: '1s',
    ...settings,
  });
  run('start');
  // The folder goes last: without it Postfix cannot be told to end.
  t.after(() => {
    spawnSync(program, ['-c', home, 'stop']);
    rmSync(home, { recursive: true, force: true });
  });
  return {
    url: `smtp://127.0.0.1:${port}`,
    log: readLog,
    change(changed) {
      set(changed);
      // What is running keeps its old settings until it has nothing to do.
      run('abort');
      run('start');
    },
    start: () => run('start'),
    abort: () => run('abort'),
    flush: () => run('flush'),
  };
}
