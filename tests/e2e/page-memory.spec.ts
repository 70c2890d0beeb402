/**
 * Chromium keeps whole pages in memory for Back, also those sent with `no-store`, with all that stands in their fields.
 *
 * In Chromium as people have it: Playwright starts its own with that memory switched off.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright/test';
import { expect, test } from '../support/browser.ts';
import { answer, filledIn, marked, press, toAnswers } from '../support/person.ts';
import { openWhole, wholeChromium, type WholeBrowser } from '../support/whole-browser.ts';

// One browser for all of them.
test.describe.configure({ mode: 'default' });
test.skip(
  wholeChromium === undefined,
  'no Chromium that keeps pages in memory (on Debian: apt-get install chromium)',
);

const profile = mkdtempSync(join(tmpdir(), 'portal-memory-'));
const pem = readFileSync('tests/support/certificates/self-signed.pem');
const elsewhere = createServer({ key: pem, cert: pem }, (_, response) => {
  response.setHeader('content-type', 'text/html').end('<title>Weather</title>Weather');
});
let browser: WholeBrowser | undefined;

test.beforeAll(async ({}, info) => {
  if (wholeChromium === undefined) return;
  await new Promise<void>((listening) => elsewhere.listen(0, '127.0.0.1', listening));
  const { port } = elsewhere.address() as AddressInfo;
  const rules = `--host-resolver-rules=MAP www.bbc.co.uk:443 127.0.0.1:${port}`;
  browser = await openWhole(profile, rules, '--ignore-certificate-errors', 'about:blank');
  const version = browser.context.browser()?.version() ?? '';
  info.annotations.push({ type: 'figure', description: `Chromium ${version}` });
});

test.afterAll(async () => {
  await browser?.close();
  elsewhere.closeAllConnections();
  elsewhere.close();
  rmSync(profile, { recursive: true, force: true });
});

type Tab = {
  readonly page: Page;
  /** What stood on the page, each time that one came back from memory, before it could do anything about it. */
  readonly cameBack: readonly string[];
};

async function aTab(): Promise<Tab> {
  if (!browser) throw new Error('no browser');
  const page = await browser.context.newPage();
  const cameBack: string[] = [];
  page.on('console', (message) => {
    const [, stood] = /^from memory: ([^]*)$/.exec(message.text()) ?? [];
    if (stood !== undefined) cameBack.push(stood);
  });
  // Runs before the scripts of the page, and so hears of it first.
  await page.addInitScript(() => {
    addEventListener('pageshow', ({ persisted }) => {
      if (!persisted) return;
      const main = document.querySelector('main');
      const fields = main?.querySelectorAll<HTMLInputElement>('input, textarea, select') ?? [];
      const stood = [main?.textContent, ...[...fields].map(({ value }) => value)].join(' ').trim();
      // eslint-disable-next-line no-console -- how the page tells the test
      console.log(`from memory: ${stood}`);
    });
  });
  return { page, cameBack };
}

/** As the person presses it. Playwright's own waits for a page to load, which one from memory does not do. */
async function back(page: Page): Promise<void> {
  const shown = page.waitForEvent('framenavigated');
  await page.evaluate(() => void setTimeout(() => history.back(), 0));
  await shown;
  await expect.poll(() => page.evaluate(() => document.readyState).catch(() => 'leaving')).toBe('complete');
}

async function leave(page: Page, site: string): Promise<void> {
  await page.goto(`${site}/en/help-now/`);
}

/** Nothing stands in a field, and no word of it anywhere in the page. */
async function expectNothingOf(page: Page, texts: readonly string[]): Promise<void> {
  await expect.poll(() => filledIn(page)).toEqual([]);
  const html = await page.content();
  for (const text of texts) expect(html).not.toContain(text);
}

const secrets = ['CB1 0AG', ...Object.values(marked)];

async function toCheck(page: Page, site: string): Promise<void> {
  await toAnswers(page, site);
  await answer(page);
  await press(page, 'check');
  await expect(page.locator('main')).toHaveAttribute('data-step', 'check');
}

async function change(page: Page, site: string): Promise<void> {
  await toCheck(page, site);
  await page.locator('button[name="step"][value="change"]').first().click();
  await expect(page.locator('main')).toHaveAttribute('data-step', 'answers');
  await expect(page.locator('#note')).toHaveValue(marked.note);
}

/** Where a person may leave the form, and how they come there. */
const places: Readonly<Record<string, (page: Page, site: string) => Promise<void>>> = {
  'the first step': async (page, site) => {
    await page.goto(`${site}/en/refer/1/`);
    await page.locator('#postcode').fill('CB1 0AG');
    await page.locator('#age').check();
  },
  'an answer after Change': change,
  'the answers in another language': async (page, site) => {
    await toAnswers(page, site);
    await answer(page);
    await page.locator('.languages summary').click();
    await page.locator('.languages button[lang="cy"]').click();
    await expect(page.locator('html')).toHaveAttribute('lang', 'cy');
    await expect(page.locator('#note')).toHaveValue(marked.note);
  },
};

for (const [name, come] of Object.entries(places)) {
  test(`I2: who leaves at ${name} and goes Back finds an empty form, and at no moment what was typed`, async ({
    site,
  }) => {
    const { page, cameBack } = await aTab();
    await come(page, site.url);
    await leave(page, site.url);
    await back(page);
    await expect.poll(() => cameBack).toEqual(['']);
    await expect(page.locator('#postcode')).toHaveValue('');
    await expectNothingOf(page, secrets);
    for (let pages = 0; page.url() !== 'about:blank' && pages < 20; pages += 1) {
      await back(page);
      await expectNothingOf(page, secrets);
    }
    expect(page.url()).toBe('about:blank');
  });
}

test('I2: a code that was typed and not looked up is gone when the person leaves and goes Back', async ({
  site,
}) => {
  const { page, cameBack } = await aTab();
  await page.goto(`${site.url}/en/status/`);
  await page.locator('#code').fill('29AQ-1D2M-FXR5-YE3F');
  await leave(page, site.url);
  await back(page);
  await expect.poll(() => cameBack).toEqual(['']);
  await expect(page.locator('#code')).toHaveValue('');
});

test('I4: after the way out of an answer, Back brings none of the pages before it to light', async ({
  site,
}) => {
  const { page } = await aTab();
  await change(page, site.url);
  await page.locator('.exit a').last().click();
  await page.waitForURL(/bbc\.co\.uk/);
  for (let pages = 0; page.url() !== 'about:blank' && pages < 20; pages += 1) {
    await back(page);
    await expectNothingOf(page, secrets);
  }
  expect(page.url()).toBe('about:blank');
});

test('the phone’s Back among the questions shows the one before, with its answer', async ({ site }) => {
  const { page, cameBack } = await aTab();
  await toAnswers(page, site.url);
  await answer(page);
  await back(page);
  await expect(page.locator('[data-question="counted"]')).toBeVisible();
  for (const question of ['about', 'safely', 'contact']) {
    await back(page);
    await expect(page.locator(`[data-question="${question}"]`)).toBeVisible();
  }
  await expect(page.locator('#call-me')).toHaveValue(marked['call-me']);
  expect(cameBack).toEqual([]);
});
