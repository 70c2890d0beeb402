/** A referral that belongs to another service: passed on in the browser, or left to the operator. Real keys, real mail. */
import type { Page, Request } from 'playwright/test';
import { expectAccessible, expectRoomForSpacing } from '../support/accessible.ts';
import { expect, test, type SentReferral, type Site } from '../support/browser.ts';
import { ports } from '../support/demonstration.ts';
import { mails, post } from '../support/referral-form.ts';

const mayPass = { postcode: 'CT1 1AA', 'consent-fallback': 'yes' };

async function openLetter(page: Page, site: Site, link: string) {
  await page.goto('about:blank');
  await page.goto(link);
  await page.getByLabel('Your key file').setInputFiles(site.keys.own);
  await page.getByLabel('Your passphrase').fill(site.keys.passphrase);
  await page.getByRole('button', { name: 'Unlock the' }).click();
  await expect(h1(page, 'The referral')).toBeFocused();
}

async function choose(page: Page, service: string) {
  await page.getByRole('button', { name: 'Pass it on' }).click();
  await expect(h2(page, 'Which service is it for?')).toBeFocused();
  await page.getByLabel('Search').fill('dorset');
  await page.getByRole('radio', { name: service }).check();
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(h2(page, 'Pass this referral on?')).toBeFocused();
}

const h1 = (page: Page, name: string) => page.getByRole('heading', { level: 1, name });
const h2 = (page: Page, name: string) => page.getByRole('heading', { level: 2, name });
const problems = (page: Page) => page.locator('.errors');
const dorset = 'RJ Dorset';

/** The link in the notice that another service has had. */
async function linkTo(service: string, { reference }: SentReferral): Promise<string> {
  for (;;) {
    const mail = (await mails()).find(
      ({ to, text }) => to === `${service}@service.example` && text.includes(`#${reference}.`),
    );
    const link = mail && /https?:\/\/\S+\/p\/#\S+/.exec(mail.text)?.[0];
    if (link) return link;
    await new Promise((wait) => setTimeout(wait, 300));
  }
}

test.use({ viewport: { width: 320, height: 640 } });

test('a referral that is not ours goes to another service, which is told, opens it and confirms', async ({
  page,
  site,
}) => {
  const requests: Request[] = [];
  page.on('request', (request) => requests.push(request));
  const notice = await site.sendReferral(mayPass);
  await openLetter(page, site, notice.link);
  await expectAccessible(page);
  await choose(page, dorset);
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Yes, pass it on' }).click();
  await expect(h1(page, 'Your service passed this referral on')).toBeFocused();
  await expect(page.getByText(dorset)).toBeVisible();
  await expect(page.getByText(notice.callMe)).toHaveCount(0);
  await expectAccessible(page);

  const sent = requests.map((request) => request.postData() ?? '').join('\n');
  for (const secret of [notice.callMe, site.keys.identity, 'test.person']) expect(sent).not.toContain(secret);
  const passing = requests.find((request) => request.url().endsWith('/p/hand-on'));
  expect(Object.keys(passing?.postDataJSON() ?? {})).toEqual([
    'reference',
    'capability',
    'code',
    'to',
    'recipient',
    'next-code',
    'sealed',
  ]);

  const link = await linkTo('rj-dorset', notice);
  expect(link).not.toBe(notice.link);
  await openLetter(page, site, link);
  await expect(page.getByText(notice.callMe)).toBeVisible();
  await expect(page.getByText('Another service passed this referral on to you.')).toBeVisible();
  const code = await page.locator('dt:text-is("Confirmation code") + dd').innerText();
  expect(code.replaceAll('-', '')).not.toBe(notice.innerCode);
  await expectAccessible(page);

  await page.goto('about:blank');
  await page.goto(notice.link);
  await expect(h1(page, 'Your service passed this referral on')).toBeFocused();
  await expect(page.getByText('Nobody there has confirmed it yet.')).toBeVisible();
  await page.goto('about:blank');
  await page.goto(`${site.url}/en/p/`);
  await page.getByLabel('Reference').fill(notice.reference);
  await page.getByLabel('Confirmation code').fill(notice.innerCode);
  await page.getByRole('button', { name: 'Confirm this referral' }).click();
  await expect(problems(page)).toContainText('has passed this referral on');

  const status = async () => (await post('/en/status/', { code: notice.receipt, step: 'look' })).text();
  expect(await status()).toMatch(/data-status="sent"[^]*id="handed-on"[^]*RJ Dorset/);
  await openLetter(page, site, link);
  await page.getByLabel('I have saved or printed this').check();
  await page.getByRole('button', { name: 'Confirm' }).click();
  await expect(h2(page, 'Confirmed')).toBeFocused();
  expect(await status()).toMatch(/data-status="opened"[^]*RJ Dorset/);
  await page.goto('about:blank');
  await page.goto(notice.link);
  await expect(page.getByText('A person there has confirmed that they have it.')).toBeVisible();
});

