/**
 * A Chromium as people have it, with a profile on disk that keeps history, sessions and suggestions.
 *
 * The headless shell that the other tests run in keeps none of these. It is started by hand, because it is to be killed.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium, type Browser, type BrowserContext } from 'playwright/test';
import { chromiumOptions } from '../../scripts/chromium.ts';

/** The first of these programs that is installed. */
export function installed(...names: readonly string[]): string | undefined {
  return names
    .flatMap((name) => (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, name)))
    .find((path) => existsSync(path));
}

/** Undefined where none is installed. */
export const wholeChromium = installed('chromium', 'chromium-browser', 'google-chrome');

export type WholeBrowser = {
  readonly context: BrowserContext;
  /** Ends it as a flat battery does. */
  kill(): Promise<void>;
  /** Ends it as a person does, and everything it means to keep is on disk. */
  close(): Promise<void>;
};

export async function openWhole(profile: string, ...more: readonly string[]): Promise<WholeBrowser> {
  const child = spawn(
    wholeChromium ?? '',
    [
      ...chromiumOptions.args,
      ...['--headless=new', '--remote-debugging-port=0', `--user-data-dir=${profile}`],
      // What the browser does for itself, and no page asked for.
      ...['--disable-extensions', '--disable-sync', '--disable-default-apps', '--no-default-browser-check'],
      ...more,
    ],
    { detached: true, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const ended = new Promise<void>((done) => child.once('exit', () => done()));
  const browser = await driven(await addressOf(child));
  const [context] = browser.contexts();
  if (!context) throw new Error('the browser has no window');
  return {
    context,
    kill: async () => {
      // The whole group: each page is a process of its own.
      process.kill(-(child.pid ?? 0), 'SIGKILL');
      await ended;
    },
    close: async () => {
      await closed(browser);
      await ended;
    },
  };
}

/** A tab that comes back from the last session at the wrong moment is waited for without end: then it is begun anew. */
async function driven(address: string, triesLeft = 3): Promise<Browser> {
  try {
    return await chromium.connectOverCDP(address, { timeout: 40_000 });
  } catch (error) {
    if (triesLeft === 0) throw error;
    return driven(address, triesLeft - 1);
  }
}

const preferencesOf = (profile: string) => join(profile, 'Default', 'Preferences');

/** Whether the browser has written down that it was there, with its preferences: it does both about ten seconds later. */
export function hasNoted(profile: string, path: string): boolean {
  const history = join(profile, 'Default', 'History');
  return existsSync(preferencesOf(profile)) && existsSync(history) && readFileSync(history).includes(path);
}

/** Presses "Restore" in the place of the person, whom a browser asks after it was killed. */
export function agreeToRestore(profile: string): void {
  const file = preferencesOf(profile);
  const preferences = JSON.parse(readFileSync(file, 'utf8')) as { profile: Record<string, unknown> };
  writeFileSync(
    file,
    JSON.stringify({ ...preferences, profile: { ...preferences.profile, exit_type: 'Normal' } }),
  );
}

/** Where a browser that was just started says that it can be driven. */
export function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((found, fail) => {
    let said = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      const address = /ws:\/\/\S+/.exec(said)?.[0];
      if (address) found(address);
    });
    child.once('error', fail);
    child.once('exit', () => fail(new Error(`the browser did not start: ${said}`)));
  });
}

async function closed(browser: Browser): Promise<void> {
  const session = await browser.newBrowserCDPSession();
  // The answer may not come any more.
  await session.send('Browser.close').catch(() => undefined);
}
