/**
 * What looks like markup, in every field and on every page that shows it, is text.
 *
 * The security policy is switched off for it: the policy is the second wall, and would hide a hole in the first. Element
 * by element, each page must be what it is for plain words.
 */
import type { Page } from 'playwright/test';
import { fields, type Field, type FieldName } from '../../src/referral/fields.ts';
import { expect, test, type Site } from '../support/browser.ts';
import { answer, press, refer, toAnswers, type Typed } from '../support/person.ts';

/** Short enough for the shortest field. Each would call `ran` if a page let it. */
const attacks = [
  `"><script>ran()</script>`,
  `'"><img src=x onerror=ran()>`,
  `</textarea><svg onload=ran()>`,
  `" autofocus onfocus=ran() x="`,
  `</title><svg/onload=ran()>`,
  `{{ran()}}\${ran()}<%=ran()%>`,
  `<a href=javascript:ran()>x</a>`,
  `--><iframe srcdoc='<b>'>`,
] as const;

/** Where people type. */
const typedInto = [
  'call-me',
  'address',
  'safe-when',
  'spoken-language',
  'access',
  'crime-number',
  'note',
] as const satisfies readonly FieldName[];

/** The attacks, each field beginning with another, as many as it takes. */
function attackOn(name: FieldName, turn: number): string {
  const field: Field = fields[name];
  let text = '';
  for (let at = 0; at < attacks.length; at += 1) {
    const more = attacks[(turn + at) % attacks.length] ?? '';
    if (text.length + more.length > (field.charactersMax ?? 0)) break;
    text += more;
  }
  return text;
}

const attacked = Object.fromEntries(typedInto.map((name, turn) => [name, attackOn(name, turn)]));
const plain = Object.fromEntries(typedInto.map((name) => [name, 'plain words']));

/** What is no postcode, code, number or address, so that each page shows it again. The search finds the same for both. */
const odd = { plain: 'img src x onerror ran', attacked: attacks[1] };

type Seen = Readonly<Record<string, Readonly<Record<string, number>>>>;

test.describe('with the policy off', () => {
  test.use({ bypassCSP: true });

  test('C5: markup in every field runs nothing and makes no element, on every page that shows it', async ({
    page,
    site,
  }) => {
    const ran: string[] = [];
    await page.exposeFunction('ran', () => ran.push(page.url()));
    page.on('dialog', (dialog) => {
      ran.push(dialog.message());
      void dialog.dismiss();
    });
    const plainly = await pagesThatShow(page, site, plain, odd.plain);
    expect(await pagesThatShow(page, site, attacked, odd.attacked)).toEqual(plainly);
    expect(ran).toEqual([]);
  });
});

test('C6: on the whole way, of a person and of a worker, the policy is never broken', async ({
  page,
  site,
}) => {
  const broken: string[] = [];
  await page.exposeFunction('brokenPolicy', (what: string) => broken.push(what));
  await page.addInitScript(() => {
    addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) => {
      const { brokenPolicy } = window as unknown as { brokenPolicy: (what: string) => void };
      brokenPolicy(`${location.pathname}: ${effectiveDirective} ${blockedURI}`);
    });
  });
  await page.goto('/en/find/');
  await page.locator('input[name="postcode"]').fill('CB1 0AG');
  await page.locator('input[name="postcode"]').press('Enter');
  await expect(page.locator('main')).toContainText('Cambridgeshire');
  const receipt = await refer(page);
  for (const step of ['look', 'withdraw', 'withdraw-yes']) {
    if (step === 'look') await page.goto('/en/status/');
    if (step === 'look') await page.locator('#code').fill(receipt);
    await press(page, step);
    await expect(page.locator('main')).not.toHaveAttribute('data-step', 'ask');
  }
  await page.goto('/en/search/');
  await page.locator('#words').fill('letter');
  await page.locator('#words').press('Enter');
  await expect(page.locator('.found a').first()).toBeVisible();

  await unlocked(page, site, (await site.sendReferral()).link);
  await page.getByLabel('I have saved or printed this').check();
  await page.getByRole('button', { name: 'Confirm' }).click();
  await expect(page.getByRole('heading', { name: 'Confirmed' })).toBeVisible();
  await page.goto('/en/p/keys/');
  await page.getByLabel('Name of your service').fill('Northfield');
  await page.getByLabel('Your initials').fill('AB');
  await page.getByRole('button', { name: 'Make my key' }).click();
  await expect(page.getByRole('heading', { name: 'Write down your passphrase' })).toBeVisible();
  expect(broken).toEqual([]);
});

