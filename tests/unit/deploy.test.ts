/** `deploy/` and what operators read say what the code says: the same headers, no address kept, every code explained. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { basename, join, relative, sep } from 'node:path';
import { test } from 'node:test';
import {
  additions,
  classOf,
  constantHeaders,
  type ResponseClass,
} from '../../src/server/intake/http/headers.ts';
import { bodyBytesMax } from '../../src/server/intake/http/read-form.ts';
import { networkOf } from '../../src/server/intake/network.ts';
import { types } from '../../src/server/intake/http/static-files.ts';
import { startOf } from '../support/npm-script.ts';
import { aFolder } from '../support/stores.ts';

const root = join(import.meta.dirname, '../..');
const textOf = (file: string) => readFileSync(join(root, 'deploy', file), 'utf8');

const constant = constantHeaders({ origin: 'https://portal.example', hsts: 'host' });

/** What a file served by a proxy must carry; a proxy knows the files of the build, so it also says that they vary. */
const headersOf = (responseClass: ResponseClass) => ({
  ...constant,
  Vary: 'Accept-Encoding',
  ...additions[responseClass],
});

/** One path of each kind that is a file of the build, and its class. */
const samples: readonly (readonly [string, ResponseClass])[] = [
  ['/', classOf('GET', '/')],
  ['/en/', classOf('GET', '/en/')],
  ['/en/your-rights/', classOf('GET', '/en/your-rights/')],
  ['/en/prefer/', classOf('GET', '/en/prefer/')],
  ['/cy/refer/', classOf('GET', '/cy/refer/')],
  ['/en/p/', classOf('GET', '/en/p/')],
  ['/en/p/keys/', classOf('GET', '/en/p/keys/')],
  ['/_astro/Page.B9I2sTgh.css', 'asset'],
  ['/_astro/ExitBar.astro_astro_type_script_index_0_lang.DsceK4ZP.js', 'asset'],
  ['/postcodes/areas.bin', 'file'],
  ...filesUnder('public').map((path) => [path, 'file'] as const),
];

/** What only the web process answers, whatever is on disk. */
const never = [
  '/en',
  '/exit',
  '/en/index.html',
  '/404.html',
  '/_astro/Page.B9I2sTgh.css.br',
  '/favicon.svg.gz',
];

function filesUnder(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(
      (entry) => `/${relative(join(root, folder), join(entry.parentPath, entry.name)).split(sep).join('/')}`,
    )
    .filter((path) => !path.includes('/.'));
}

/** One directive: its words without quotes, and what stands in its braces. */
type Directive = { words: readonly string[]; inside: readonly Directive[] };

/** Reads nginx's and Caddy's configuration alike, as long as each directive has a line of its own. */
function directivesOf(text: string): readonly Directive[] {
  const top: Directive[] = [];
  const open = [top];
  for (const line of text.split('\n').map((one) => one.trim())) {
    if (line === '' || line.startsWith('#')) continue;
    if (line === '}') {
      open.pop();
      continue;
    }
    const words = [...line.replace(/;$/, '').matchAll(/"([^"]*)"|(\S+)/g)].map(
      ([, quoted, bare]) => quoted ?? bare ?? '',
    );
    const inside: Directive[] = [];
    open.at(-1)?.push({ words: words.at(-1) === '{' ? words.slice(0, -1) : words, inside });
    if (words.at(-1) === '{') open.push(inside);
  }
  assert.equal(open.length, 1, 'every brace is closed');
  return top;
}

const named = (directives: readonly Directive[], name: string) =>
  directives.filter(({ words }) => words[0] === name);

const nginx = directivesOf(textOf('nginx/portal.conf'));
const caddy = directivesOf(textOf('caddy/Caddyfile'));

const nginxServers = named(nginx, 'server');
const nginxSite = nginxServers.find(({ inside }) =>
  inside.some(({ words }) => words.join(' ') === 'server_name portal.example'),
);
const caddySite = caddy.find(({ words }) => words[0] === 'portal.example');
assert.ok(nginxSite && caddySite);

