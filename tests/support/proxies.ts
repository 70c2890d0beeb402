/**
 * nginx and Caddy, run with the configurations of `deploy/` on ports of their own.
 *
 * Only what names a machine is replaced: ports, the folder of the build, the certificate. Every other line is the one
 * that an operator installs. A proxy that is not on the machine skips its tests with the reason; with `REQUIRE_ALL=1` it
 * fails them.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { aFolder, type Lifetime } from './stores.ts';
import { aFreePort, type WebProcess } from './web-process.ts';
import type { Door } from './wire.ts';

const root = join(import.meta.dirname, '../..');
const certificate = join(import.meta.dirname, 'certificates/portal.example.pem');

export const proxyNames = ['nginx', 'caddy'] as const;
export type ProxyName = (typeof proxyNames)[number];

export type Proxy = {
  /** The site over TLS. */
  readonly site: Door;
  /** The port of http://. */
  readonly plain: Door;
  readonly printed: () => string;
};

/** The origin that the shipped configurations are written for. */
export const proxiedOrigin = 'https://portal.example';

function programOf(name: ProxyName): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/bin'];
  return folders.map((folder) => join(folder, name)).find(isProgram);
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The reason to skip a proxy's tests, or false. */
export function missing(name: ProxyName): string | false {
  if (programOf(name) || process.env['REQUIRE_ALL'] === '1') return false;
  return `${name} is not installed (on Debian: apt-get install ${name === 'nginx' ? 'nginx-light' : name})`;
}

/** Starts it in front of the web process, and ends it with the test. */
export async function aProxy(t: Lifetime, name: ProxyName, web: Pick<WebProcess, 'port'>): Promise<Proxy> {
  const program = programOf(name);
  if (!program) throw new Error(`${name} is not installed`);
  const home = aFolder(t);
  const [tls, plain] = [await aFreePort(), await aFreePort()];
  const file = join(home, 'configuration');
  const write = name === 'nginx' ? nginxConfiguration : caddyConfiguration;
  writeFileSync(file, write({ tls, plain, web: web.port, home }));

  const child = spawn(
    program,
    name === 'nginx'
      ? ['-e', 'stderr', '-p', home, '-c', file]
      : ['run', '--adapter', 'caddyfile', '--config', file],
    {
      env: { PATH: process.env['PATH'], HOME: home, XDG_DATA_HOME: home },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (printed += text));
  }
  const ended = once(child, 'exit');
  t.after(async () => {
    child.kill('SIGTERM');
    await ended;
  });
  for (let tries = 0; !(await isOpen(tls)); tries += 1) {
    if (child.exitCode !== null || tries > 300) throw new Error(`${name} did not start:\n${printed}`);
    await wait(100);
  }
  return {
    site: { port: tls, tls: { name: 'portal.example', authority: readFileSync(certificate, 'utf8') } },
    plain: { port: plain },
    printed: () => printed,
  };
}

type Places = { readonly tls: number; readonly plain: number; readonly web: number; readonly home: string };

/** The shipped files, inside the frame that Debian's own nginx.conf gives them. */
function nginxConfiguration({ tls, plain, web, home }: Places): string {
  const shipped = replaced(readFileSync(join(root, 'deploy/nginx/portal.conf'), 'utf8'), [
    [/^ *listen \[::\]:.*\n/gm, ''],
    [/listen 443 /g, `listen 127.0.0.1:${tls} `],
    [/listen 80 /g, `listen 127.0.0.1:${plain} `],
    [/\/opt\/portal\/current\//g, `${root}/`],
    [/\/etc\/nginx\/portal-headers\.conf/g, join(root, 'deploy/nginx/portal-headers.conf')],
    [/\/etc\/letsencrypt\/live\/portal\.example\/(?:fullchain|privkey)\.pem/g, certificate],
    [/http:\/\/127\.0\.0\.1:4321/g, `http://127.0.0.1:${web}`],
  ]);
  const folders = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return `
daemon off;
${process.getuid?.() === 0 ? 'user root;' : ''}
pid ${home}/pid;
events { worker_connections 4096; }
http {
${folders.map((name) => `${name}_temp_path ${home}/${name};`).join('\n')}
${shipped}
}`;
}

function caddyConfiguration({ tls, plain, web }: Places): string {
  return replaced(readFileSync(join(root, 'deploy/caddy/Caddyfile'), 'utf8'), [
    [/^\tadmin off$/gm, `\tadmin off\n\thttp_port ${plain}\n\thttps_port ${tls}\n\tdefault_bind 127.0.0.1`],
    [/^:443 \{$/gm, `:${tls} {`],
    [/^portal\.example \{$/gm, `portal.example {\n\ttls ${certificate} ${certificate}`],
    [/\/opt\/portal\/current\//g, `${root}/`],
    [/127\.0\.0\.1:4321/g, `127.0.0.1:${web}`],
  ]);
}

/** @throws when something to replace is not there: the shipped file would then run as it is, on the machine's own ports. */
function replaced(text: string, pairs: readonly (readonly [RegExp, string])[]): string {
  let result = text;
  for (const [pattern, by] of pairs) {
    const next = result.replace(pattern, by);
    if (next === result) throw new Error(`nothing in the configuration fits ${pattern}`);
    result = next;
  }
  return result;
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((answer) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => answer(true)).once('error', () => answer(false));
    socket.once('connect', () => socket.destroy());
  });
}
