/** A person refers themselves: in three languages, with and without JavaScript, at 320 px, and by keyboard alone. */
import type { Page } from 'playwright/test';
import { languageCodes, type LanguageCode } from '../../src/i18n/languages.ts';
import { wordsIn } from '../../src/i18n/translate.ts';
import { fieldWords } from '../../src/components/refer/field-words.ts';
import { trapName } from '../../src/referral/fields.ts';
import { expectAccessible, expectNoOverflow } from '../support/accessible.ts';
import { expect, test } from '../support/browser.ts';
import { answer, refer, toAnswers } from '../support/person.ts';
import { mails, nextMail } from '../support/referral-form.ts';

test.use({ viewport: { width: 320, height: 640 } });

const step = (page: Page) => page.locator('main');
const go = (page: Page, value: string) =>
  page.locator(`button[name="step"][value="${value}"].button`).click();

/** Where there is a script, one question is in sight at a time. */
async function toLastQuestion(page: Page, language: LanguageCode) {
  const next = page.getByRole('button', { name: wordsIn(language)('refer.answers.continue'), exact: true });
  while (await next.isVisible()) await next.click();
}

async function fillContact(page: Page, language: LanguageCode) {
  const label = (name: Parameters<typeof fieldWords>[2]) => fieldWords(language, 'harmed', name).label;
  await page.getByLabel(label('call-me')).fill('Test Person');
  await page
    .getByLabel(fieldWords(language, 'harmed', 'reach-by').choice?.['email'] ?? '', { exact: true })
    .check();
  await page.getByLabel(label('email'), { exact: true }).fill('test@mail.example');
}

// A service of its own for each: what comes to one by the dozen is told a little later, and together.
const postcodeIn = { en: 'cb10ag', cy: 'll571aa', pl: 'nr11aa', ur: 'le11aa' } as const;

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with JavaScript' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled });

    for (const language of javaScriptEnabled ? languageCodes : (['cy', 'ur'] as const)) {
      // In both directions; the pages are the same in the other languages.
      const isLookedAt = javaScriptEnabled && (language === 'en' || language === 'ur');
      test(`D10: in ${language}, from the place to the receipt, and to its status`, async ({ page }) => {
        const t = wordsIn(language);
        await page.goto(`/${language}/refer/1/`);
        await expect(step(page)).toHaveAttribute('data-step', 'where');
        if (isLookedAt) await expectAccessible(page);

        await go(page, 'answers');
        await expect(step(page)).toHaveAttribute('data-step', 'problems');
        if (javaScriptEnabled) {
          await expect(page.locator('#problems')).toBeFocused();
          if (isLookedAt) await expectAccessible(page);
        }
        await page.locator('#problems a').first().click();
        await expect(page.getByLabel(fieldWords(language, 'harmed', 'postcode').label)).toBeFocused();

        await page.getByLabel(fieldWords(language, 'harmed', 'postcode').label).fill(postcodeIn[language]);
        await go(page, 'answers');
        await expect(step(page)).toHaveAttribute('data-step', 'answers');
        if (isLookedAt) await expectAccessible(page);

        await fillContact(page, language);
        if (javaScriptEnabled) await toLastQuestion(page, language);
        await go(page, 'check');
        await expect(step(page)).toHaveAttribute('data-step', 'problems');
        await expect(page.locator('[data-problem="consent-send.missing"]')).toBeVisible();
        if (isLookedAt) await expectAccessible(page);
        await expect(page.locator('#call-me')).toHaveValue('Test Person');

        await page.getByLabel(fieldWords(language, 'harmed', 'consent-send').choice?.['yes'] ?? '').check();
        if (javaScriptEnabled) await toLastQuestion(page, language);
        await go(page, 'check');
        await expect(step(page)).toHaveAttribute('data-step', 'check');
        await expect(page.getByText('test@mail.example')).toBeVisible();
        if (isLookedAt) await expectAccessible(page);

        // "Change" loses nothing.
        await page.locator('button[value="change"]').first().click();
        await expect(page.locator('#call-me')).toHaveValue('Test Person');
        if (javaScriptEnabled) await toLastQuestion(page, language);
        await go(page, 'check');

        const known = await mails();
        await go(page, 'send');
        await expect(step(page)).toHaveAttribute('data-step', 'sent');
        if (isLookedAt) await expectAccessible(page);
        const receipt = (await page.locator('#receipt').textContent())?.trim() ?? '';
        const notice = await nextMail(known);
        expect(notice.eml).not.toContain('Test Person');

        await page.goto(`/${language}/status/`);
        await page.getByLabel(t('status.label')).fill(` ${receipt.toLowerCase().replaceAll('-', ' ')} `);
        await go(page, 'look');
        await expect(page.locator('#status')).toHaveAttribute('data-status', /waiting|sent/);
        if (isLookedAt) await expectAccessible(page);
      });
    }

    test('changing the language inside the form loses nothing', async ({ page }) => {
      await page.goto('/en/refer/1/');
      await page.getByLabel('Postcode', { exact: true }).fill('CB1 0AG');
      await go(page, 'answers');
      await page.getByLabel(fieldWords('en', 'harmed', 'call-me').label).fill('Test Person');
      await page.locator('.languages summary').click();
      await page.getByRole('button', { name: 'Cymraeg' }).click();
      await expect(page).toHaveURL(/\/cy\/refer\/1\/$/);
      await expect(page.locator('html')).toHaveAttribute('lang', 'cy');
      await expect(page.locator('#call-me')).toHaveValue('Test Person');
    });
  });
}

