/** Words: longer ones still fit at 320 px, and no English stands unmarked on a page in another script. */
import type { Page } from 'playwright/test';
import { expectNoOverflow } from '../support/accessible.ts';
import { expect, test } from '../support/browser.ts';

test.use({ viewport: { width: 320, height: 640 } });

const paths = [
  '/',
  '/en/',
  '/en/find/',
  '/en/refer/',
  '/en/refer/1/',
  '/en/status/',
  '/en/help-now/',
  '/en/privacy/',
  '/en/p/',
  '/en/p/keys/',
];

/** Accents and 40 % more letters, as a pseudo-language does it, in every text of the page. */
const lengthen = (page: Page) =>
  page.evaluate(() => {
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = texts.nextNode(); node; node = texts.nextNode()) {
      const text = node.textContent ?? '';
      if (text.trim() === '' || node.parentElement?.closest('script, style')) continue;
      const accented = text.replace(
        /[aeiou]/g,
        (vowel) => ({ a: 'ȧȧ', e: 'ḗḗ', i: 'īī', o: 'ǿǿ', u: 'ŭŭ' })[vowel] ?? vowel,
      );
      node.textContent = `⟦${accented}⟧`;
    }
  });

for (const path of paths) {
  test(`${path} still fits when its words are 40 % longer`, async ({ page }) => {
    await page.goto(path);
    await lengthen(page);
    await expectNoOverflow(page);
  });
}

/** Names of organisations and letters people must send as they are. */
const allowed = /^(BSL|LGBT\+|Why me\?|RJ|CLDR|PDF|Relay UK|register|Samaritans|Childline|[A-Z]{2}\d.*)$/;

async function unmarkedEnglish(page: Page): Promise<string[]> {
  const words = await page.evaluate(() => {
    const found: string[] = [];
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = texts.nextNode(); node; node = texts.nextNode()) {
      const parent = node.parentElement;
      if (
        !parent ||
        parent.closest('[lang="en"], [lang="en-GB"], [lang="cy"], bdi, [dir="ltr"], script, style, noscript')
      )
        continue;
      // A sentence of English, not a name inside a sentence of Urdu.
      const text = (node.textContent ?? '').trim();
      if (/[A-Za-z]{2,} [A-Za-z]{2,} [A-Za-z]{2,}/.test(text) && !/[\u0600-\u06FF]/.test(text))
        found.push(text);
    }
    return found;
  });
  return words.filter((text) => !allowed.test(text));
}

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('no English sentence stands unmarked on a page in Urdu', async ({ page }) => {
    for (const path of [
      '/ur/',
      '/ur/find/',
      '/ur/refer/',
      '/ur/refer/1/',
      '/ur/refer/2/',
      '/ur/status/',
      '/ur/help-now/',
      '/ur/privacy/',
    ]) {
      await page.goto(path);
      expect(await unmarkedEnglish(page), path).toEqual([]);
    }
    await page.goto('/ur/refer/1/');
    await page.locator('input[name="postcode"]').fill('CT1 1AA');
    await page.locator('button[name="step"][value="answers"].button').click();
    await page.locator('button[name="step"][value="check"].button').click();
    await expect(page.locator('#problems')).toBeVisible();
    expect(await unmarkedEnglish(page), 'the form with problems').toEqual([]);
  });
});

test('every page says its language and direction', async ({ page }) => {
  for (const [path, lang, dir] of [
    ['/en/', 'en-GB', 'ltr'],
    ['/cy/refer/1/', 'cy', 'ltr'],
    ['/ur/find/', 'ur', 'rtl'],
  ] as const) {
    await page.goto(path);
    await expect(page.locator('html')).toHaveAttribute('lang', lang);
    await expect(page.locator('html')).toHaveAttribute('dir', dir);
  }
});
