/**
 * The way through one page of each template with the Tab key alone, kept in keyboard/ and read by people.
 *
 * Wherever the focus lands can be seen, and nothing lies over it. `UPDATE_KEYBOARD=1 npm run test:browser -- keyboard`
 * writes the files anew; read the difference before you commit it.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { Page } from 'playwright/test';
import { expect, test } from '../support/browser.ts';

const folder = 'tests/e2e/keyboard';
const update = process.env['UPDATE_KEYBOARD'] === '1';

const templates = {
  home: '/en/',
  article: '/en/how-it-works/',
  'easy-read': '/en/easy-read/is-it-safe/',
  all: '/en/all/',
  area: '/en/areas/kent/',
  finder: '/en/find/',
  form: '/en/refer/1/',
  'help-now': '/en/help-now/',
  search: '/en/search/',
  status: '/en/status/',
  print: '/en/print/kent/leaflet/',
};

/** More stops than any page has; a trap would never end. */
const stopsMax = 200;

for (const [name, path] of Object.entries(templates)) {
  test(`${name}: every stop of the Tab key is in sight, and in the order kept`, async ({ page }) => {
    await page.setViewportSize({ width: 320, height: 640 });
    await page.goto(path);
    const stops: string[] = [];
    for (let stop = await nextStop(page); stop !== undefined; stop = await nextStop(page)) {
      expect(stop.isSeen, `${path}: ${stop.says}`).toBe(true);
      stops.push(stop.says);
      expect(stops.length, 'the focus never leaves the page').toBeLessThan(stopsMax);
    }
    const kept = `${folder}/${name}.txt`;
    if (update) {
      mkdirSync(folder, { recursive: true });
      writeFileSync(kept, `${stops.join('\n')}\n`);
    }
    expect(`${stops.join('\n')}\n`).toBe(readFileSync(kept, 'utf8'));
  });
}

/** Undefined once the focus has left the page. */
async function nextStop(page: Page): Promise<{ says: string; isSeen: boolean } | undefined> {
  await page.keyboard.press('Tab');
  return page.evaluate(() => {
    const element = document.activeElement;
    if (!(element instanceof HTMLElement) || element === document.body) return undefined;
    const label = element instanceof HTMLInputElement ? element.labels?.[0] : undefined;
    const text = element.getAttribute('aria-label') ?? (label ?? element).textContent;
    const says = `${element.localName} ${text.trim().replace(/\s+/g, ' ')}`;

    // The first line of what is focused: a link may run over two.
    const [box] = element.getClientRects();
    if (!box || box.width === 0 || box.height === 0) return { says, isSeen: false };
    const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
    const hit = document.elementFromPoint(x, y);
    const isFree =
      hit !== null && (element.contains(hit) || hit.contains(element) || label?.contains(hit) === true);
    return { says, isSeen: isFree };
  });
}