test('a service is found by its name, its area or a council, and nobody passes on without choosing', async ({
  page,
  site,
}) => {
  await openLetter(page, site, (await site.sendReferral(mayPass)).link);
  await page.getByRole('button', { name: 'Pass it on' }).click();
  await expect(h2(page, 'Which service is it for?')).toBeFocused();
  await expectAccessible(page);
  const radios = page.getByRole('radio');
  await expect(radios.first()).toBeVisible();
  // All that are known, but for the one that has it.
  expect(await radios.count()).toBe(35);

  for (const typed of ['RJ Dorset', 'DORSET', 'bournemouth']) {
    await page.getByLabel('Search').fill(typed);
    await expect(radios).toHaveCount(1);
    await expect(page.getByRole('radio', { name: dorset })).toBeVisible();
    await expect(page.getByText('Services in the list: 1')).toBeVisible();
  }
  await page.getByRole('radio', { name: dorset }).check();
  await page.getByLabel('Search').fill('no such place');
  await expect(radios).toHaveCount(0);
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(problems(page)).toBeFocused();
  await problems(page).getByRole('link').click();
  await expect(page.getByLabel('Search')).toBeFocused();
  await page.getByLabel('Search').fill('');
  await page.getByLabel('Search').fill('cymru');
  await page.getByLabel('Search').fill('norfolk');
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(problems(page)).toContainText('Choose a service.');
  await expectAccessible(page);
  await problems(page).getByRole('link').click();
  await expect(radios.first()).toBeFocused();
  await expectRoomForSpacing(page);

  await page.getByRole('button', { name: 'Keep it with us' }).click();
  await expect(page.getByRole('button', { name: 'Pass it on' })).toBeFocused();
});

test('without consent to pass it on, the operator is asked to phone, and learns nothing of the person', async ({
  page,
  site,
}) => {
  const notice = await site.sendReferral({ postcode: 'CT1 1AA' });
  await openLetter(page, site, notice.link);
  await expect(page.getByText('The person has not agreed that you pass this on.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Pass it on' })).toHaveCount(0);

  await page.route('**/p/ask-operator', (route) => route.abort());
  const ask = page.getByRole('button', { name: 'Ask them to phone us' });
  await ask.click();
  await expect(problems(page)).toContainText('nobody has been asked yet');
  await expectAccessible(page);
  await page.unroute('**/p/ask-operator');
  await ask.click();
  await expect(h2(page, 'They will phone you')).toBeFocused();
  await expectAccessible(page);

  const operator = await (await fetch(`http://127.0.0.1:${ports.OPERATOR_PORT}/operator/`)).text();
  expect(operator).toContain('not-ours');
  expect(operator).toContain(`${notice.reference.slice(0, 4)}-${notice.reference.slice(4)}`);
  expect(operator).not.toContain(notice.callMe);
});

test('what was passed on once is not passed on again without the operator', async ({ page, site }) => {
  const notice = await site.sendReferral(mayPass);
  await openLetter(page, site, notice.link);
  await choose(page, dorset);
  await page.getByRole('button', { name: 'Yes, pass it on' }).click();
  await openLetter(page, site, await linkTo('rj-dorset', notice));
  await expect(page.getByText('Another service has passed this on to you. Before it moves')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Pass it on' })).toHaveCount(0);
  await page.getByRole('button', { name: 'Ask them to phone us' }).click();
  await expect(h2(page, 'They will phone you')).toBeFocused();
});

test('an answer that is lost on the way, and a withdrawal meanwhile, are both said', async ({
  page,
  site,
}) => {
  const notice = await site.sendReferral(mayPass);
  await openLetter(page, site, notice.link);
  await choose(page, dorset);
  const yes = page.getByRole('button', { name: 'Yes, pass it on' });
  await page.route('**/p/hand-on', async (route) => {
    await route.fetch();
    await route.abort();
  });
  await yes.click();
  await expect(problems(page)).toBeFocused();
  await expect(problems(page)).toContainText('this is not passed on yet');
  await expectAccessible(page);
  await page.unroute('**/p/hand-on');
  await yes.click();
  await expect(h1(page, 'Your service passed this referral on')).toBeFocused();

  const other = await site.sendReferral(mayPass);
  await openLetter(page, site, other.link);
  await choose(page, dorset);
  await post('/en/status/', { code: other.receipt, step: 'withdraw-yes' });
  await yes.click();
  await expect(problems(page)).toContainText('The person has withdrawn this referral.');
});

test('a worker passes a referral on by keyboard alone', async ({ page, site }) => {
  await openLetter(page, site, (await site.sendReferral(mayPass)).link);
  await page.getByRole('button', { name: 'Pass it on' }).focus();
  await page.keyboard.press('Enter');
  await expect(h2(page, 'Which service is it for?')).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(page.getByLabel('Search')).toBeFocused();
  await page.keyboard.type('dorset');
  await expect(page.getByRole('radio')).toHaveCount(1);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Space');
  await expect(page.getByRole('radio', { name: dorset })).toBeChecked();
  await page.keyboard.press('Enter');
  await expect(h2(page, 'Pass this referral on?')).toBeFocused();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(h1(page, 'Your service passed this referral on')).toBeFocused();
});
