/**
 * Every component in every state, as /{language}/components/ shows them in development: for everybody, in both
 * directions.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { expectAccessible, expectNoOverflow, expectRoomForSpacing } from '../support/accessible.ts';
import { expect, test } from '../support/browser.ts';

const port = 4461;
let server: ChildProcess;

test.describe.configure({ mode: 'serial' });

test.beforeAll(async () => {
  server = spawn(
    process.execPath,
    ['node_modules/astro/bin/astro.mjs', 'dev', '--port', `${port}`, '--host', '127.0.0.1'],
    { stdio: 'ignore', env: { ...process.env, PORTAL_DEMONSTRATION: '1', ASTRO_TELEMETRY_DISABLED: '1' } },
  );
  const isUp = () =>
    fetch(`http://127.0.0.1:${port}/en/components/`).then(
      (response) => response.ok,
      () => false,
    );
  await expect.poll(isUp, { timeout: 300_000, intervals: [1000] }).toBe(true);
});

test.afterAll(() => {
  server.kill();
});

for (const language of ['en', 'ur']) {
  test(`each example in ${language} is for everybody`, async ({ page }) => {
    await page.setViewportSize({ width: 320, height: 640 });
    await page.goto(`http://127.0.0.1:${port}/${language}/components/`);
    await expect(page.locator('[data-example]')).toHaveCount(18);
    for (const example of await page.locator('[data-example]').all()) {
      expect(await example.locator(':scope > :not(h2)').count(), await example.innerText()).toBeGreaterThan(
        0,
      );
    }
    for (const summary of await page.locator('main summary').all()) await summary.click();
    await expectAccessible(page);
    await page.setViewportSize({ width: 1280, height: 800 });
    await expectNoOverflow(page);
    await page.setViewportSize({ width: 320, height: 256 });
    await expectRoomForSpacing(page);
  });
}

test('the examples are in no build', () => {
  expect(existsSync('dist/client/en/index.html')).toBe(true);
  expect(existsSync('dist/client/en/components')).toBe(false);
});