/** nginx's own choice: an exact path, then the first pattern that fits, then the longest beginning. */
function nginxLocation(server: Directive, path: string): Directive | undefined {
  const locations = named(server.inside, 'location');
  const is = (kind: string, fits: (name: string) => boolean) =>
    locations.find(({ words }) => words.length === 3 && words[1] === kind && fits(words[2] ?? ''));
  return (
    is('=', (name) => name === path) ??
    is('~', (pattern) => new RegExp(pattern).test(path)) ??
    locations.find(({ words }) => words.length === 2 && words[1] === '/')
  );
}

/** Headers are inherited by a location only where it adds none itself, so everything must stand in it or be included. */
function nginxHeaders(location: Directive): Record<string, string | undefined> {
  const all = location.inside.flatMap((directive) =>
    directive.words[0] === 'include'
      ? directivesOf(textOf(`nginx/${basename(directive.words[1] ?? '')}`))
      : [directive],
  );
  const added = named(all, 'add_header');
  for (const { words } of added) assert.equal(words[3], 'always', `${words[1]} also with an error`);
  return Object.fromEntries(added.map(({ words }) => [words[1] ?? '', words[2]] as const));
}

/** The first `handle` whose pattern fits, as `route` keeps their order; the last has no pattern. */
function caddyHandle(path: string): Directive | undefined {
  assert.ok(caddySite);
  const [route] = named(caddySite.inside, 'route');
  return named(route?.inside ?? [], 'handle').find(({ words }) => {
    const matcher = caddySite.inside.find((one) => words[1] !== undefined && one.words[0] === words[1]);
    if (!matcher) return true;
    assert.deepEqual(named(matcher.inside, 'method')[0]?.words, ['method', 'GET', 'HEAD']);
    return new RegExp(named(matcher.inside, 'path_regexp')[0]?.words[1] ?? '').test(path);
  });
}

// Types differ from file to file, and have a test of their own.
const caddyOperations = new Set(['defer', '-Server', 'Content-Type']);

function caddyHeaders(block: Directive): Record<string, string | undefined> {
  const all = block.inside.flatMap((directive) => {
    if (directive.words[0] !== 'import') return [directive];
    return caddy.find(({ words }) => words[0] === `(${directive.words[1]})`)?.inside ?? [];
  });
  const lines = named(all, 'header').flatMap(({ words, inside }) =>
    inside.length > 0 ? inside.map((one) => one.words) : [words.slice(1)],
  );
  return Object.fromEntries(
    lines
      .filter(([name = '']) => !caddyOperations.has(name))
      .map(([name = '', value]) => [name, value] as const),
  );
}

const isProxied = (block: Directive | undefined) =>
  block?.inside.some(({ words }) => words[0] === 'proxy_pass' || words[0] === 'reverse_proxy') ?? false;

test('nginx sends each file of the build with the headers that the web process would send', () => {
  for (const [path, responseClass] of samples) {
    const location = nginxLocation(nginxSite, path);
    assert.ok(location && !isProxied(location), `${path} comes from disk`);
    assert.deepEqual(nginxHeaders(location), headersOf(responseClass), path);
  }
});

test('Caddy sends each file of the build with the headers that the web process would send', () => {
  for (const [path, responseClass] of samples) {
    const handle = caddyHandle(path);
    assert.ok(handle && !isProxied(handle), `${path} comes from disk`);
    assert.deepEqual(caddyHeaders(handle), headersOf(responseClass), path);
  }
});

