/**
 * Every page that was built, in every language: two engines, a narrow window, and wider spaces.
 *
 * `npm run test:pages -- --grep /cy/areas/` looks at some of them.
 */
import { readdirSync } from 'node:fs';
import { sep } from 'node:path';
import { expectAccessible, expectRoomForSpacing } from '../support/accessible.ts';
import { test } from '../support/browser.ts';
import { languages } from '../../src/i18n/languages.ts';
import { expectNoFailureByIbm } from '../support/second-engine.ts';

const paths = readdirSync('dist/client', { recursive: true, encoding: 'utf8' })
  .filter((entry) => entry.endsWith(`${sep}index.html`))
  .map((entry) => `/${entry.split(sep).join('/')}`.replace(/index\.html$/, ''));

/** Drawn on demand, so no file of theirs is built. */
const drawn = ['find/', 'refer/1/', 'refer/2/', 'refer/3/', 'refer/4/', 'status/', 'search/'];

const all = [...paths, ...languages.flatMap(({ code }) => drawn.map((one) => `/${code}/${one}`))];

test.use({ viewport: { width: 320, height: 640 } });

for (const path of all) {
  test(`${path} is for everybody`, async ({ page }) => {
    await page.goto(path);
    await expectAccessible(page);
    await expectNoFailureByIbm(page);
    await expectRoomForSpacing(page);
  });
}
