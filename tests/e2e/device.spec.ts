/**
 * What somebody finds who takes up the person's device afterwards: nothing that was typed.
 *
 * In Chromium only; firefox-profile.spec.ts says the same of Firefox. WebKit keeps pages, sessions and suggestions in ways
 * of its own, which nobody has measured: Playwright drives a build of it that Debian does not have.
 */
import type { Page } from 'playwright/test';
import { expect, test } from '../support/browser.ts';
import { answer, filledIn, marked, refer, toAnswers } from '../support/person.ts';

/** Nothing stands in a field, and nothing typed stands anywhere in the page, in sight or not. */
async function expectNothingTyped(page: Page): Promise<void> {
  expect(await filledIn(page)).toEqual([]);
  const html = await page.content();
  for (const text of ['CB1 0AG', ...Object.values(marked)]) expect(html).not.toContain(text);
}

/** Chromium shows an empty page of its own in the place of one that was posted, and says so as an error. */
async function back(page: Page): Promise<void> {
  const shown = page.waitForEvent('framenavigated');
  await page.goBack().catch(() => null);
  await shown;
  await page.waitForLoadState();
}

test.beforeEach(({ browser }, info) => {
  info.annotations.push({ type: 'figure', description: `Chromium ${browser.version()}` });
});

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with JavaScript' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled });

    test('I1: after sending, no page that Back leads to has anything filled in', async ({ page }) => {
      await page.goto('/en/');
      await refer(page);
      for (let pages = 0; page.url() !== 'about:blank' && pages < 20; pages += 1) {
        await back(page);
        await expectNothingTyped(page);
      }
      expect(page.url()).toBe('about:blank');
    });

    test('I2: after typing and leaving, Back shows every field empty', async ({ page }) => {
      await page.goto('/en/refer/1/');
      await page.locator('#postcode').fill('CB1 0AG');
      await page.locator('#age').check();
      expect(await filledIn(page)).toEqual(['postcode', 'age']);
      await page.goto('/en/');
      await back(page);
      await expect(page).toHaveURL(/\/refer\/1\/$/);
      await expectNothingTyped(page);

      await toAnswers(page);
      await answer(page);
      expect((await filledIn(page)).length).toBeGreaterThan(10);
      await page.goto('/en/');
      await back(page);
      await expectNothingTyped(page);
    });
  });
}

test('I10: on paper the receipt is its code and says nothing else', async ({ page }) => {
  const receipt = await refer(page);
  await page.emulateMedia({ media: 'print' });
  const words = (await page.locator('body').innerText()).split('\n').filter((line) => line.trim() !== '');
  expect(words).toEqual(['Your receipt code', receipt]);
  // Browsers print title and address in the margin, where the page leaves one.
  const margins = await page.evaluate(() =>
    [...document.styleSheets]
      .flatMap((sheet) => [...sheet.cssRules])
      .flatMap((rule) =>
        rule instanceof CSSPageRule && rule.selectorText === 'receipt' ? [rule.style.margin] : [],
      ),
  );
  expect(margins).toEqual(['0px']);
  expect(await page.locator('main').evaluate((main) => getComputedStyle(main).page)).toBe('receipt');
});