/** Signature and number of the elements of each page that shows what was typed. */
async function pagesThatShow(page: Page, site: Site, typed: Typed, odd: string): Promise<Seen> {
  const seen: Record<string, Readonly<Record<string, number>>> = {};
  const look = async (name: string, ...texts: readonly string[]) => {
    for (const text of texts) expect(await shows(page, text), `${name} shows ${text}`).toBe(true);
    seen[name] = await elementsOf(page);
  };

  await page.goto('/en/refer/1/');
  await page.locator('#postcode').fill(odd);
  await press(page, 'answers');
  await expect(page.locator('main')).toHaveAttribute('data-step', 'problems');
  await look('the place again', odd);

  await toAnswers(page);
  await answer(page, { ...typed, mobile: odd, phone: odd, email: odd });
  await press(page, 'check');
  await expect(page.locator('main')).toHaveAttribute('data-step', 'problems');
  await look('the answers again', odd, ...Object.values(typed));
  await answer(page, { address: typed['address'] ?? '' });
  await press(page, 'check');
  await expect(page.locator('main')).toHaveAttribute('data-step', 'check');
  await look('the check', ...Object.values(typed));

  await page.goto('/en/status/');
  await page.locator('#code').fill(odd);
  await press(page, 'look');
  await expect(page.locator('main')).toHaveAttribute('data-step', 'malformed');
  await look('the status', odd);

  await page.goto('/en/search/');
  await page.locator('#words').fill(odd);
  const answered = page.waitForResponse((response) => response.request().method() === 'POST');
  await page.locator('#words').press('Enter');
  await answered;
  await page.waitForLoadState();
  await look('the search', odd);

  await page.goto('/en/find/');
  await page.locator('input[name="postcode"]').fill(odd);
  await page.locator('input[name="postcode"]').press('Enter');
  await expect(page.locator('#problems')).toBeVisible();
  await look('the finder', odd);

  // By its name the helper that sends knows its own referral again.
  const { 'call-me': _, ...rest } = typed;
  const { link } = await site.sendReferral({ ...rest, 'reach-by': 'letter' });
  await unlocked(page, site, link);
  await look('the opened referral', ...Object.values(rest));
  return seen;
}

async function unlocked(page: Page, site: Site, link: string): Promise<void> {
  await page.goto(link);
  await page.getByLabel('Your key file').setInputFiles(site.keys.own);
  await page.getByLabel('Your passphrase').fill(site.keys.passphrase);
  await page.getByRole('button', { name: 'Unlock the' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'The referral' })).toBeVisible();
}

/** As text between the tags, or as what stands in a field. */
function shows(page: Page, text: string): Promise<boolean> {
  return page.evaluate(
    (wanted) =>
      document.body.textContent.includes(wanted) ||
      [...document.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>('input, textarea')].some(
        ({ value }) => value === wanted,
      ),
    text,
  );
}

/** How often each kind of element stands in the page: its name, with the names of its attributes. */
function elementsOf(page: Page): Promise<Readonly<Record<string, number>>> {
  return page.evaluate(() => {
    const counts: Record<string, number> = {};
    for (const element of document.querySelectorAll('*')) {
      const kind = [element.localName, ...element.getAttributeNames().sort()].join(' ');
      counts[kind] = (counts[kind] ?? 0) + 1;
    }
    return counts;
  });
}
