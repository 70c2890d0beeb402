/**
 * What somebody finds who takes up the person's device afterwards: nothing that was typed.
 *
 * In Chromium only; firefox-profile.spec.ts says the same of Firefox. WebKit keeps pages, sessions and suggestions in ways
 * of its own, which nobody has measured: Playwright drives a build of it that Debian does not have.
 */
import type { Page } from 'playwright/test';
import { fieldWords } from '../../src/components/refer/field-words.ts';
import type { FieldName } from '../../src/referral/fields.ts';
import { expect, test } from '../support/browser.ts';
import { answer, filledIn, marked, press, refer, toAnswers } from '../support/person.ts';

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

test('I1: with JavaScript, Back does not offer to send again what was posted, nor what was refused', async ({
  page,
}) => {
  const expectNewForm = async () => {
    await page.goto('/en/');
    await back(page);
    await expect(page.locator('main')).toHaveAttribute('data-step', 'where');
    await expectNothingTyped(page);
  };
  const receipt = await refer(page);
  await page.reload();
  await page.reload();
  await expect(page.locator('#receipt')).toHaveText(receipt);
  await expectNewForm();

  await toAnswers(page);
  await answer(page);
  await page.locator('form#referral').evaluate((form: HTMLFormElement) => (form.enctype = 'text/plain'));
  await press(page, 'check');
  await expect(page.locator('main')).toHaveAttribute('data-step', 'failed');
  await expectNewForm();
});

test('I6: with JavaScript, Change and the link of a problem lead to the field, and the address stays as it is', async ({
  page,
}) => {
  const addresses = new Set<string>();
  page.on('framenavigated', (frame) =>
    addresses.add(new URL(frame.url()).pathname + new URL(frame.url()).hash),
  );
  const problem = (code: string) => page.locator(`[data-problem="${code}"] a`);
  const label = (name: FieldName) => fieldWords('en', 'harmed', name).label;
  const change = (name: FieldName) =>
    page.locator('.rows > div', { hasText: label(name) }).getByRole('button');

  await page.goto('/en/refer/1/');
  await press(page, 'answers');
  await problem('postcode.missing').click();
  await expect(page.locator('#postcode')).toBeFocused();
  await toAnswers(page);
  await answer(page, { ...marked, email: 'nobody' });
  await press(page, 'check');
  await expect(page.locator('#problems')).toBeFocused();
  await problem('email.malformed').click();
  await expect(page.locator('#email')).toBeFocused();
  // With what it asks in sight above it.
  await expect(page.locator('label[for="email"]')).toBeInViewport();

  await answer(page, { email: marked.email });
  for (const name of ['crime-number', 'kind', 'consent-police', 'age'] as const) {
    await press(page, 'check');
    await expect(page.locator('main')).toHaveAttribute('data-step', 'check');
    await change(name).click();
    await expect(page.locator(`#${name}`)).toBeFocused();
    if (name === 'age') await press(page, 'answers');
    const next = page.locator('[data-question]:visible button[type="button"]:not(.quiet)');
    if (name === 'kind') {
      // Back then means the question that "Change" led to.
      await next.click();
      await page.goBack();
      await expect(page.locator('#kind')).toBeVisible();
    }
    while ((await next.count()) > 0) await next.click();
  }

  await page.goto('/en/status/');
  await page.locator('#code').fill('nobody');
  await press(page, 'look');
  await expect(page.locator('#problems')).toBeFocused();
  await problem('code.malformed').click();
  await expect(page.locator('#code')).toBeFocused();
  expect([...addresses]).toEqual(['/en/refer/1/', '/en/status/']);
});

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

/** What stands on the page as not for translating, and what a browser may send away to have it translated. */
function translated(page: Page): Promise<{ kept: string[]; sent: string }> {
  return page.evaluate(() => {
    const kept = [...document.querySelectorAll<HTMLElement>('main [translate="no"]')];
    const texts = kept.map(({ textContent }) => textContent.trim());
    for (const one of kept) one.remove();
    return { kept: texts, sent: document.body.textContent };
  });
}

/** The way to reach the person is the last one filled in, the email: the details of the others are not shown. */
const { address: _address, mobile: _mobile, phone: _phone, ...shown } = marked;

test('I8: on no page is a field spell-checked or its text foretold, for which a browser may ask its maker', async ({
  page,
}) => {
  const checked = () =>
    page.evaluate(() =>
      [...document.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>('input, textarea')]
        .filter(({ type }) => ['text', 'search', 'tel', 'email', 'textarea'].includes(type))
        .map(({ name, spellcheck, writingSuggestions }) =>
          [name, spellcheck || writingSuggestions !== 'false' ? 'is read along' : 'is not'].join(' '),
        ),
    );
  const seen: string[] = [];
  for (const path of ['find', 'search', 'all', 'status', 'refer/1']) {
    await page.goto(`/en/${path}/`);
    seen.push(...(await checked()));
  }
  await toAnswers(page);
  seen.push(...(await checked()));
  await answer(page);
  await press(page, 'check');
  await expect(page.locator('main')).toHaveAttribute('data-step', 'check');
  seen.push(...(await checked()));
  for (const name of ['postcode', 'words', 'code', ...Object.keys(marked)]) {
    expect(seen).toContain(`${name} is not`);
  }
  expect(seen.filter((field) => field.endsWith('is read along'))).toEqual([]);
});

test('I8: what a person typed is not for translating where it is shown, and our words are', async ({
  page,
  site,
}) => {
  await toAnswers(page);
  await answer(page);
  await press(page, 'check');
  await expect(page.locator('main')).toHaveAttribute('data-step', 'check');
  const check = await translated(page);
  expect(check.kept.sort()).toEqual(Object.values(shown).sort());
  expect(check.sent).toContain('Victim and Witness Hub');

  await toAnswers(page);
  await answer(page);
  await page.locator('.languages summary').click();
  await page.locator('.languages button[lang="cy"]').click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'cy');
  const again = await translated(page);
  expect(again.kept.filter((text) => text !== '').sort()).toEqual(
    [marked.address, marked.access, marked.note].sort(),
  );

  // By its name the helper that sends knows its own referral again.
  const { 'call-me': _, ...rest } = shown;
  await page.goto((await site.sendReferral(rest)).link);
  await page.getByLabel('Your key file').setInputFiles(site.keys.own);
  await page.getByLabel('Your passphrase').fill(site.keys.passphrase);
  await page.getByRole('button', { name: 'Unlock the' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'The referral' })).toBeVisible();
  const opened = await translated(page);
  expect(opened.kept).toEqual(expect.arrayContaining(Object.values(rest)));
  expect(opened.kept.length).toBe(Object.keys(shown).length);
  for (const text of Object.values(rest)) expect(opened.sent).not.toContain(text);
  expect(opened.sent).toContain('The referral');
});