test('a postcode on a border is left to the person', async ({ page }) => {
  await page.goto('/en/refer/1/');
  await page.getByLabel('Postcode', { exact: true }).fill('SG8');
  await go(page, 'answers');
  await expect(page.locator('[data-problem="council.choose"]')).toBeVisible();
  await expectAccessible(page);
  await page.getByLabel('South Cambridgeshire').check();
  await go(page, 'answers');
  await expect(step(page)).toHaveAttribute('data-step', 'answers');
});

test('a long address of a mailbox fits beside Change on a narrow screen', async ({ page }) => {
  await toAnswers(page);
  await answer(page, { 'call-me': 'Test Person', email: 'a.rather.long.name.of.somebody@mail.example' });
  await go(page, 'check');
  await expect(step(page)).toHaveAttribute('data-step', 'check');
  await expectNoOverflow(page);
});

test('every role has its form, at an address that says nothing', async ({ page }) => {
  await page.goto('/en/refer/');
  await expectAccessible(page);
  for (const number of [1, 2, 3, 4]) {
    await page.goto(`/en/refer/${number}/`);
    await expect(step(page)).toHaveAttribute('data-step', 'where');
    if (number === 2) await expectAccessible(page);
    await page.getByLabel('Postcode', { exact: true }).fill('CT1 1AA');
    await go(page, 'answers');
    await expect(step(page)).toHaveAttribute('data-step', 'answers');
    expect(new URL(page.url()).search).toBe('');
    await expect(page).toHaveTitle(/^Ask a service to contact you/);
  }
});

test('the phone’s Back means the previous question', async ({ page }) => {
  await page.goto('/en/refer/1/');
  await page.getByLabel('Postcode', { exact: true }).fill('CB1 0AG');
  await go(page, 'answers');
  await page.getByLabel(fieldWords('en', 'harmed', 'call-me').label).fill('Test Person');
  await page.getByRole('button', { name: 'Continue', exact: true }).click();
  await expect(page.locator('[data-question="contact"]')).toBeHidden();
  await page.goBack();
  await expect(page.locator('[data-question="contact"]')).toBeVisible();
  await expect(page.locator('#call-me')).toHaveValue('Test Person');
});

test('a second press of Send at once does nothing, and after a page that took too long was stopped it sends', async ({
  page,
}) => {
  await toAnswers(page);
  await answer(page);
  await go(page, 'check');
  await expect(step(page)).toHaveAttribute('data-step', 'check');
  let asked = 0;
  // It never answers; what is asked for the second time is let through.
  await page.route('**/refer/1/', (route) => {
    asked += 1;
    if (asked > 1) void route.continue();
  });
  // All by one script, because the browser's driver waits for the page that does not come.
  await page.evaluate(() => {
    const send = document.querySelector<HTMLButtonElement>('button[name="step"][value="send"]');
    send?.click();
    send?.click();
    setTimeout(() => {
      window.stop();
      send?.click();
    }, 3_200);
  });
  await page.waitForTimeout(2_000);
  expect(asked).toBe(1);
  await expect(page.locator('#receipt')).toBeVisible();
  expect(asked).toBe(2);
});