test('the proxies tell the network of every form of an address, and no more of it', () => {
  const ofNginx = [
    ...textOf('nginx/portal.conf').matchAll(/^ +"~(\^\(\?<portal_\w+>[^"]+)" "\$portal_\w+([^"]+)";$/gmu),
  ];
  const ofCaddy = [...textOf('caddy/Caddyfile').matchAll(/^\t\t~(\^\([^ ]+) "\$\{1\}([^"]+)"$/gmu)];
  for (const [proxy, patterns] of [
    ['nginx', ofNginx],
    ['Caddy', ofCaddy],
  ] as const) {
    assert.equal(patterns.length, 4, proxy);
    const told = (address: string) => {
      for (const [, pattern = '', end = ''] of patterns) {
        const found = new RegExp(pattern).exec(address)?.[1];
        if (found !== undefined) return found + end;
      }
      return '';
    };
    for (const address of [
      '192.0.2.7',
      '2001:db8:12:3400::7',
      '2001:db8:12::7',
      '2001:db8::f03c:91ff:fe24:7',
      '2a01::7',
      '2a01::5:6:7',
    ]) {
      const network = told(address);
      assert.notEqual(network, address, proxy);
      // A proxy tells 48 bits of the newer kind; the web process would keep 56.
      assert.equal(
        networkOf(network)?.slice(0, 12),
        networkOf(address)?.slice(0, 12),
        `${proxy}: ${address}`,
      );
    }
  }
});

test('the proxies know the type of each file that the web process knows', () => {
  const [ofNginx] = named(nginxSite.inside, 'types');
  for (const [ending, type] of Object.entries(types)) {
    const name = ending.slice(1);
    if (ending !== '.html')
      assert.ok(textOf('caddy/Caddyfile').includes(`~[.]${name}$ "${type}"`), `${ending} (Caddy)`);
    const isOther = type === 'application/octet-stream';
    const said = ofNginx?.inside.find(({ words }) => words[1] === name);
    assert.equal(said?.words[0], isOther ? undefined : type, `${ending} (nginx)`);
  }
});

test('the proxies leave to the web process what it answers itself, and add nothing to its headers', () => {
  for (const path of never) {
    for (const [block, headers] of [
      [nginxLocation(nginxSite, path), nginxHeaders],
      [caddyHandle(path), caddyHeaders],
    ] as const) {
      assert.ok(block && isProxied(block), path);
      assert.deepEqual(
        Object.keys(headers(block)).filter((name) => !name.startsWith('-')),
        [],
        path,
      );
    }
  }
});

test('only a plain GET or HEAD is looked for on disk', () => {
  const map = named(nginx, 'map')[0]?.inside ?? [];
  const [plain, otherwise] = map;
  assert.deepEqual([plain?.words[1], otherwise?.words], ['', ['default', '/ask-the-web-process']]);
  const pattern = new RegExp(plain?.words[0]?.replace(/^~/, '') ?? '');
  for (const request of ['GET /en/', 'HEAD /', 'GET /_astro/Page.B9I2sTgh.css', 'GET /en/?from=poster']) {
    assert.match(request, pattern);
  }
  for (const request of [
    'POST /en/find/',
    'PUT /en/',
    'GET //en/',
    'GET /en/%72efer/',
    'GET /..%2fetc/',
    'GET /en/../x/',
    'GET /.well-known/security.txt',
  ]) {
    assert.doesNotMatch(request, pattern);
  }
  for (const location of named(nginxSite.inside, 'location')) {
    for (const { words } of named(location.inside, 'try_files')) {
      assert.match(words[1] ?? '', /^\$portal_disk/);
      assert.equal(words.at(-1), '@portal');
    }
  }
});

test('D15: a page of a proxy’s own, when the web process is gone or a request is refused, has the headers of a refusal', () => {
  const refusal = headersOf('private');
  const pages = nginxServers
    .flatMap(({ inside }) => named(inside, 'location'))
    .filter(({ words }) => words[2] === '/500.html');
  assert.equal(pages.length, 2);
  for (const page of pages) assert.deepEqual(nginxHeaders(page), refusal);
  const errors = new Set(named(nginxSite.inside, 'error_page').flatMap(({ words }) => words));
  for (const status of ['400', '411', '413', '414', '494', '502', '503', '504'])
    assert.ok(errors.has(status), status);

  const [errorRoute] = named(caddySite.inside, 'handle_errors');
  const elsewhere = caddy.find(({ words }) => words[0] === ':443');
  const errorPage = named(errorRoute?.inside ?? [], 'handle').at(-1);
  for (const block of [errorPage, elsewhere]) assert.deepEqual(block && caddyHeaders(block), refusal);
});

test('J2: no proxy keeps the address of a visitor, and of it tells the web process the network only', () => {
  for (const { inside } of nginxServers) {
    assert.deepEqual(named(inside, 'access_log')[0]?.words, ['access_log', 'off']);
    assert.deepEqual(named(inside, 'error_log')[0]?.words, ['error_log', '/dev/null']);
  }
  const [options] = caddy;
  const [log] = named(options?.inside ?? [], 'log');
  assert.deepEqual(options?.words, []);
  assert.deepEqual(
    log?.inside.map(({ words }) => words),
    [['exclude', 'http.log', 'http.handlers', 'http.stdlib']],
  );
  for (const { inside } of caddy.slice(1)) assert.deepEqual(named(inside, 'log'), []);

  const [proxy] = named(caddyHandle('/exit')?.inside ?? [], 'reverse_proxy');
  const dropped = new Set(named(proxy?.inside ?? [], 'header_up').map(({ words }) => words[1]));
  const emptied = new Map(
    named(nginxSite.inside, 'proxy_set_header').map(({ words }) => [words[1], words[2]]),
  );
  for (const name of [
    'Forwarded',
    'X-Forwarded-For',
    'X-Forwarded-Host',
    'X-Forwarded-Port',
    'X-Forwarded-Proto',
    'X-Real-IP',
  ]) {
    assert.ok(dropped.has(`-${name}`), `Caddy drops ${name}`);
    assert.equal(emptied.get(name), '', `nginx drops ${name}`);
  }
  assert.equal(emptied.get('X-Network'), '$portal_network');
  for (const text of [textOf('nginx/portal.conf'), textOf('caddy/Caddyfile')]) {
    assert.equal(text.match(/remote_addr|remote_host|realip/g)?.length, 1, 'only where it is cut down');
    const patterns = [...text.matchAll(/~(\^\(\S+\)\S+?)"? "/g)].map((found) => new RegExp(found[1] ?? ''));
    const cut = (address: string) => patterns.map((pattern) => pattern.exec(address)?.[1]).find(Boolean);
    assert.equal(cut('203.0.113.77'), '203.0.113');
    assert.equal(cut('2001:db8:aa:bb:cc:dd:ee:ff'), '2001:db8:aa');
    assert.equal(cut('localhost'), undefined);
  }
});

test('D14: a form is never on a proxy’s disk, and never redirected from http', () => {
  const setting = (name: string) => named(nginxSite.inside, name)[0]?.words[1];
  assert.equal(setting('client_max_body_size'), String(bodyBytesMax));
  // A body that just filled the buffer was seen to be written to disk.
  assert.ok(Number(setting('client_body_buffer_size')) > bodyBytesMax);
  assert.equal(setting('proxy_max_temp_file_size'), '0');

  const plain = nginxServers.find(({ inside }) =>
    named(inside, 'listen').some(({ words }) => words[1] === '80'),
  );
  const [refusesPosts, redirects] = plain ? (nginxLocation(plain, '/')?.inside ?? []) : [];
  assert.equal(refusesPosts?.words.join(' '), 'if ($request_method !~ ^(?:GET|HEAD)$ )');
  assert.deepEqual(refusesPosts?.inside[0]?.words, ['return', '403']);
  assert.deepEqual(redirects?.words, ['return', '308', 'https://portal.example$request_uri']);

  const http = caddy.find(({ words }) => words[0] === 'http://portal.example')?.inside ?? [];
  assert.deepEqual(
    http.map(({ words }) => words),
    [
      ['@look', 'method', 'GET', 'HEAD'],
      ['redir', '@look', 'https://portal.example{uri}', '308'],
      ['respond', '403'],
    ],
  );
});

test('the operator’s listener is behind no proxy', () => {
  for (const text of [textOf('nginx/portal.conf'), textOf('caddy/Caddyfile')]) {
    const ports = [...text.matchAll(/127\.0\.0\.1:(\d+)/g)].map(([, port]) => port);
    assert.deepEqual([...new Set(ports)], ['4321']);
  }
});

test('J11: each process runs as a user of its own that can do nothing else', () => {
  const users: (string | undefined)[] = [];
  for (const [unit, { writes, reaches }] of Object.entries({
    'portal-web': { writes: '/var/lib/portal', reaches: ['127.0.0.1 ::1'] },
    // A resolver on this machine has an address of its own, and only the courier may ask it.
    'portal-courier': { writes: '/var/lib/portal', reaches: ['localhost'] },
    'portal-backup': { writes: '/var/lib/portal /backups', reaches: [] },
  })) {
    const lines = textOf(`systemd/${unit}.service`).split('\n');
    const values = (name: string) =>
      lines.filter((line) => line.startsWith(`${name}=`)).map((line) => line.slice(name.length + 1));
    users.push(values('User')[0]);
    for (const name of ['NoNewPrivileges', 'PrivateTmp', 'PrivateDevices', 'ProtectHome']) {
      assert.deepEqual(values(name), ['yes'], `${name} of ${unit}`);
    }
    assert.deepEqual(values('ProtectSystem'), ['strict']);
    assert.deepEqual(values('ReadWritePaths'), [writes]);
    assert.deepEqual(values('CapabilityBoundingSet'), ['']);
    assert.deepEqual(values('IPAddressDeny'), ['any']);
    assert.deepEqual(values('IPAddressAllow'), reaches);
    assert.deepEqual([...values('LimitCORE'), ...values('MemorySwapMax')], ['0', '0']);
    // V8 writes the machine code that it runs, so this one would stop it from starting.
    assert.deepEqual(values('MemoryDenyWriteExecute'), []);
  }
  assert.deepEqual(users, ['portal-web', 'portal-courier', 'portal-courier']);
  assert.match(textOf('systemd/portal-courier.service'), /^LoadCredentialEncrypted=smtp-url:/m);
  for (const unit of ['portal-web', 'portal-backup'])
    assert.doesNotMatch(textOf(`systemd/${unit}.service`), /^LoadCredential/m);
});

test('the daily backup ends what is older than the privacy page promises, before it makes another', () => {
  const unit = textOf('systemd/portal-backup.service');
  const [before, days = ''] = /^ExecStartPre=.* -mtime \+(\d+) -delete$/mu.exec(unit) ?? [];
  assert.ok(before);
  // `find` counts whole days, and +13 means more than thirteen of them.
  assert.equal(Number(days) + 1, 14);
  assert.match(
    unit,
    /^ExecStart=.* scripts\/backup[.]ts --to "\/backups\/portal-[^"]*[.]age" \$\$BACKUP_TO'$/mu,
  );
  assert.match(textOf('systemd/portal-backup.timer'), /^OnCalendar=\*-\*-\* \d\d:\d\d:00 UTC$/mu);
});

