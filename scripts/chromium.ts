/** The browser that `scripts/setup.mjs --browser` found, and how it is started here. */
import { existsSync, readFileSync } from 'node:fs';

const foundFile = 'node_modules/.cache/portal-chromium';

/** Playwright's launch options: the browser that was found, one that asks nobody for anything by itself. */
export const chromiumOptions = {
  ...(existsSync(foundFile) ? { executablePath: readFileSync(foundFile, 'utf8').trim() } : {}),
  args: [
    // Chromium refuses to be run by root with its sandbox; nothing but our own pages is opened.
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    '--disable-gpu',
    '--disable-background-networking',
    '--disable-component-update',
    '--no-first-run',
  ],
};
