/** Leaving: by link, by Shift three times, with and without JavaScript; never by Esc. */
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { Page } from 'playwright/test';
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

/** How a person leaves, with a script on the page. */
const means: Readonly<Record<string, (page: Page) => Promise<void>>> = {
  // The next page is kept waiting, so nothing waits for it here.
  mouse: (page) => page.locator('.exit a').last().click({ noWaitAfter: true }),
  finger: (page) => page.locator('.exit a').last().tap({ noWaitAfter: true }),
  keyboard: async (page) => {
    await page.locator('.exit a').first().focus();
    await page.keyboard.press('Enter');
  },
  Shift: async (page) => {
    for (let press = 0; press < 3; press += 1) await page.keyboard.press('Shift');
  },
};

test.describe('on a screen that can be touched', () => {
  test.use({ hasTouch: true });

  for (const [name, leave] of Object.entries(means)) {
    test(`I4: by ${name} the page is covered at once, however long the next one takes, and Back does not show it`, async ({
      page,
    }) => {
      await page.goto('/en/');
      await page.goto('/en/refer/1/');
      await page.getByLabel('Postcode', { exact: true }).fill('CB1 0AG');
      // Told in the very event that leaves, after the page has dealt with it: nothing can be asked while the next page comes.
      const told: string[] = [];
      await page.exposeFunction('tell', (what: string) => told.push(what));
      await page.evaluate(() => {
        const { tell } = window as unknown as { tell: (what: string) => void };
        const note = () => {
          const main = document.querySelector('main');
          const isRead = document.body.innerText.includes('Postcode');
          tell(`${main && getComputedStyle(main).display}, ${isRead ? 'read' : 'not read'}`);
        };
        for (const type of ['click', 'keyup']) addEventListener(type, note);
      });
      const comes = Promise.withResolvers<void>();
      await page.route('**/exit', async (route) => {
        await comes.promise;
        await route.continue();
      });
      await leave(page);
      await expect.poll(() => told.at(-1)).toBe('none, not read');

      comes.resolve();
      await page.waitForURL(weather);
      await page.goBack();
      await expect(page).toHaveURL(/\/en\/$/);
    });
  }
});
