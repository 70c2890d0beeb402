/**
 * Every page that was built, in every language: two engines, a narrow window, and wider spaces.
 *
 * One page of each shape comes first, so that a run that is cut short has seen everything but other names and numbers.
 * `npm run test:pages -- --grep /cy/areas/` looks at some of them.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { sep } from 'node:path';
import { expectAccessible, expectRoomForSpacing } from '../support/accessible.ts';
import { test } from '../support/browser.ts';
import { languages } from '../../src/i18n/languages.ts';

const paths = readdirSync('dist/client', { recursive: true, encoding: 'utf8' })
  .filter((entry) => entry.endsWith(`${sep}index.html`))
  .map((entry) => `/${entry.split(sep).join('/')}`.replace(/index\.html$/, ''));

/** Drawn on demand, so no file of theirs is built. */
const drawn = ['find/', 'refer/1/', 'refer/2/', 'refer/3/', 'refer/4/', 'status/', 'search/'];

const shapes = new Set<string>();
const [first, others] = [[] as string[], [] as string[]];
for (const path of paths) {
  const shape = shapeOf(path);
  (shapes.has(shape) ? others : first).push(path);
  shapes.add(shape);
}
const all = [...languages.flatMap(({ code }) => drawn.map((one) => `/${code}/${one}`)), ...first, ...others];

test.use({ viewport: { width: 320, height: 640 } });

for (const path of all) {
  test(`${path} is for everybody`, async ({ page }) => {
    await page.goto(path);
    await expectAccessible(page);
    await expectRoomForSpacing(page);
  });
}

/** Its elements and their roles, without words, addresses and drawings. */
function shapeOf(path: string): string {
  return readFileSync(`dist/client${path}index.html`, 'utf8')
    .replaceAll(/>[^<]+</g, '><')
    .replaceAll(/<path [^>]*>/g, '')
    .replaceAll(/ (?:href|hreflang|id|aria-[a-z]+|for|content|datetime|alt|title|src|value)="[^"]*"/g, '');
}
