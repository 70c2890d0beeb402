import { defineConfig } from 'playwright/test';
import { chromiumOptions } from './scripts/chromium.ts';
import { neutralPagePort } from './tests/support/demonstration.ts';

export default defineConfig({
  testDir: 'tests',
  testMatch: '**/*.spec.ts',
  outputDir: 'test-results',
  fullyParallel: true,
  workers: 2,
  retries: 0,
  // Slow machines are met, not excused: nothing here measures time.
  timeout: 600_000,
  expect: { timeout: 60_000 },
  reporter: [['list']],
  globalSetup: './tests/support/demonstration.ts',
  use: {
    launchOptions: {
      ...chromiumOptions,
      args: [
        ...chromiumOptions.args,
        // Pages that lead elsewhere never reach the real place from a test.
        `--host-resolver-rules=MAP www.bbc.co.uk:443 127.0.0.1:${neutralPagePort}`,
      ],
    },
    baseURL: process.env['PORTAL_TEST_SITE'] ?? 'http://localhost:4421',
    trace: 'off',
  },
});
