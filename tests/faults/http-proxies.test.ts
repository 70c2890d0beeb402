/**
 * nginx and Caddy with the configurations of `deploy/`: the site behind them is the site without them, and a little
 * safer.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import test, { type TestContext } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { offeredLanguages } from '../../src/site.ts';
import {
  additions,
  classOf,
  constantHeaders,
  type ResponseClass,
} from '../../src/server/intake/http/headers.ts';
import { openStore } from '../../src/server/store/open-store.ts';
import {
  aProxy,
  missing,
  proxiedOrigin,
  proxyNames,
  type Proxy,
  type ProxyName,
} from '../support/proxies.ts';
import { aWebProcess, formPath, type WebProcess } from '../support/web-process.ts';
import { ask, converse, formPost, knock, valueOf, type Answer } from '../support/wire.ts';

const constant = constantHeaders({ origin: proxiedOrigin, hsts: 'host' });

const get = (path: string, ...rest: string[]) =>
  [`GET ${path} HTTP/1.1`, 'Host: portal.example', 'Connection: close', ...rest, '', ''].join('\r\n');

/** Our own pages send these; without them a form is held. */
const sameOrigin = [`Origin: ${proxiedOrigin}`, 'Sec-Fetch-Site: same-origin'];

function expectHeaders(answer: Answer | undefined, responseClass: ResponseClass, what: string): void {
  for (const [name, value] of Object.entries({ ...constant, ...additions[responseClass] })) {
    const found = answer?.headers.filter(([known]) => known.toLowerCase() === name.toLowerCase());
    assert.deepEqual(
      found?.map(([, one]) => one),
      [value],
      `${name} of ${what} (${answer?.status})`,
    );
  }
  for (const name of ['set-cookie', 'x-powered-by', 'via']) {
    assert.equal(valueOf(answer, name), undefined, `${name} of ${what}`);
  }
  assert.doesNotMatch(valueOf(answer, 'server') ?? '', /\d/, `no version in ${what}`);
}

/** A page that says nothing was received and whom to call, in every language. */
function expectHelpfulPage(answer: Answer | undefined, what: string): void {
  assert.match(answer?.body ?? '', /href="tel:999"/, what);
  for (const { tag } of offeredLanguages)
    assert.ok(answer?.body.includes(`<section lang="${tag}"`), `${tag}: ${what}`);
}

/** Every lane taken so far, oldest first. */
async function lanes(web: WebProcess): Promise<readonly string[]> {
  const store = await openStore({ dataDir: web.dataDir });
  const rows = await store.db.selectFrom('referral').select('lane').orderBy('accepted_at').execute();
  await store.close();
  return rows.map(({ lane }) => lane);
}

type World = { readonly web: WebProcess; readonly proxy: Proxy };

function testBehind(title: string, body: (t: TestContext, world: World) => Promise<void>): void {
  for (const name of proxyNames) {
    test(`${title} (${name})`, { skip: missing(name) }, async (t) => body(t, await worldOf(name)));
  }
}

const lifetime: (() => unknown)[] = [];
const worlds = new Map<ProxyName, Promise<World>>();
const shared: { web?: Promise<WebProcess> } = {};
test.after(async () => {
  for (const end of lifetime.toReversed()) await end();
});

/** One web process behind both proxies, started when first needed. */
function worldOf(name: ProxyName): Promise<World> {
  const t = { after: (end: () => unknown) => void lifetime.push(end) };
  shared.web ??= aWebProcess(t, { origin: proxiedOrigin, environment: { ADDRESS_HEADER: 'X-Network' } });
  const world =
    worlds.get(name) ?? shared.web.then(async (web) => ({ web, proxy: await aProxy(t, name, web) }));
  worlds.set(name, world);
  return world;
}

