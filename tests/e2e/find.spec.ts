/** Find my service: the answer is made in the browser, and the same without JavaScript. */
import { expectAccessible } from '../support/accessible.ts';
import { expect, test } from '../support/browser.ts';

test.use({ viewport: { width: 320, height: 640 } });

const box = 'Your postcode';
const button = 'Find my service';

test('once the page has loaded, a look-up asks nobody for anything', async ({ page, site }) => {
  await page.goto('/en/find/');
  await page.waitForLoadState('networkidle');
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  for (const postcode of ['CT1 1AA', 'SG8 6AD', 'EH1 1AA', 'hello', 'SG8']) {
    await page.getByRole('textbox', { name: box }).fill(postcode);
    await page.getByRole('button', { name: button }).click();
    await expect(page.locator('#finder-status')).toHaveText('');
    await page.goBack().catch(() => null);
    await page.goto(`${site.url}/en/find/`);
    await page.waitForLoadState('networkidle');
    asked.length = 0;
    await page.getByRole('textbox', { name: box }).fill(postcode);
    await page.getByRole('button', { name: button }).click();
    await expect(page.locator('main h1')).toBeVisible();
    expect(asked).toEqual([]);
    expect(page.url()).toBe(`${site.url}/en/find/`);
    await page.goto(`${site.url}/en/find/`);
    await page.waitForLoadState('networkidle');
  }
});

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with JavaScript' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled });

    test('a postcode leads to the service, with its phone and the way to refer', async ({ page }) => {
      await page.goto('/en/find/');
      if (javaScriptEnabled) await expectAccessible(page);
      await page.getByRole('textbox', { name: box }).fill('ls1 4ap');
      await page.getByRole('button', { name: button }).click();
      await expect(page.locator('main')).toContainText('West Yorkshire');
      await expect(page.getByRole('link', { name: '0800 783 1550' }).first()).toBeVisible();
      if (javaScriptEnabled) await expectAccessible(page);
      await page.getByRole('button', { name: 'Someone harmed me' }).click();
      await expect(page).toHaveURL(/\/en\/refer\/1\/$/);
      await expect(page.locator('#area')).toHaveValue('E23000010');
    });

    test('on a border the council is asked, and the answer follows from it', async ({ page }) => {
      await page.goto('/en/find/');
      await page.getByRole('textbox', { name: box }).fill('SG8');
      await page.getByRole('button', { name: button }).click();
      await expect(page.getByRole('heading', { name: 'Which council covers your home?' })).toBeVisible();
      if (javaScriptEnabled) await expectAccessible(page);
      await page.getByLabel('North Hertfordshire').check();
      await page.getByRole('button', { name: 'Continue' }).click();
      await expect(page.locator('main')).toContainText('Hertfordshire');
    });

    test('somebody who gives no postcode chooses a place from a list', async ({ page }) => {
      await page.goto('/en/find/');
      await page.getByLabel('Your area').selectOption({ label: 'Scotland' });
      await page.getByRole('button', { name: 'Show the service' }).click();
      await expect(page.locator('main')).toContainText('Scotland has its own services');
    });

    test('what is no postcode is said next to the field, and kept', async ({ page }) => {
      await page.goto('/en/find/');
      await page.getByRole('textbox', { name: box }).fill('hello');
      await page.getByRole('button', { name: button }).click();
      await expect(page.locator('#problems')).toContainText('does not look like a postcode');
      await expect(page.getByRole('textbox', { name: box })).toHaveValue('hello');
      if (javaScriptEnabled) await expectAccessible(page);
    });
  });
}

test('in Urdu and Welsh the finder answers in that language', async ({ page }) => {
  for (const [language, service] of [
    ['ur', 'RJ Kent'],
    ['cy', 'RJ Kent'],
  ] as const) {
    await page.goto(`/${language}/find/`);
    await page.locator('input[name="postcode"]').fill('CT1 1AA');
    await page.locator('input[name="postcode"]').press('Enter');
    await expect(page.locator('main')).toContainText(service);
    await expectAccessible(page);
  }
});