test('what is left of a backup that was cut off ends with the others', (t) => {
  const folder = aFolder(t);
  const old = new Date(Date.now() - 15 * 24 * 60 * 60 * 1000);
  for (const name of ['portal-old.age', 'portal-cut-off.age.part', 'portal-new.age', 'somebody-else.txt']) {
    writeFileSync(join(folder, name), 'sealed');
    if (name !== 'portal-new.age') utimesSync(join(folder, name), old, old);
  }
  const command = /^ExecStartPre=(.*)$/mu.exec(textOf('systemd/portal-backup.service'))?.[1] ?? '';
  spawnSync('sh', ['-c', command.replace('/backups', folder)]);
  assert.deepEqual(readdirSync(folder), ['portal-new.age', 'somebody-else.txt']);
});

test('F2: the private keys of the other channels are credentials of the courier, and of no other unit', () => {
  const units = ['portal-courier-spool.conf', 'portal-courier-webhook.conf'].map((file) =>
    textOf(`systemd/${file}`),
  );
  for (const [index, [setting, name]] of (
    [
      ['SPOOL_KEY_FILE', 'spool-key'],
      ['WEBHOOK_KEYS_FILE', 'webhook-keys'],
    ] as const
  ).entries()) {
    assert.match(units[index] ?? '', new RegExp(`^LoadCredentialEncrypted=${name}:`, 'm'));
    assert.match(units[index] ?? '', new RegExp(`^Environment=${setting}=%d/${name}$`, 'm'));
    assert.doesNotMatch(textOf('systemd/portal-web.service'), new RegExp(setting));
  }
});