testBehind(
  'D13: files come from the proxy with the very headers of the web process',
  async (_, { web, proxy }) => {
    const asset = readdirSync('dist/client/_astro').find((file) => file.endsWith('.css')) ?? '';
    const files: readonly (readonly [string, ResponseClass])[] = [
      ['/', 'page'],
      ['/en/', 'page'],
      ['/ur/help-now/', 'page'],
      ['/en/areas/kent/', 'page'],
      ['/en/refer/', 'private'],
      ['/en/p/', 'private'],
      ['/en/p/keys/', 'private'],
      [`/_astro/${asset}`, 'asset'],
      ['/favicon.svg', 'file'],
      ['/robots.txt', 'file'],
      ['/sitemap.xml', 'file'],
      ['/postcodes/areas.bin', 'file'],
      ['/en/feed.xml', 'file'],
    ];
    for (const [path, responseClass] of files) {
      for (const request of [get(path), get(path, 'Accept-Encoding: gzip')]) {
        const behind = await ask(proxy.site, request);
        const straight = await ask(web, request);
        assert.equal(behind?.status, 200, path);
        expectHeaders(behind, responseClass, path);
        for (const name of ['content-type', 'content-encoding', 'vary']) {
          assert.equal(valueOf(behind, name), valueOf(straight, name), `${name} of ${path}`);
        }
        // Only a file has a date; the web process makes an ETag of what is inside.
        assert.ok(valueOf(behind, 'last-modified'), `${path} comes from disk`);
        if (valueOf(behind, 'transfer-encoding') === undefined) {
          assert.equal(behind?.body, straight?.body, path);
        }
      }
    }
  },
);

testBehind(
  'D4, D13: what is drawn, refused or not there has the same headers behind the proxy',
  async (_, { proxy }) => {
    const cases: readonly (readonly [string, number, ResponseClass])[] = [
      [get(formPath), 200, 'private'],
      [get('/en/status/'), 200, 'private'],
      [get('/en'), 308, 'page'],
      [get('/nowhere/'), 404, 'page'],
      [get('/health'), 404, 'page'],
      [get('/operator/'), 404, 'page'],
      [get('/_image/?href=%2Ffavicon.svg&f=svg'), 404, 'page'],
      [get('/en/refer/9/'), 404, 'private'],
      [get('/exit'), 303, 'exit'],
      [get('/en/').replace('GET', 'PUT'), 405, 'page'],
      [formPost('/en/', 'a=b'), 405, 'private'],
      [formPost(formPath, 'a=b'), 422, 'private'],
      [formPost(formPath, '{}').replace('x-www-form-urlencoded', 'json'), 415, 'private'],
      [formPost(formPath, `note=${'x'.repeat(66_000)}`), 413, 'private'],
      [formPost('/en/search/', 'words=letter'), 200, 'found'],
      [formPost('/p/open', 'reference=x'), 404, 'private'],
    ];
    for (const [request, status, responseClass] of cases) {
      const answer = await ask(proxy.site, request);
      const what = request.slice(0, 40);
      assert.equal(answer?.status, status, what);
      expectHeaders(answer, responseClass, what);
      if ([405, 413, 415].includes(status)) expectHelpfulPage(answer, what);
    }
    const traced = await ask(proxy.site, get('/en/', 'X-Secret: trace').replace('GET', 'TRACE'));
    assert.equal(traced?.status, 405);
    assert.ok(!traced?.body.includes('X-Secret'));
  },
);

testBehind('D14: a form in chunks is on no disk of the proxy', async ({ name }, { proxy }) => {
  const body = 'note=Zqxj';
  const chunks = [...body].map((letter) => `1\r\n${letter}\r\n`).join('');
  const inChunks = formPost(formPath, '').replace(/Content-Length: .*/u, 'Transfer-Encoding: chunked');
  const answer = await ask(proxy.site, `${inChunks}${chunks}0\r\n\r\n`);
  // Caddy hands on what comes as it comes. nginx gathers it first, so it takes none.
  const isNginx = name.includes('nginx');
  assert.equal(answer?.status, isNginx ? 411 : 422);
  expectHeaders(answer, 'private', 'in chunks');
  if (isNginx) expectHelpfulPage(answer, 'in chunks');
});

