import { existsSync, readFileSync } from 'node:fs';
import { defineConfig } from 'playwright/test';

// `scripts/setup.mjs --browser` wrote down which Chromium it found.
const found = 'node_modules/.cache/portal-chromium';
const executablePath = existsSync(found) ? readFileSync(found, 'utf8') : undefined;

export default defineConfig({
  testDir: 'tests',
  testMatch: '**/*.spec.ts',
  outputDir: 'test-results',
  fullyParallel: true,
  workers: 2,
  retries: 0,
  // Slow machines are met, not excused: nothing here measures time.
  timeout: 240_000,
  expect: { timeout: 40_000 },
  reporter: [['list']],
  globalSetup: './tests/support/demonstration.ts',
  use: {
    launchOptions: {
      ...(executablePath ? { executablePath } : {}),
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-background-networking',
        '--disable-component-update',
        '--no-first-run',
      ],
    },
    baseURL: process.env['PORTAL_TEST_SITE'] ?? 'http://localhost:4421',
    trace: 'off',
  },
});
