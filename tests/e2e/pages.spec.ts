/** Pages to read, one of each template and language: for everybody, at every width, with wider spaces, in the dark. */
import { expectAccessible, expectNoOverflow, expectRoomForSpacing } from '../support/accessible.ts';
import { expect, test } from '../support/browser.ts';
import { expectNoFailureByIbm } from '../support/second-engine.ts';

/** Looked at by the second engine too: one of each template. */
const twice = new Set([
  '/en/how-it-works/',
  '/en/easy-read/is-it-safe/',
  '/ur/safety/',
  '/cy/words/',
  '/cy/areas/dyfed-powys/',
  '/en/print/form/',
]);

const sample = [
  '/en/how-it-works/',
  '/en/your-rights/',
  '/en/easy-read/is-it-safe/',
  '/en/all/',
  '/cy/words/',
  '/ur/safety/',
  '/ur/evidence/',
  '/pl/is-it-right-for-me/',
  '/cy/areas/dyfed-powys/',
  '/ur/areas/',
  '/en/print/form/',
  '/ur/print/card/',
  '/ur/print/kent/leaflet/',
];

for (const path of sample) {
  test(`${path} is accessible on a phone and on a desk`, async ({ page }) => {
    await page.setViewportSize({ width: 320, height: 640 });
    await page.goto(path);
    for (const summary of await page.locator('main summary').all()) await summary.click();
    await expectAccessible(page);
    if (twice.has(path)) await expectNoFailureByIbm(page);
    await page.setViewportSize({ width: 1280, height: 800 });
    await expectNoOverflow(page);
  });
}

test('nothing sticks out with wider spaces, or when all is four times as large', async ({ page }) => {
  for (const path of sample) {
    // 1280 px at 400 % is a window of 320 px.
    await page.setViewportSize({ width: 320, height: 256 });
    await page.goto(path);
    await expectRoomForSpacing(page);
  }
});

test.describe('in dark colours', () => {
  test.use({ colorScheme: 'dark' });
  test('the pages keep their contrast', async ({ page }) => {
    for (const path of ['/en/evidence/', '/ur/safety/']) {
      await page.goto(path);
      await expectAccessible(page);
    }
  });
});

test('a page that is not translated says so, and is read aloud as English', async ({ page }) => {
  await page.goto('/ur/evidence/');
  await expect(page.locator('html')).toHaveAttribute('dir', 'rtl');
  await expect(page.locator('article')).toHaveAttribute('lang', 'en-GB');
  await expect(page.locator('article')).toHaveAttribute('dir', 'ltr');
  await expect(page.locator('.notice')).toBeVisible();
  await expect(page.locator('link[rel="canonical"]')).toHaveAttribute('href', /\/en\/evidence\/$/);
  await expect(page.locator('link[hreflang="ur"]')).toHaveCount(0);
});

test('answers open without JavaScript, and what a page rests on stands at its end', async ({ page }) => {
  await page.goto('/en/is-it-right-for-me/');
  await page.locator('article summary').first().press('Enter');
  await expect(page.locator('article details').first()).toHaveAttribute('open', '');
  await page.locator('.onward summary').click();
  await expect(page.locator('.sources li').first()).toBeVisible();
  for (const value of await page
    .locator('article data')
    .evaluateAll((all) => all.map((one) => one.getAttribute('value')))) {
    for (const id of (value ?? '').split(' ')) await expect(page.locator(`[id="${id}"]`)).toHaveCount(1);
  }
});

test('nothing moves while a page loads', async ({ page }) => {
  await page.addInitScript(() => {
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        const { value } = entry as unknown as { value: number };
        Object.assign(globalThis, { shifted: ((globalThis as { shifted?: number }).shifted ?? 0) + value });
      }
    }).observe({ type: 'layout-shift', buffered: true });
  });
  for (const path of sample) {
    await page.goto(path);
    await page.waitForLoadState('load');
    expect(await page.evaluate(() => (globalThis as { shifted?: number }).shifted ?? 0), path).toBe(0);
  }
});