testBehind(
  'D6: another name gets 421 or nothing, and no name that a stranger sends comes back',
  async (_, { proxy }) => {
    const foreign = await ask(proxy.site, get('/en/').replace('portal.example', 'evil.example'));
    assert.ok([400, 421].includes(foreign?.status ?? 0), `${foreign?.status}`);
    expectHeaders(foreign, 'private', 'a foreign Host');
    for (const request of [
      get('http://evil.example/en/refer/1/'),
      get(
        formPath,
        'X-Forwarded-Host: evil.example',
        'Forwarded: host=evil.example',
        'X-Forwarded-Proto: http',
      ),
      formPost(formPath, 'a=b', ['X-Forwarded-Host: evil.example', 'X-Original-URL: /evil.example']),
      get('/en', 'X-Forwarded-Host: evil.example'),
    ]) {
      assert.doesNotMatch((await converse(proxy.site, [request])).raw, /evil/);
    }
  },
);

testBehind(
  'D7: the network is what the proxy sees, whatever addresses a client sends',
  async (_, { web, proxy }) => {
    const before = (await lanes(web)).length;
    for (let count = 0; count < 12; count += 1) {
      const lies = ['X-Network', 'X-Forwarded-For', 'X-Real-IP'].map((name) => `${name}: 203.0.${count}.9`);
      const form = await web.readyForm();
      const answer = await ask(
        proxy.site,
        formPost(formPath, form, [...sameOrigin, ...lies, `Forwarded: for=203.0.${count}.9`]),
      );
      assert.match(answer?.body ?? '', /id="receipt"/);
    }
    // A test connects from 127.0.0.1, which stands for nobody: were a client's own word believed, it would not matter
    // here either, so the other half of this is in http-senders, over an address that is not loopback.
    assert.deepEqual(
      (await lanes(web)).slice(before),
      Array.from({ length: 12 }, () => 'normal'),
    );
  },
);

testBehind(
  'D10: a form sent as a page of ours sends it comes back with a receipt, in the normal lane',
  async (_, { web, proxy }) => {
    const answer = await ask(proxy.site, formPost(formPath, await web.readyForm(), sameOrigin));
    assert.equal(answer?.status, 200);
    assert.match(answer?.body ?? '', /id="receipt"/);
    assert.equal((await lanes(web)).at(-1), 'normal');
  },
);

testBehind(
  'D14: a form posted to http:// is refused, not redirected; only looking is sent on',
  async (_, { proxy }) => {
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
      const posted = await ask(proxy.plain, formPost(formPath, 'note=secret').replace('POST', method));
      assert.equal(posted?.status, 403, method);
      assert.equal(valueOf(posted, 'location'), undefined);
    }
    const looked = await ask(proxy.plain, get('/en/'));
    assert.equal(looked?.status, 308);
    assert.equal(valueOf(looked, 'location'), `${proxiedOrigin}/en/`);
    const foreign = await ask(proxy.plain, get('/en/').replace('portal.example', 'evil.example'));
    assert.doesNotMatch(JSON.stringify(foreign), /evil/);
  },
);

testBehind(
  'C15: paths that climb, hide or lie read nothing behind the proxy either',
  async (_, { proxy }) => {
    for (const path of [
      '/..%2f..%2f..%2f..%2fetc/passwd',
      '/../../../../etc/passwd',
      '/en/%2e%2e/%2e%2e/%2e%2e/package.json',
      '/_astro/..%2f..%2f..%2fpackage.json',
      '/_astro../build.json',
      '/_astro/%2e%2e/%2e%2e/build.json',
      '/en/index.html%00.css',
      '/%252e%252e%252fbuild.json',
      '/..%5cbuild.json',
      '/.env',
      '/.git/config',
      '/en//',
      '//evil.example/',
      '/build.json',
      '/server/entry.mjs',
      '/500.html',
      '/404.html',
      '/en/index.html',
      '/en/index.html.gz',
      '/xx/refer/1/',
      '/EN/',
    ]) {
      const { raw, answers } = await converse(proxy.site, [get(path)]);
      assert.ok([400, 404].includes(answers[0]?.status ?? 0), `${path}: ${answers[0]?.status}`);
      assert.doesNotMatch(raw, /root:|"demonstration":|"dependencies"|location: /i, path);
      expectHeaders(answers[0], answers[0]?.status === 404 ? classOf('GET', path) : 'private', path);
    }
  },
);