test('an image holds no secret, and what runs from it is not root', () => {
  const lines = textOf('Containerfile')
    .split('\n')
    .filter((line) => !line.startsWith('#'));
  assert.match(lines.findLast((line) => line.startsWith('USER ')) ?? '', /^USER [1-9]\d*:[1-9]\d*$/);
  for (const line of lines) {
    assert.doesNotMatch(line, /SMTP_URL|DATABASE_URL|secrets\.json|\.env\b/);
    if (/^(?:COPY|ADD) /.test(line) && !line.includes('--from=')) assert.doesNotMatch(line, / \.\/? /);
  }
  for (const line of lines.filter((one) => one.startsWith('FROM '))) {
    assert.match(line, /^FROM debian:13-slim(?:@sha256:[0-9a-f]{64})?(?: AS \w+)?$/);
  }
});

const sourceOf = (file: string) => readFileSync(join(root, file), 'utf8');

/** The words of a union of string literals, read from its source: a type is gone when tests run. */
function wordsOfUnion(file: string, name: string): string[] {
  const union = new RegExp(`type ${name} =([^;]+);`).exec(sourceOf(file))?.[1] ?? '';
  return [...union.matchAll(/'([^']+)'/g)].map(([, word = '']) => word);
}

test('whoever is woken finds every task, alarm and log code explained', () => {
  const explained = sourceOf('docs/operations.md');
  const tasks = wordsOfUnion('src/server/store/tasks.ts', 'TaskCode');
  const alarms = wordsOfUnion('src/server/store/health.ts', 'Alarm');
  const logged = readdirSync(join(root, 'src/server'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => [...sourceOf(`src/server/${file}`).matchAll(/log\(\{\s*code: ['`]([a-z-]+)/g)])
    .map(([, code = '']) => code);
  assert.ok(tasks.length > 6 && alarms.length > 0 && logged.length > 6);
  const unexplained = [...tasks, ...alarms, ...logged].filter((code) => !explained.includes(`\`${code}`));
  assert.deepEqual(unexplained, []);
});

test('every test that the threats point to is there, and so is every file they name', () => {
  const named = [...sourceOf('docs/threats.md').matchAll(/`((?:tests|src|deploy)\/[^`]*)`/g)];
  assert.ok(named.length > 20);
  for (const [, path = ''] of named) assert.ok(existsSync(join(root, path)), path);
});

test('units and containers start both processes as `npm run` does, and as they were measured', () => {
  for (const script of ['web', 'courier'] as const) {
    const { environment, words } = startOf(script);
    const command = `/node ${words.join(' ')}`;
    assert.ok(words.some((flag) => flag.startsWith('--heap-growing-percent=')));
    for (const [name, value] of Object.entries(environment)) {
      assert.ok(textOf(`systemd/portal-${script}.service`).includes(`\nEnvironment=${name}=${value}\n`));
      assert.ok(textOf('Containerfile').includes(`\nENV ${name}=${value}\n`));
    }
    assert.match(
      textOf(`systemd/portal-${script}.service`),
      new RegExp(`^ExecStart=[^\n]*${command}'?$`, 'mu'),
    );
    if (script === 'courier') {
      assert.ok(textOf('systemd/portal-courier-content.conf').includes(`${command}'\n`));
      assert.ok(sourceOf('docs/operations.md').includes(`${command}\n`));
    } else {
      const quoted = words.map((word) => JSON.stringify(word)).join(', ');
      assert.ok(textOf('Containerfile').includes(`/node", ${quoted}]`));
    }
  }
});
