/**
 * What Firefox keeps of somebody who used the site: it is killed while they type, and brought back.
 *
 * Unlike Chromium it writes no body of a posted form into its session file.
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from '../support/browser.ts';
import { marked, wayOf } from '../support/person.ts';
import { openFirefox, unpacked, wholeFirefox, type FirefoxTab } from '../support/whole-firefox.ts';

// A browser is killed once, and every test looks at what is left.
test.describe.configure({ mode: 'default' });
test.skip(wholeFirefox === undefined, 'no Firefox (on Debian: apt-get install firefox-esr)');

const profile = mkdtempSync(join(tmpdir(), 'portal-firefox-'));
const typed: Readonly<Record<string, string>> = marked;
const secrets = ['CB1 0AG', ...Object.values(marked)];
let restored: readonly { url: string; filled: string; html: string }[] = [];
let receipt = '';
let loadedAgain = '';
let onTheWayBack: readonly { filled: string; html: string }[] = [];

const session = join(profile, 'sessionstore-backups', 'recovery.jsonlz4');
const sessionHas = (path: string) => {
  try {
    return unpacked(readFileSync(session)).includes(path);
  } catch {
    return false;
  }
};

test.beforeAll(async ({ site }) => {
  if (wholeFirefox === undefined) return;
  const first = await openFirefox(profile);
  const [page] = await first.tabs();
  if (!page) throw new Error('no page');
  await page.goTo(`${site.url}/en/`);
  await toAnswers(page, site.url);
  await answer(page);
  await press(page, 'check');
  await press(page, 'send');
  receipt = await page.run<string>(`document.getElementById('receipt').innerText.trim()`);
  await page.reload();
  await page.reload();
  loadedAgain = await page.run<string>(`document.getElementById('receipt')?.innerText.trim() ?? ''`);

  const sent = await first.newTab();
  await toAnswers(sent, site.url);
  await answer(sent);
  await press(sent, 'check');
  await press(sent, 'send');
  const seen = [];
  for (let step = 0; step < 3; step += 1) {
    await sent.traverse(-1).catch(() => undefined);
    await page.run('new Promise((later) => setTimeout(later, 1000, true))');
    seen.push({ filled: await sent.run<string>(filled), html: await sent.run<string>(html) });
  }
  onTheWayBack = seen;

  const answers = await first.newTab();
  await toAnswers(answers, site.url);
  await answer(answers);
  const where = await first.newTab();
  await where.goTo(`${site.url}/cy/refer/2/`);
  await where.run(`document.getElementById('postcode').focus()`);
  await where.type('CB1 0AG');
  await expect.poll(() => sessionHas('/cy/refer/2/')).toBe(true);
  // What was typed into fields is gathered a little after the address of the page.
  await where.run('new Promise((later) => setTimeout(later, 5000, true))');
  await first.kill();

  const second = await openFirefox(profile);
  await expect.poll(async () => (await second.tabs()).length).toBe(4);
  const tabs = [];
  for (const tab of await second.tabs()) {
    await expect.poll(() => tab.run<string>('document.readyState')).toBe('complete');
    tabs.push({
      url: await tab.run<string>('location.href'),
      filled: await tab.run<string>(filled),
      html: await tab.run<string>(html),
    });
  }
  restored = tabs;
  await second.close();
});

test.afterAll(() => rmSync(profile, { recursive: true, force: true }));

test('a receipt that is loaded again, and once more, is still there', () => {
  expect(loadedAgain).toBe(receipt);
});

test('I1: the way back through the pages of a form that was sent shows nothing of it', () => {
  for (const { filled, html } of onTheWayBack) {
    expect(filled).toBe('');
    for (const text of secrets) expect(html).not.toContain(text);
  }
  // Past what Firefox shows in the place of a page that was posted lies the form, as empty as it was handed out.
  expect(onTheWayBack.at(-1)?.html).toContain('name="form-key"');
});

test('I3: a Firefox that was killed while somebody typed comes back with every field empty', () => {
  for (const { url, filled, html } of restored) {
    expect(filled, url).toBe('');
    for (const text of [...secrets, receipt]) expect(html, url).not.toContain(text);
  }
});

test('I5: nothing that was typed, no receipt and no page of the form is anywhere in the profile', () => {
  const kept = readdirSync(profile, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const within = (text: string) => {
    const forms = [Buffer.from(text), Buffer.from(text, 'utf16le')];
    return kept.filter((file) => forms.some((form) => unpacked(readFileSync(file)).includes(form)));
  };
  expect(within('/cy/refer/2/')).not.toEqual([]);
  for (const text of [...secrets, receipt]) expect(within(text), text).toEqual([]);
});

test('I6, I9: the history has addresses and titles that say nothing, and no field has anything to suggest', () => {
  const places = read<{ url: string; title: string }>('places.sqlite', 'select url, title from moz_places');
  const ours = places.filter(({ url }) => url.startsWith('http://localhost'));
  expect(ours.length).toBeGreaterThan(0);
  for (const { url, title } of ours) {
    expect(new URL(url).search + new URL(url).hash).toBe('');
    expect(title).not.toMatch(/harm|victim|crime|offen|abuse|receipt|cambridge|drosedd|niwed/i);
  }
  // Firefox makes the file with the first word it means to suggest.
  expect(existsSync(join(profile, 'formhistory.sqlite'))).toBe(false);
});

/** The names of the fields somebody has filled in, and the whole page. */
const filled = `[...document.querySelectorAll('input, textarea, select')]
  .filter((field) => ['radio', 'checkbox'].includes(field.type) ? field.checked : field.type !== 'hidden' && field.value)
  .map((field) => field.name).join(' ')`;
const html = 'document.documentElement.outerHTML';

async function toAnswers(tab: FirefoxTab, site: string): Promise<void> {
  await tab.goTo(`${site}/en/refer/1/`);
  await tab.run(`document.getElementById('postcode').focus()`);
  await tab.type('CB1 0AG');
  await press(tab, 'answers');
}

/** Types into every text field. The questions are shown all at once, which is how they come without JavaScript. */
async function answer(tab: FirefoxTab): Promise<void> {
  await tab.run(
    `for (const question of document.querySelectorAll('[data-question]')) question.hidden = false`,
  );
  for (const [name, text] of Object.entries(typed)) {
    const way = wayOf[name];
    if (way) await tab.run(`document.querySelector('[name="reach-by"][value="${way}"]').click()`);
    await tab.run(`document.getElementById('${name}').focus()`);
    await tab.type(text);
    expect(await tab.run(`document.getElementById('${name}').value`)).toBe(text);
  }
  await tab.run(`document.getElementById('consent-send').click()`);
}

/** Presses the button that leads on to a step, and waits for what comes. */
async function press(tab: FirefoxTab, step: string): Promise<void> {
  const before = await tab.run<number>('performance.timeOrigin');
  await tab.run(`document.querySelector('button[name="step"][value="${step}"].button').click()`);
  await expect.poll(() => tab.run<number>('performance.timeOrigin').catch(() => before)).not.toBe(before);
  await expect.poll(() => tab.run<string>('document.readyState').catch(() => '')).toBe('complete');
}

function read<Row>(file: string, query: string): Row[] {
  const database = new DatabaseSync(join(profile, file), { readOnly: true });
  try {
    return database.prepare(query).all() as Row[];
  } finally {
    database.close();
  }
}