testBehind(
  'E8, G10: neither proxy writes down who asked for what, nor a code that is in it',
  async (_, { proxy }) => {
    await ask(proxy.site, get('/en/written-down/'));
    await ask(proxy.site, 'GET / HTTP/9.9\r\n\r\n');
    const [code, capability] = ['7ZZZ-ZZZZ-ZZZZ-ZZZZ', '0123456789abcdef0123456789abcdef'];
    // The code as it should be sent; the secret of a link as a mail program may mangle it, and as another page names it.
    await ask(proxy.site, formPost('/en/status/', `step=look&code=${code}`, sameOrigin));
    await ask(proxy.site, get(`/en/p/ABCDEFGH.${capability}`));
    await ask(
      proxy.site,
      get(`/en/p/?ABCDEFGH.${capability}`, `Referer: ${proxiedOrigin}/en/p/?${capability}`),
    );
    assert.doesNotMatch(proxy.printed(), /written-down|remote_ip|client: 127|"uri"|7ZZZ|0123456789abcdef/);
  },
);

for (const name of proxyNames) {
  test(
    `D15: when the web process is gone, ${name} says so itself, in every language, with whom to call`,
    { skip: missing(name) },
    async (t) => {
      const web = await aWebProcess(t, { origin: proxiedOrigin });
      const proxy = await aProxy(t, name, web);
      web.signal('SIGKILL');
      await web.ended;
      for (const request of [
        get(formPath),
        formPost(formPath, 'note=x', sameOrigin),
        formPost('/en/status/', 'code=x'),
      ]) {
        const answer = await ask(proxy.site, request);
        assert.ok([502, 503, 504].includes(answer?.status ?? 0), `${answer?.status}`);
        expectHeaders(answer, 'private', request.slice(0, 30));
        expectHelpfulPage(answer, request.slice(0, 30));
        // What it leads to must work without the web process.
        for (const [, path = ''] of answer?.body.matchAll(/<a class="alone" href="([^"]+)"/g) ?? []) {
          assert.equal((await ask(proxy.site, get(path)))?.status, 200, path);
        }
      }
      const numbers = await ask(proxy.site, get('/en/areas/kent/'));
      assert.match(numbers?.body ?? '', /href="tel:0/);
      const way = await ask(proxy.site, get('/exit'));
      assert.equal(way?.status, 303, 'the way out works whatever is broken');
      assert.equal(valueOf(way, 'location'), 'https://www.bbc.co.uk/weather');
      expectHeaders(way, 'exit', 'the way out');
      assert.equal((await ask(proxy.site, get('/en/')))?.status, 200);
    },
  );
}

for (const name of proxyNames) {
  test(
    `D3: a form that never ends holds no connection behind ${name}, and one that is whole passes`,
    { skip: missing(name) },
    async (t) => {
      let behind = 0;
      const server = createServer((socket) => {
        behind += 1;
        socket.on('error', () => undefined);
        socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'));
      }).listen(0, '127.0.0.1');
      t.after(() => server.close());
      await once(server, 'listening');
      const proxy = await aProxy(t, name, { port: (server.address() as AddressInfo).port });
      const whole = formPost(formPath, `note=${'x'.repeat(50_000)}`, sameOrigin);
      for (let count = 0; count < 20; count += 1) {
        const socket = await knock(proxy.site);
        socket.on('error', () => undefined);
        t.after(() => socket.destroy());
        socket.write(whole.slice(0, -1));
      }
      await wait(500);
      assert.equal(behind, 0);
      assert.equal((await ask(proxy.site, whole))?.status, 200);
      assert.equal(behind, 1);
    },
  );
}
