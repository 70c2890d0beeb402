/**
 * What a screen reader would say, from top to bottom, kept as golden files in transcripts/ and read by people.
 *
 * `UPDATE_TRANSCRIPTS=1 npm run test:browser -- transcripts` writes them anew; read the difference before you commit it.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { virtual } from '@guidepup/virtual-screen-reader';
import { JSDOM } from 'jsdom';
import { expect, test } from '../support/browser.ts';
import { siteUrl } from '../support/demonstration.ts';
import { aReferralForm, post } from '../support/referral-form.ts';

const folder = 'tests/e2e/transcripts';
const update = process.env['UPDATE_TRANSCRIPTS'] === '1';

const readPages: readonly (readonly [string, () => Promise<Response>])[] = [
  ['home', () => fetch(`${siteUrl}/en/`)],
  ['help-now', () => fetch(`${siteUrl}/en/help-now/`)],
  ['finder', () => post('/en/find/', { postcode: 'CB1 0AG' })],
  [
    'form-with-problems',
    () => post('/en/refer/1/', aReferralForm({ email: 'nobody', 'call-me': '', step: 'check' })),
  ],
];

test.describe.configure({ mode: 'serial' });

for (const [name, get] of readPages) {
  test(`${name} is read aloud as it was`, async () => {
    const said = await readAloud(await (await get()).text());
    const file = `${folder}/${name}.txt`;
    if (update) {
      mkdirSync(folder, { recursive: true });
      writeFileSync(file, said);
    }
    expect(said).toBe(readFileSync(file, 'utf8'));
  });
}

async function readAloud(html: string): Promise<string> {
  const { window } = new JSDOM(html);
  // The reader looks for a browser's globals.
  const kept = new Map<string, unknown>();
  for (const name of [
    'window',
    'document',
    'Node',
    'Element',
    'HTMLElement',
    'MutationObserver',
    'getComputedStyle',
  ]) {
    kept.set(name, (globalThis as Record<string, unknown>)[name]);
    Object.assign(globalThis, {
      [name]: name === 'window' ? window : (window as unknown as Record<string, unknown>)[name],
    });
  }
  try {
    await virtual.start({ container: window.document.body, displayCursor: false });
    for (let step = 0; step < 2_000; step += 1) {
      await virtual.next();
      if ((await virtual.lastSpokenPhrase()) === 'end of document') break;
    }
    const phrases = await virtual.spokenPhraseLog();
    await virtual.stop();
    return `${phrases.join('\n')}\n`;
  } finally {
    for (const [name, value] of kept) Object.assign(globalThis, { [name]: value });
  }
}
