/**
 * A worker opens a referral with their key, keeps it and confirms it; another makes a key. Nothing opened leaves the
 * page.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import type { Page, Request } from 'playwright/test';
import { wordsIn } from '../../src/i18n/translate.ts';
import { expectAccessible } from '../support/accessible.ts';
import { expect, test } from '../support/browser.ts';
import { isLong } from '../support/how-long.ts';
import { post } from '../support/referral-form.ts';

async function unlock(page: Page, keyFile: string, passphrase: string) {
  await page.getByLabel('Your key file').setInputFiles(keyFile);
  await page.getByLabel('Your passphrase').fill(passphrase);
  await page.getByRole('button', { name: 'Unlock the' }).click();
}

const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name });
const problems = (page: Page) => page.locator('.errors');

test.use({ viewport: { width: 320, height: 640 } });

test('a worker opens the link, reads the referral, and confirms it', async ({ page, site }) => {
  const notice = await site.sendReferral();
  await page.goto(notice.link);

  await expect(heading(page, 'Unlock it with your key')).toBeFocused();
  expect(new URL(page.url()).hash).toBe('');
  await expectAccessible(page);

  await unlock(page, site.keys.own, site.keys.passphrase);
  await expect(heading(page, 'The referral')).toBeFocused();
  await expect(page.getByText(notice.callMe)).toBeVisible();
  await expect(page.getByText('Your first contact must not show that a referral exists.')).toBeVisible();
  await expectAccessible(page);

  await page.getByLabel('I have saved or printed this').check();
  await page.getByRole('button', { name: 'Confirm' }).click();
  await expect(page.getByRole('heading', { name: 'Confirmed' })).toBeFocused();
  await expectAccessible(page);

  await page.goto('about:blank');
  await page.goto(notice.link);
  await unlock(page, site.keys.own, site.keys.passphrase);
  await expect(page.getByText('Your service has already confirmed this referral.')).toBeVisible();
});

test('who is asking stands first, then what to mind, then how to reach the person, and then what they said', async ({
  page,
  site,
}) => {
  await page.goto((await site.sendReferral({ kind: 'burglary' })).link);
  await unlock(page, site.keys.own, site.keys.passphrase);
  await expect(heading(page, 'The referral')).toBeVisible();
  await expect(page.locator('h1 ~ #role')).toHaveText('Who is asking: A person who was harmed');
  expect((await page.getByRole('heading', { level: 2 }).allTextContents()).slice(0, 4)).toEqual([
    'Before you do anything',
    'How to contact this person safely',
    'What they told you',
    'What they agreed to',
  ]);
});

test('nobody confirms before they have kept the referral', async ({ page, site }) => {
  await page.goto((await site.sendReferral()).link);
  await unlock(page, site.keys.own, site.keys.passphrase);
  await page.getByRole('button', { name: 'Confirm' }).click();

  await expect(problems(page)).toBeFocused();
  await expectAccessible(page);
  await problems(page).getByRole('link').click();
  await expect(page.getByLabel('I have saved or printed this')).toBeFocused();
});

test('F4: a wrong file, a wrong passphrase and a wrong key are each said, and can be put right', async ({
  page,
  site,
}, info) => {
  const letter = info.outputPath('letter.txt');
  const damaged = info.outputPath('damaged.txt');
  writeFileSync(letter, 'Dear colleague,\n');
  writeFileSync(damaged, readFileSync(site.keys.own, 'utf8').slice(0, -60));
  await page.goto((await site.sendReferral()).link);

  await page.getByRole('button', { name: 'Unlock the referral' }).click();
  await expect(problems(page)).toContainText('Choose your key file.');
  await expect(problems(page)).toContainText('Type your passphrase.');
  await expect(problems(page)).toBeFocused();
  await expectAccessible(page);

  await unlock(page, letter, site.keys.passphrase);
  await expect(problems(page)).toContainText('This file is not a key file.');
  await unlock(page, damaged, site.keys.passphrase);
  await expect(problems(page)).toContainText('This key file is damaged.');
  await unlock(page, site.keys.own, 'zoo zoo zoo zoo zoo zoo');
  await expect(problems(page)).toContainText('This passphrase does not open this key file.');
  await unlock(page, site.keys.stranger, site.keys.passphrase);
  await expect(problems(page)).toContainText('This key does not open this referral.');
  await expect(page.getByLabel('Your passphrase')).toHaveValue(site.keys.passphrase);

  await unlock(page, site.keys.own, site.keys.passphrase);
  await expect(heading(page, 'The referral')).toBeVisible();
});

test('the recovery sheet opens a referral when the key file is lost', async ({ page, site }) => {
  await page.goto((await site.sendReferral()).link);
  await page.getByText('I have only the recovery sheet').click();
  await page.getByLabel('The recovery text from the sheet').fill('AGE-SECRET-KEY-1');
  await page.getByRole('button', { name: 'Unlock with the recovery text' }).click();
  await expect(problems(page)).toContainText('This is not a complete recovery text.');

  await page.getByLabel('The recovery text from the sheet').fill(site.keys.identity.toLowerCase());
  await page.getByRole('button', { name: 'Unlock with the recovery text' }).click();
  await expect(heading(page, 'The referral')).toBeFocused();
});

test('a link that is cut or wrong says so, and no link at all asks for one', async ({ page, site }) => {
  const { link } = await site.sendReferral();
  for (const [address, name] of [
    [`${site.url}/en/p/`, 'Open a referral'],
    [link.slice(0, -4), 'This link is not complete'],
    [link.replace(/.{4}$/, '9999'), 'We cannot find this referral'],
  ] as const) {
    await page.goto('about:blank');
    await page.goto(address);
    await expect(heading(page, name)).toBeVisible();
    expect(new URL(page.url()).hash).toBe('');
    await expectAccessible(page);
  }
});

test('another language keeps the link, also once the referral is open, and shows it in no address', async ({
  page,
  site,
}) => {
  const t = wordsIn('cy');
  const notice = await site.sendReferral();
  await page.goto(notice.link);
  await unlock(page, site.keys.own, site.keys.passphrase);
  await expect(heading(page, 'The referral')).toBeFocused();
  await page.locator('.languages summary').click();
  await page.getByRole('link', { name: 'Cymraeg' }).click();
  await expect(heading(page, t('open.key.heading'))).toBeFocused();
  expect(page.url()).toBe(`${site.url}/cy/p/`);
  await page.getByLabel(t('open.key.file')).setInputFiles(site.keys.own);
  await page.getByLabel(t('open.key.passphrase')).fill(site.keys.passphrase);
  await page.getByRole('button', { name: t('open.key.unlock') }).click();
  await expect(page.getByText(notice.callMe)).toBeVisible();

  await page.goto(`${site.url}/en/p/`);
  await expect(page.getByRole('link', { name: 'Cymraeg', includeHidden: true })).not.toHaveAttribute(
    'href',
    /#/,
  );
});

test('without a connection nothing is lost, and trying again works', async ({ page, site }) => {
  await page.route('**/p/open', (route) => route.abort());
  await page.goto((await site.sendReferral()).link);
  await expect(heading(page, 'The site did not answer')).toBeFocused();
  await expectAccessible(page);

  await page.unroute('**/p/open');
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(heading(page, 'Unlock it with your key')).toBeFocused();

  await unlock(page, site.keys.own, site.keys.passphrase);
  await page.route('**/p/ack', (route) => route.abort());
  await page.getByLabel('I have saved or printed this').check();
  await page.getByRole('button', { name: 'Confirm' }).click();
  await expect(problems(page)).toContainText('this is not confirmed yet');
  await page.unroute('**/p/ack');
  await page.getByRole('button', { name: 'Confirm' }).click();
  await expect(page.getByRole('heading', { name: 'Confirmed' })).toBeFocused();
});

