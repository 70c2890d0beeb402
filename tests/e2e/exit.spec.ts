/** Leaving: by link, by Shift three times, with and without JavaScript; never by Esc. */
import type { BrowserContext } from 'playwright/test';
import { expect, test } from '../support/browser.ts';

const weather = 'https://www.bbc.co.uk/weather';

/** The neutral page is elsewhere; here a blank one stands for it, and says whether it was told where people came from. */
async function standIn(context: BrowserContext): Promise<string[]> {
  const referrers: string[] = [];
  await context.route(`${weather}**`, async (route) => {
    referrers.push((await route.request().headerValue('referer')) ?? '');
    await route.fulfill({ contentType: 'text/html', body: '<title>Weather</title>Weather' });
  });
  return referrers;
}

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with JavaScript' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled });
    test('the link leads away from every page, and does not say where from', async ({ page, context }) => {
      const referrers = await standIn(context);
      for (const path of ['/en/', '/ur/refer/1/', '/cy/find/', '/en/status/', '/en/p/']) {
        await page.goto(path);
        await page.locator('.exit a').last().click();
        await page.waitForURL(weather);
      }
      expect(referrers.every((referrer) => referrer === '')).toBe(true);
    });
  });
}

test('Shift three times leads away, Esc and Shift for a capital letter do not', async ({ page, context }) => {
  await standIn(context);
  await page.goto('/en/refer/1/');
  for (let press = 0; press < 3; press += 1) await page.keyboard.press('Escape');
  await page.getByLabel('Postcode', { exact: true }).focus();
  for (let press = 0; press < 3; press += 1) await page.keyboard.press('Shift+A');
  await expect(page).toHaveURL(/\/en\/refer\/1\/$/);
  for (let press = 0; press < 3; press += 1) await page.keyboard.press('Shift');
  await page.waitForURL(weather);
});

test('after leaving with a script, Back does not show the page', async ({ page, context }) => {
  await standIn(context);
  await page.goto('/en/');
  await page.goto('/en/refer/1/');
  await page.getByLabel('Postcode', { exact: true }).fill('CB1 0AG');
  await page.locator('.exit a').last().click();
  await page.waitForURL(weather);
  await page.goBack();
  await expect(page).toHaveURL(/\/en\/$/);
});
