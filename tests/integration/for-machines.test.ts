/** What search engines and feed readers are given: complete, and nothing that no person should be sent to. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pages } from '../../src/content/pages.ts';

const built = (path: string) => readFileSync(join('dist/client', path), 'utf8');

test('the sitemap names every page once, in the languages it has, and each is there', () => {
  const listed = [...built('sitemap.xml').matchAll(/<loc>([^<]+)</g)].map(
    ([, url]) => new URL(url ?? '').pathname,
  );
  assert.equal(new Set(listed).size, listed.length);
  for (const { path } of pages) assert.ok(listed.includes(`/en${path}`), path);
  assert.ok(listed.includes('/ur/safety/'));
  assert.ok(!listed.includes('/ur/evidence/'), 'it is not translated');
  for (const path of listed) {
    if (!path.endsWith('/find/')) assert.ok(existsSync(join('dist/client', path, 'index.html')), path);
    assert.doesNotMatch(path, /\/(refer|status|p)\//);
  }
});

test('a page names its languages, and one without a translation points to the English', () => {
  const own = built('cy/evidence/index.html');
  assert.match(own, /rel="canonical" href="[^"]+\/cy\/evidence\/"/);
  assert.match(own, /hreflang="x-default" href="[^"]+\/en\/evidence\/"/);
  assert.match(built('ur/evidence/index.html'), /rel="canonical" href="[^"]+\/en\/evidence\/"/);
  assert.doesNotMatch(own, /application\/ld\+json/);
});

test('the demonstration asks search engines to stay away', () => {
  assert.equal(built('robots.txt'), 'User-agent: *\nDisallow: /\n');
});

test('each language has a feed', () => {
  for (const code of ['en', 'cy', 'ur', 'pl'])
    assert.match(built(`${code}/feed.xml`), /<feed xmlns="http:\/\/www\.w3\.org\/2005\/Atom"/);
});