test('by keyboard alone, from the first field to the receipt', async ({ page }) => {
  await page.goto('/en/refer/4/');
  await page.getByLabel('Postcode', { exact: true }).focus();
  await page.keyboard.type('CB1 0AG');
  await page.keyboard.press('Enter');
  await expect(step(page)).toHaveAttribute('data-step', 'answers');
  await page.locator('#call-me').focus();
  await page.keyboard.type('Test Person');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Space');
  for (let presses = 0; presses < 2; presses += 1) await page.keyboard.press('ArrowDown');
  await expect(page.locator('#reach-by-email')).toBeChecked();
  await page.keyboard.press('Tab');
  await page.keyboard.type('test@mail.example');
  for (let question = 0; question < 6 && !(await page.locator('#consent-send').isVisible()); question += 1) {
    await page.keyboard.press('Tab');
    const name = await page.evaluate(() => document.activeElement?.textContent?.trim());
    if (name !== 'Continue') question -= 1;
    else await page.keyboard.press('Enter');
  }
  await page.locator('#consent-send').focus();
  await page.keyboard.press('Space');
  await page.keyboard.press('Enter');
  await expect(step(page)).toHaveAttribute('data-step', 'check');
  await page.locator('button[value="send"]').focus();
  await page.keyboard.press('Enter');
  await expect(step(page)).toHaveAttribute('data-step', 'sent');
});

test('I7, I8: no cookie, nothing stored, nobody else is asked for anything', async ({
  page,
  context,
  site,
}) => {
  const elsewhere: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(`${site.url}/`)) elsewhere.push(request.url());
  });
  for (const path of ['/en/', '/en/find/', '/en/refer/', '/en/refer/1/', '/en/status/', '/en/help-now/']) {
    await page.goto(path);
    const inline = await page.locator('script:not([src]), style, [style], [onclick]').count();
    expect(inline, path).toBe(0);
  }
  const receipt = await refer(page);
  await page.goto('/en/status/');
  await page.locator('#code').fill(receipt);
  await go(page, 'look');
  await expect(page.locator('#status')).toBeVisible();

  expect(elsewhere).toEqual([]);
  expect(await context.storageState({ indexedDB: true })).toEqual({ cookies: [], origins: [] });
  expect(context.serviceWorkers()).toEqual([]);
  const kept = await page.evaluate(async () => ({
    session: sessionStorage.length,
    databases: (await indexedDB.databases()).length,
    caches: (await caches.keys()).length,
    workers: (await navigator.serviceWorker.getRegistrations()).length,
  }));
  expect(kept).toEqual({ session: 0, databases: 0, caches: 0, workers: 0 });
});

test('E7: the trap beside Send is met neither with the Tab key nor by ear', async ({ page, context }) => {
  await toAnswers(page);
  await answer(page);
  await go(page, 'check');
  const trap = page.locator(`[name="${trapName}"]`);
  await expect(trap).toHaveCount(1);
  const focused: (string | null)[] = [];
  // More than the page has stops, so that every one is met.
  for (let press = 0; press < 60; press += 1) {
    await page.keyboard.press('Tab');
    focused.push(await page.evaluate(() => document.activeElement?.getAttribute('name') ?? null));
  }
  expect(focused).toContain('step');
  expect(focused).not.toContain(trapName);

  const session = await context.newCDPSession(page);
  const { nodes } = await session.send('Accessibility.getFullAXTree');
  const heard = nodes.filter(({ ignored }) => !ignored).map(({ role }) => String(role?.value));
  expect(heard).toContain('button');
  expect(heard).not.toContain('textbox');
});

test('every page says that it is a demonstration, and again beside Send', async ({ page }) => {
  for (const path of ['/', '/en/', '/cy/find/', '/ur/refer/2/', '/en/status/', '/en/p/', '/nowhere/']) {
    await page.goto(path);
    await expect(page.locator('.demo'), path).toBeVisible();
  }
});
