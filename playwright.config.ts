import { existsSync, readFileSync } from 'node:fs';
import { defineConfig } from 'playwright/test';
import { neutralPagePort } from './tests/support/demonstration.ts';

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
  timeout: 600_000,
  expect: { timeout: 60_000 },
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
        // Pages that lead elsewhere never reach the real place from a test.
        `--host-resolver-rules=MAP www.bbc.co.uk:443 127.0.0.1:${neutralPagePort}`,
      ],
    },
    baseURL: process.env['PORTAL_TEST_SITE'] ?? 'http://localhost:4421',
    trace: 'off',
  },
});
