/** A search over the wire: only a POST carries it, Back finds its answer again, and no log hears of it. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { additions, classOf } from '../../src/server/intake/http/headers.ts';
import { publicServer, type Draw } from '../../src/server/intake/http/server.ts';

const words = 'why did he do it';

/** Our public server with `draw` in the place of the pages. */
async function serving(draw: Draw): Promise<{
  ask: (path: string, body?: string) => Promise<Response>;
  logged: readonly unknown[];
  close: () => void;
}> {
  const logged: unknown[] = [];
  const server = publicServer({
    origin: 'http://localhost:1',
    hsts: 'host',
    files: new Map(),
    draw,
    locals: {},
    answerOpening: () => undefined,
    log: (event) => logged.push(event),
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // A listening TCP server has one.
  return {
    logged,
    ask: (path, body) =>
      fetch(`http://127.0.0.1:${port}${path}`, {
        ...(body === undefined ? {} : { method: 'POST', body: new URLSearchParams({ words: body }) }),
        redirect: 'manual',
      }),
    close: () => server.close(),
  };
}

test('what was found may be shown again by Back, and no other answer to a POST is kept', async () => {
  for (const language of ['en', 'cy', 'ur', 'pl'])
    assert.equal(classOf('POST', `/${language}/search/`), 'found');
  assert.match(additions.found['Cache-Control'] ?? '', /^private, max-age=0$/);
  assert.equal(additions.found['X-Robots-Tag'], 'noindex');
  assert.equal(classOf('GET', '/en/search/'), 'page');
  for (const path of ['/en/refer/1/', '/en/status/', '/en/find/', '/p/open', '/en/search', '/search/'])
    assert.equal(classOf('POST', path), 'private', path);
  assert.equal(additions.private['Cache-Control'], 'no-store');

  const site = await serving((_request, response) => response.end('found'));
  const answer = await site.ask('/en/search/', words);
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get('cache-control'), 'private, max-age=0');
  assert.equal((await site.ask('/en/refer/1/', words)).headers.get('cache-control'), 'no-store');
  site.close();
});

test('the page is handed what was typed in a POST, and an address that holds a query is not asked for it', async () => {
  const handed: unknown[] = [];
  const site = await serving((_request, response, _next, locals) => {
    handed.push('form' in locals && locals.form instanceof Map ? locals.form.get('words') : undefined);
    response.end();
  });
  await site.ask('/en/search/', words);
  await site.ask(`/en/search/?words=${encodeURIComponent(words)}`);
  assert.deepEqual(handed, [[words], undefined]);
  const redirected = await site.ask('/en/search?words=x');
  assert.equal(redirected.headers.get('location'), '/en/search/');
  site.close();
});

test('a page that fails while it searches is logged by its code alone', async () => {
  const site = await serving(() => {
    throw new Error(`no such column: ${words}`);
  });
  const answer = await site.ask('/en/search/', words);
  assert.equal(answer.status, 500);
  assert.deepEqual(site.logged, [{ code: 'page-failed' }]);
  assert.doesNotMatch(await answer.text(), /he do/);
  site.close();
});

test('a search too long to be one is refused before it is read', async () => {
  const site = await serving((_request, response) => response.end());
  assert.equal((await site.ask('/en/search/', 'x'.repeat(70_000))).status, 413);
  site.close();
});
