/**
 * A Firefox as people have it, with a profile on disk. Playwright drives only builds of its own, so this speaks the
 * standard that Firefox itself offers: WebDriver BiDi, https://w3c.github.io/webdriver-bidi/
 */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { addressOf, installed } from './whole-browser.ts';

/** Undefined where none is installed. */
export const wholeFirefox = installed('firefox-esr', 'firefox');

export type FirefoxTab = {
  goTo(url: string): Promise<void>;
  reload(): Promise<void>;
  /** Back and forward in the history of the tab, as its buttons do. */
  traverse(delta: number): Promise<void>;
  /** Evaluates an expression in the page. Gives back strings, numbers and booleans. */
  run<Value extends string | number | boolean>(expression: string): Promise<Value>;
  /** Presses these keys, one after the other, in whatever has the focus. */
  type(text: string): Promise<void>;
};

export type WholeFirefox = {
  newTab(): Promise<FirefoxTab>;
  tabs(): Promise<readonly FirefoxTab[]>;
  /** Ends it as a flat battery does. */
  kill(): Promise<void>;
  close(): Promise<void>;
};

/** First, what the browser asks of others for itself and no page asked for. */
const preferences = {
  'app.normandy.enabled': false,
  'app.update.enabled': false,
  'browser.newtabpage.enabled': false,
  'browser.safebrowsing.downloads.remote.enabled': false,
  'browser.safebrowsing.malware.enabled': false,
  'browser.safebrowsing.phishing.enabled': false,
  'browser.startup.homepage': 'about:blank',
  'datareporting.policy.dataSubmissionEnabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'services.settings.server': 'http://127.0.0.1:9/',
  'toolkit.telemetry.enabled': false,
  // What a person gets, and a tester would not: suggestions, and the last session with all its pages.
  'remote.prefs.recommended': false,
  'browser.startup.page': 3,
  'browser.sessionstore.restore_on_demand': false,
  // At once, not every 15 seconds.
  'browser.sessionstore.interval': 500,
  'browser.sessionstore.interval.idle': 500,
  // Whoever loads a posted page again is asked whether to send it once more, and agrees.
  'dom.confirm_repost.testing.always_accept': true,
} as const;

export async function openFirefox(profile: string): Promise<WholeFirefox> {
  const lines = Object.entries(preferences).map(
    ([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`,
  );
  writeFileSync(join(profile, 'user.js'), lines.join(''));
  const child = spawn(
    wholeFirefox ?? '',
    ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port', '0'],
    { detached: true, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const ended = new Promise<void>((done) => child.once('exit', () => done()));
  const send = await conversation(`${await addressOf(child)}/session`);
  await send('session.new', { capabilities: {} });

  const tab = (context: string): FirefoxTab => ({
    goTo: async (url) => void (await send('browsingContext.navigate', { context, url, wait: 'complete' })),
    reload: async () => void (await send('browsingContext.reload', { context, wait: 'complete' })),
    traverse: async (delta) => void (await send('browsingContext.traverseHistory', { context, delta })),
    async run(expression) {
      const target = { context };
      const answer = await send('script.evaluate', { expression, target, awaitPromise: true });
      if (answer.type !== 'success') throw new Error(`the page could not evaluate ${expression}`);
      return answer.result?.value as never;
    },
    async type(text) {
      const actions = [...text].flatMap((value) => [
        { type: 'keyDown', value },
        { type: 'keyUp', value },
      ]);
      await send('input.performActions', { context, actions: [{ type: 'key', id: 'keyboard', actions }] });
    },
  });
  return {
    newTab: async () => tab((await send('browsingContext.create', { type: 'tab' })).context ?? ''),
    tabs: async () =>
      ((await send('browsingContext.getTree', {})).contexts ?? []).map(({ context }) => tab(context)),
    kill: async () => {
      // The whole group: each page is a process of its own.
      process.kill(-(child.pid ?? 0), 'SIGKILL');
      await ended;
    },
    close: async () => {
      await send('browser.close', {}).catch(() => undefined);
      await ended;
    },
  };
}

/** As much of an answer as is read here. */
type Answer = {
  readonly type?: string;
  readonly context?: string;
  readonly contexts?: readonly { readonly context: string }[];
  readonly result?: { readonly value?: unknown };
};

type Send = (method: string, params: object) => Promise<Answer>;

async function conversation(address: string): Promise<Send> {
  const socket = new WebSocket(address);
  await new Promise((opened) => socket.addEventListener('open', opened, { once: true }));
  const waiting = new Map<number, { done: (answer: Answer) => void; fail: (cause: Error) => void }>();
  socket.addEventListener('message', ({ data }) => {
    const said = JSON.parse(String(data)) as { id?: number; type: string; result: Answer; message?: string };
    const asked = waiting.get(said.id ?? -1);
    waiting.delete(said.id ?? -1);
    if (said.type === 'error') asked?.fail(new Error(said.message));
    else asked?.done(said.result);
  });
  socket.addEventListener('close', () => {
    for (const { fail } of waiting.values()) fail(new Error('the browser has gone'));
  });
  let count = 0;
  return (method, params) =>
    new Promise((done, fail) => {
      count += 1;
      waiting.set(count, { done, fail });
      socket.send(JSON.stringify({ id: count, method, params }));
    });
}

const magic = Buffer.from('mozLz40\0');

/** What Firefox has packed into one of its own files: a block of LZ4 behind eight letters and its length. */
export function unpacked(file: Buffer): Buffer {
  if (!file.subarray(0, magic.length).equals(magic)) return file;
  const packed = file.subarray(magic.length + 4);
  const text = Buffer.alloc(file.readUInt32LE(magic.length));
  let from = 0;
  let to = 0;
  // https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md
  const length = (nibble: number) => {
    let sum = nibble;
    for (let byte = nibble === 15 ? 255 : 0; byte === 255; sum += byte) byte = packed[from++] ?? 0;
    return sum;
  };
  while (from < packed.length) {
    const token = packed[from++] ?? 0;
    const literals = length(token >> 4);
    packed.copy(text, to, from, from + literals);
    from += literals;
    to += literals;
    if (from >= packed.length) break;
    const back = packed.readUInt16LE(from);
    from += 2;
    for (let left = length(token & 15) + 4; left > 0; left -= 1) {
      text[to] = text[to - back] ?? 0;
      to += 1;
    }
  }
  return text;
}
