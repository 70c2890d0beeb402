/**
 * What a browser keeps on disk of somebody who used the site: it is killed while they type, and brought back.
 *
 * Chromium as people have it; firefox-profile.spec.ts looks at Firefox.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from '../support/browser.ts';
import { answer, filledIn, marked, press, refer, toAnswers } from '../support/person.ts';
import { agreeToRestore, hasNoted, openWhole, wholeChromium } from '../support/whole-browser.ts';

// A browser is killed once, and every test looks at what is left.
test.describe.configure({ mode: 'default' });
test.skip(
  wholeChromium === undefined,
  'no Chromium that keeps a profile (on Debian: apt-get install chromium)',
);

const profile = mkdtempSync(join(tmpdir(), 'portal-profile-'));
/**
 * Chromium writes the body of a form into the file from which it would bring a killed session back, until the next
 * session takes its place; docs/threats.md says so.
 */
const sessions = join(profile, 'Default', 'Sessions');
const secrets = ['CB1 0AG', ...Object.values(marked)];
let restored: readonly { url: string; filled: readonly string[]; html: string }[] = [];
let receipt = '';
/** What the browser would open again a tab from in which a referral was sent, and which was closed. */
let closedTab = '';

test.beforeAll(async ({ site }) => {
  if (wholeChromium === undefined) return;
  const first = await openWhole(profile, 'about:blank');
  const [page] = first.context.pages();
  if (!page) throw new Error('no page');
  await page.goto(`${site.url}/en/`);
  receipt = await refer(page, marked, site.url);
  await page.goto(`${site.url}/en/status/`);
  await page.locator('#code').fill(receipt);
  await press(page, 'look');
  await expect(page.locator('#status')).toBeVisible();

  const closed = await first.context.newPage();
  await refer(closed, marked, site.url);
  // Chromium writes its session down 2.5 seconds after a change (chrome/browser/sessions).
  await closed.waitForTimeout(5_000);
  await closed.close();

  const where = await first.context.newPage();
  await where.goto(`${site.url}/cy/refer/2/`);
  await where.locator('#postcode').fill('CB1 0AG');
  const answers = await first.context.newPage();
  await toAnswers(answers, site.url);
  await answer(answers);
  await answers.waitForTimeout(5_000);
  closedTab = readdirSync(sessions)
    .filter((file) => file.startsWith('Tabs_'))
    .map((file) => readFileSync(join(sessions, file), 'latin1'))
    .join('');
  await expect.poll(() => hasNoted(profile, '/cy/refer/2/')).toBe(true);
  await first.kill();

  agreeToRestore(profile);
  const second = await openWhole(profile, '--restore-last-session');
  await expect.poll(() => second.context.pages().length).toBe(3);
  restored = await Promise.all(
    second.context.pages().map(async (tab) => {
      await tab.waitForLoadState();
      return { url: tab.url(), filled: await filledIn(tab), html: await tab.content() };
    }),
  );
  await second.close();
});

test.afterAll(() => rmSync(profile, { recursive: true, force: true }));

test('I3: a browser that was killed while somebody typed comes back with every field empty', () => {
  // The answer to a posted code is not brought back: in its place the browser asks whether to send the code again.
  expect(restored.map(({ url }) => url.replace(/^http:\/\/[^/]+/, '')).sort()).toEqual([
    '/cy/refer/2/',
    '/en/refer/1/',
    'chrome-error://chromewebdata/',
  ]);
  for (const { url, filled, html } of restored) {
    expect(filled, url).toEqual([]);
    for (const text of [...secrets, receipt]) expect(html, url).not.toContain(text);
  }
});

test('I5: nothing that was typed, no receipt and no page of the form is in the profile, but for the session itself', () => {
  const kept = readdirSync(profile, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  // Chromium keeps text as UTF-8 in one file and as UTF-16 in the next.
  const within = (text: string) => {
    const forms = [Buffer.from(text), Buffer.from(text, 'utf16le')];
    return kept.filter((file) => forms.some((form) => readFileSync(file).includes(form)));
  };
  for (const text of [...secrets, receipt]) {
    expect(
      within(text).filter((file) => !file.startsWith(sessions)),
      text,
    ).toEqual([]);
  }
  // It looks in the right place: the history is there. What the cache keeps is compressed, and known by its address.
  expect(within('/cy/refer/2/')).toContain(join(profile, 'Default', 'History'));
  const cached = kept.filter((file) => file.includes('Cache_Data'));
  const inCache = (path: string) => cached.filter((file) => readFileSync(file).includes(path));
  expect(inCache('/_astro/').length).toBeGreaterThan(0);
  for (const path of ['/refer/', '/status/']) expect(inCache(path), path).toEqual([]);
});

test('I5: a tab that was closed can be opened again, but not with what was posted in it', () => {
  expect(closedTab).toContain('/en/refer/1/');
  for (const text of secrets) {
    expect(closedTab, text).not.toContain(text);
    expect(closedTab, text).not.toContain(Buffer.from(text, 'utf16le').toString('latin1'));
  }
});

test('I6: the history shows addresses and titles that say nothing', () => {
  const rows = read<{ url: string; title: string }>('History', 'select url, title from urls order by url');
  expect(rows.map(({ url }) => new URL(url).pathname)).toEqual([
    '/cy/refer/2/',
    '/en/',
    '/en/refer/1/',
    '/en/status/',
  ]);
  expect(rows.every(({ url }) => new URL(url).search + new URL(url).hash === '')).toBe(true);
  const telling = /harm|victim|crime|offen|abuse|receipt|cambridge|drosedd|niwed/i;
  for (const { title } of rows) expect(title).not.toMatch(telling);
});

test('I9: nothing is kept that a second visit could be offered, and no field asks for it', async ({
  page,
}) => {
  expect(read('Web Data', 'select name, value from autofill')).toEqual([]);
  await toAnswers(page);
  const offers = await page.evaluate(() =>
    [...document.querySelectorAll<HTMLInputElement>('input:not([type="hidden"]), textarea, select')]
      .filter((field) => field.autocomplete !== 'off' || field.form?.autocomplete !== 'off')
      .map((field) => field.name),
  );
  expect(offers).toEqual([]);
});

function read<Row>(file: string, query: string): Row[] {
  const database = new DatabaseSync(join(profile, 'Default', file), { readOnly: true });
  try {
    return database.prepare(query).all() as Row[];
  } finally {
    database.close();
  }
}