test('F11: nothing that was opened, and no passphrase, leaves the page or stays behind', async ({
  page,
  context,
  site,
}) => {
  const requests: Request[] = [];
  page.on('request', (request) => requests.push(request));
  const notice = await site.sendReferral();
  await page.goto(notice.link);
  await unlock(page, site.keys.own, site.keys.passphrase);
  await page.getByLabel('I have saved or printed this').check();
  await page.getByRole('button', { name: 'Confirm' }).click();
  await expect(page.getByRole('heading', { name: 'Confirmed' })).toBeVisible();

  const posts = requests.filter((request) => request.method() === 'POST');
  expect(posts.map((request) => Object.keys(request.postDataJSON() ?? {}))).toEqual([
    ['reference', 'capability'],
    ['reference', 'code'],
  ]);
  expect(requests.every((request) => request.url().startsWith(site.url))).toBe(true);
  const sent = requests.map((request) => `${request.url()} ${request.postData() ?? ''}`).join('\n');
  // Single words of a passphrase are ordinary ones, such as "page", and may stand in the names of our files.
  for (const secret of [notice.callMe, site.keys.identity]) expect(sent).not.toContain(secret);
  const values = posts.flatMap((request) => Object.values<unknown>(request.postDataJSON() ?? {}));
  for (const word of site.keys.passphrase.split(' ')) expect(values).not.toContain(word);
  expect(sent.replaceAll(/[^a-z]+/g, ' ')).not.toContain(site.keys.passphrase);

  expect(await context.storageState()).toEqual({ cookies: [], origins: [] });
  await page.goto(`${site.url}/en/p/`);
  await page.goBack();
  await expect(page.getByText(notice.callMe)).toHaveCount(0);
});

