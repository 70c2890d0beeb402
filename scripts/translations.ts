/**
 * `npm run translations`: which texts exist in which language, which are older than their English, and who read them.
 *
 * `npm run translations -- --stamp cy/safety ur/safety` writes into those translations which English they were made
 * from; do it after a translation was brought up to date, never before.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { fingerprint, pages, readPages } from '../src/content/pages.ts';
import { languages } from '../src/i18n/languages.ts';
import { stringsReadBy } from '../src/i18n/reviewed.ts';

const { values, positionals } = parseArgs({
  options: { stamp: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const folder = (language: string) => `src/content/pages/${language}`;
const english = readPages(folder('en'));

if (values.stamp) positionals.forEach(stamp);
else printTable();

function stamp(name: string): void {
  const [language = '', id = ''] = name.split('/');
  const source = [...english.values()].find((text) => text.id === id);
  if (!source || language === 'en') throw new Error(`${name}: write <language>/<page>, such as cy/safety`);
  const file = `${folder(language)}/${id}.md`;
  const text = readFileSync(file, 'utf8').replace(/\nfrom: .*/, '');
  writeFileSync(file, text.replace(/\n---\n/, `\nfrom: ${JSON.stringify(fingerprint(source))}\n---\n`));
}

function printTable(): void {
  const translations = languages.filter(({ code }) => code !== 'en');
  const texts = new Map(translations.map(({ code }) => [code, readPages(folder(code))]));
  const rows = pages.map((page) => [
    'critical' in page ? `${page.id} *` : page.id,
    ...translations.map(({ code }) => {
      const source = english.get(page.id);
      const text = texts.get(code)?.get(page.id);
      if (!source || !text) return 'missing';
      if (text.from !== fingerprint(source)) return 'older than the English';
      return text.reviewed ? `read by ${text.reviewed}` : 'read by nobody yet';
    }),
  ]);
  const ofStrings = [
    'forms, menus, home … *',
    ...translations.map(({ code }) => {
      const by = stringsReadBy[code];
      return by ? `read by ${by}` : 'read by nobody yet';
    }),
  ];
  const table = [['page', ...translations.map(({ ownName }) => ownName)], ofStrings, ...rows];
  for (const [name = '', ...cells] of table) {
    process.stdout.write(`${name.padEnd(26)}${cells.map((cell) => cell.padEnd(24)).join('')}\n`);
  }
  process.stdout.write('\n* decisions rest on it: every language we offer must have it\n');
}
