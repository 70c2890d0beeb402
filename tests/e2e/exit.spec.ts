/** Leaving: by link, by Shift three times, with and without JavaScript; never by Esc. */
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import { expect, neutralPagePort, test } from '../support/browser.ts';

const weather = 'https://www.bbc.co.uk/weather';
const pem = readFileSync('tests/support/certificates/self-signed.pem');

// One neutral page stands in for the real one, so these tests run one after the other.
test.describe.configure({ mode: 'default' });
test.use({ ignoreHTTPSErrors: true });

/** What the neutral page was told about where people came from. */
const referrers: (string | undefined)[] = [];
let neutral: Server;

test.beforeAll(async () => {
  neutral = createServer({ key: pem, cert: pem }, (request, response) => {
    referrers.push(request.headers.referer);
    response.setHeader('content-type', 'text/html').end('<title>Weather</title>Weather');
  });
  await new Promise<void>((listening) => neutral.listen(neutralPagePort, '127.0.0.1', listening));
});

test.afterAll(() => {
  neutral.closeAllConnections();
  neutral.close();
});

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with JavaScript' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled });
    test('I4: the link leads away from every page, and does not say where from', async ({ page }) => {
      referrers.length = 0;
      for (const path of ['/en/', '/ur/refer/1/', '/cy/find/', '/en/status/', '/en/p/']) {
        await page.goto(path);
        await page.locator('.exit a').last().click();
        await page.waitForURL(weather);
      }
      expect(referrers.length).toBeGreaterThanOrEqual(5);
      expect(referrers.every((referrer) => referrer === undefined)).toBe(true);
    });
  });
}

test('I4: Shift three times leads away, Esc and Shift for a capital letter do not', async ({ page }) => {
  await page.goto('/en/refer/1/');
  for (let press = 0; press < 3; press += 1) await page.keyboard.press('Escape');
  await page.getByLabel('Postcode', { exact: true }).focus();
  for (let press = 0; press < 3; press += 1) await page.keyboard.press('Shift+A');
  await expect(page).toHaveURL(/\/en\/refer\/1\/$/);
  for (let press = 0; press < 3; press += 1) await page.keyboard.press('Shift');
  await page.waitForURL(weather);
});

test('I4: after leaving with a script, Back does not show the page', async ({ page }) => {
  await page.goto('/en/');
  await page.goto('/en/refer/1/');
  await page.getByLabel('Postcode', { exact: true }).fill('CB1 0AG');
  await page.locator('.exit a').last().click();
  await page.waitForURL(weather);
  await page.goBack();
  await expect(page).toHaveURL(/\/en\/$/);
});