test('G5: a machine that follows the link and presses everything changes nothing', async ({
  context,
  site,
}) => {
  const notice = await site.sendReferral();
  const [reference = '', capability = ''] = new URL(notice.link).hash.slice(1).split('.');
  const state = async () => [
    await (await post('/p/open', { reference, capability })).text(),
    await (await post('/en/status/', { code: notice.receipt, step: 'look' })).text(),
  ];
  const before = await state();
  const asked = new Set<string>();
  await context.route('**/*', (route) => {
    const request = route.request();
    asked.add(`${request.method()} ${new URL(request.url()).pathname}`);
    return request.url().startsWith(site.url) ? route.continue() : route.abort();
  });
  // A tab for each thing pressed, all left open: whatever a press sets going has the rest of the test to come to light.
  const follow = async () => {
    const page = await context.newPage();
    await page.goto(notice.link);
    await expect(heading(page, 'Unlock it with your key')).toBeVisible();
    return page;
  };
  const everything = (page: Page) => page.locator('a, button, summary, input, select, textarea');

  const count = await everything(await follow()).count();
  expect(count).toBeGreaterThan(10);
  for (let index = 0; index < count; index += isLong ? 1 : 4) {
    const page = await follow();
    await everything(page)
      .nth(index)
      .evaluate((element: HTMLElement) => element.click());
  }
  const page = await follow();
  await page.evaluate(() => {
    for (const form of document.forms) form.requestSubmit();
  });
  await expect(problems(page).first()).toBeVisible();
  expect([...asked].filter((one) => one.startsWith('POST'))).toEqual(['POST /p/open']);
  expect(await state()).toEqual(before);
});

test('the referral can be saved as JSON, and on paper only the referral remains', async ({ page, site }) => {
  const notice = await site.sendReferral();
  await page.goto(notice.link);
  await unlock(page, site.keys.own, site.keys.passphrase);

  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save as a JSON file' }).click();
  const file = await (await saved).path();
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ innerCode: notice.innerCode, version: 1 });

  await page.emulateMedia({ media: 'print' });
  await expect(page.getByText('Confidential.')).toBeVisible();
  await expect(page.getByText('Your first contact must not show')).toBeVisible();
  await expect(page.getByLabel('I have saved or printed this')).toBeHidden();
  await expect(page.getByRole('button', { name: 'Print' })).toBeHidden();
});

test('whoever read the referral on paper confirms by typing its code', async ({ page, site }) => {
  const notice = await site.sendReferral();
  await page.goto(`${site.url}/en/p/`);
  const confirm = page.getByRole('button', { name: 'Confirm this referral' });

  await confirm.click();
  await expect(problems(page)).toContainText('Type the reference.');
  await expectAccessible(page);
  await page.getByLabel('Reference').fill(notice.reference.toLowerCase());
  await page.getByLabel('Confirmation code').fill('0000 0000 0000');
  await confirm.click();
  await expect(problems(page)).toContainText('This code does not belong to this reference.');

  await page.getByLabel('Confirmation code').fill(notice.innerCode.replace(/.{4}/g, '$& ').toLowerCase());
  await confirm.click();
  await expect(page.getByRole('heading', { name: 'Confirmed' })).toBeFocused();
});

