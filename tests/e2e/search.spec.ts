/** Search: without script too, in no address, and Back from a result shows the results again. */
import { expectAccessible } from '../support/accessible.ts';
import { expect, test } from '../support/browser.ts';

test.use({ viewport: { width: 320, height: 640 } });

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with JavaScript' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled });

    test('what is typed leads to a page, and Back shows the results again', async ({ page, site }) => {
      await page.goto('/en/search/');
      await page.getByLabel('What are you looking for?').fill('why did he do it');
      await page.getByRole('button', { name: 'Search' }).click();
      await expect(page.getByRole('heading', { name: 'What we found' })).toBeVisible();
      expect(page.url()).toBe(`${site.url}/en/search/`);
      expect(await page.title()).not.toContain('why did');
      await page.locator('.found a').first().click();
      await expect(page.locator('.found')).toHaveCount(0);
      await page.goBack();
      await expect(page.getByRole('heading', { name: 'What we found' })).toBeVisible();
      expect(page.url()).toBe(`${site.url}/en/search/`);
    });

    test('another language keeps what was typed', async ({ page, site }) => {
      await page.goto('/en/search/');
      await page.getByLabel('What are you looking for?').fill('prison');
      await page.getByRole('button', { name: 'Search' }).click();
      await page.locator('.languages summary').click();
      await page.getByRole('button', { name: 'Cymraeg' }).click();
      await expect(page).toHaveURL(`${site.url}/cy/search/`);
      await expect(page.locator('#words')).toHaveValue('prison');
      await expect(page.locator('.found')).toContainText('carchar');
    });

    test('C5: what looks like markup is shown as it was typed', async ({ page }) => {
      const typed = '"><img src=x onerror=alert(1)> OR *';
      await page.goto('/en/search/');
      await page.getByLabel('What are you looking for?').fill(typed);
      await page.getByRole('button', { name: 'Search' }).click();
      await expect(page.locator('#words')).toHaveValue(typed);
      await expect(page.locator('main img')).toHaveCount(0);
    });
  });
}

test('the box, the results, the help and the empty answer are accessible in two directions', async ({
  page,
}) => {
  for (const [path, typed] of [
    ['/en/search/', ''],
    ['/en/search/', 'I want to die'],
    ['/en/search/', 'pizza'],
    ['/ur/search/', 'خودکشی'],
  ] as const) {
    await page.goto(path);
    await page.locator('#words').fill(typed);
    const answered = page.waitForResponse((response) => response.request().method() === 'POST');
    await page.locator('#words').press('Enter');
    await answered;
    await page.waitForLoadState();
    await expectAccessible(page);
  }
});

test('who may be in danger sees whom to call before any result', async ({ page }) => {
  await page.goto('/en/search/');
  await page.locator('#words').fill('I want to kill myself');
  await page.locator('#words').press('Enter');
  await expect(page.locator('#help')).toContainText('Samaritans');
  await expect(page.locator('#help').getByRole('link', { name: '116 123' })).toBeVisible();
});