test('a skip link keeps the opened referral, and a second link in the same tab replaces it', async ({
  page,
  site,
}) => {
  const [first, second] = [await site.sendReferral(), await site.sendReferral()];
  await page.goto(first.link);
  await unlock(page, site.keys.own, site.keys.passphrase);
  await expect(heading(page, 'The referral')).toBeVisible();

  await page.evaluate(() => {
    location.hash = '#main';
  });
  await expect(page.getByText(first.callMe)).toBeVisible();
  await page.evaluate((hash) => {
    location.hash = hash;
  }, new URL(second.link).hash);
  await expect(heading(page, 'Unlock it with your key')).toBeVisible();
  await expect(page.getByText(first.callMe)).toHaveCount(0);
  await unlock(page, site.keys.own, site.keys.passphrase);
  await expect(page.getByText(new RegExp(second.innerCode.slice(0, 4)))).toBeVisible();
});

test('a worker opens and confirms by keyboard alone', async ({ page, site }) => {
  await page.goto((await site.sendReferral()).link);
  await expect(heading(page, 'Unlock it with your key')).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(page.getByLabel('Your key file')).toBeFocused();
  // The file chooser belongs to the browser; its keyboard is not ours.
  await page.getByLabel('Your key file').setInputFiles(site.keys.own);
  await page.keyboard.press('Tab');
  await page.keyboard.type(site.keys.passphrase);
  await page.keyboard.press('Enter');
  await expect(heading(page, 'The referral')).toBeFocused();

  for (const name of ['Print', 'Save as a JSON file']) {
    await page.keyboard.press('Tab');
    await expect(page.getByRole('button', { name })).toBeFocused();
  }
  await page.keyboard.press('Tab');
  await page.keyboard.press('Space');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Confirmed' })).toBeFocused();
});

test('a worker makes a key, saves it, prints the sheet, and proves that it opens', async ({ page, site }) => {
  await page.addInitScript(() => {
    window.print = () => {};
  });
  await page.goto(`${site.url}/en/p/keys/`);
  await page.getByRole('button', { name: 'Make my key' }).click();
  await expect(problems(page)).toBeFocused();
  await expectAccessible(page);
  await page.getByLabel('Name of your service').fill('Northfield');
  await page.getByLabel('Your initials').fill('AB');
  await page.getByRole('button', { name: 'Make my key' }).click();

  await expect(heading(page, 'Write down your passphrase')).toBeFocused();
  await expectAccessible(page);
  const passphrase = (await page.locator('#passphrase').innerText()).trim();
  expect(passphrase.split(' ')).toHaveLength(6);
  await page.getByRole('button', { name: 'I have written it down' }).click();

  await expect(heading(page, 'Save your key file')).toBeFocused();
  await expectAccessible(page);
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save the key file' }).click();
  const download = await saved;
  expect(download.suggestedFilename()).toBe('RJ-key-Northfield-AB.txt');
  const keyFile = await download.path();
  await page.getByRole('button', { name: 'I have saved the file' }).click();

  await expect(heading(page, 'Print the recovery sheet')).toBeFocused();
  await expectAccessible(page);
  await expect(page.getByRole('img', { name: 'The recovery text as a square code' })).toBeVisible();
  await page.getByRole('button', { name: 'Print the sheet' }).click();
  await page.getByRole('button', { name: 'The sheet is in the safe' }).click();

  await expect(heading(page, 'Try your key')).toBeFocused();
  await expect(page.getByText('age1')).toHaveCount(0);
  await unlock(page, keyFile, passphrase);
  await expect(heading(page, 'Your key works')).toBeFocused();
  await expectAccessible(page);
  await page.getByLabel('Type the confirmation code').fill('0000 0000 0000');
  await page.getByRole('button', { name: 'Check the code' }).click();
  await expect(problems(page)).toContainText('This is not the code in the test referral.');
  await page.getByLabel('Type the confirmation code').fill(await page.locator('#inner-code').innerText());
  await page.getByRole('button', { name: 'Check the code' }).click();

  await expect(heading(page, 'Send your public key')).toBeFocused();
  await expect(page.getByLabel('Your public key')).toHaveValue(/^age1[0-9a-z]{58}$/);
  await expectAccessible(page);
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  for (const path of ['p/', 'p/keys/']) {
    test(`/en/${path} says why it needs it, and whom to phone`, async ({ page }) => {
      await page.goto(`/en/${path}`);
      // Words inside <noscript> are not found by their text.
      const notice = page.locator('noscript .notice');
      await expect(notice).toBeVisible();
      await expect(notice).toContainText('This page needs JavaScript.');
      await expect(notice).toContainText('phone the people who run this site');
    });
  }
});
