/** Every page that was built: valid, light, and all its links lead somewhere in the reader's language. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { before, test } from 'node:test';
import { brotliDecompressSync } from 'node:zlib';
import { HtmlValidate } from 'html-validate';
import { readCatalogue } from '../../src/server/catalogue.ts';
import { shownOf } from '../../src/routing/signpost.ts';
import { languages } from '../../src/i18n/languages.ts';

const folder = 'dist/client';
type Page = { readonly path: string; readonly file: string; readonly html: string };
const pages: Page[] = [];

/** Drawn on demand, so no file of theirs is built: the form, the finder, the receipt and the search. */
const onDemand = /^\/[a-z]{2,3}\/(find|status|search|refer\/([1-4]\/)?)?\/?$|^\/exit$/;
/** Only workers read these; they are in English and Welsh. */
const forWorkers = /^\/[a-z]{2,3}\/p\//;
/** Budgets of their own: the opening page carries its words. */
const ownBudget = /^\/[a-z]{2,3}\/(p|find|refer)\//;

before(() => {
  assert.ok(existsSync('dist/build.json'), 'build first: npm run build');
  for (const entry of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!entry.endsWith('.html')) continue;
    const path = `/${entry.split(sep).join('/')}`.replace(/index\.html$/, '');
    const file = join(folder, entry);
    pages.push({ path, file, html: readFileSync(file, 'utf8') });
  }
});

const attributes = (html: string, name: string) =>
  [...html.matchAll(new RegExp(` ${name}="([^"]*)"`, 'g'))].map(([, value]) => value ?? '');

test('every page of every language was built', () => {
  for (const { code } of languages) {
    assert.ok(pages.filter(({ path }) => path.startsWith(`/${code}/`)).length >= 40, code);
  }
});

test('every link leads to a page or file of ours, or to an https address of somebody else', () => {
  const built = new Set(pages.map(({ path }) => path));
  const wrong = pages.flatMap(({ path, html }) =>
    [...attributes(html, 'href'), ...attributes(html, 'src'), ...attributes(html, 'action')]
      .map((link) => link.replace(/&amp;/g, '&'))
      .filter((link) => !leads(link, html))
      .map((link) => `${path} → ${link}`),
  );
  assert.deepEqual([...new Set(wrong)], []);

  function leads(link: string, html: string): boolean {
    if (/^(https:|tel:|mailto:)/.test(link)) return true;
    if (link.startsWith('http://localhost')) return leads(new URL(link).pathname, html);
    const [path = '', anchor] = link.split('#', 2);
    if (anchor !== undefined && path === '') return new RegExp(` id="${anchor}"`).test(html) || anchor === '';
    return built.has(path) || onDemand.test(path) || (!path.endsWith('/') && existsSync(join(folder, path)));
  }
});

test('links stay in the reader’s language, but for the language menu', () => {
  const wrong = pages
    .filter(({ path }) => /^\/[a-z]{2,3}\//.test(path) && !forWorkers.test(path))
    .flatMap(({ path, html }) => {
      const [, language = ''] = path.split('/');
      return [...html.matchAll(/<a\b([^>]*)>/g)]
        .map(([, inside = '']) => inside)
        .filter((inside) => !inside.includes('hreflang='))
        .flatMap((inside) => attributes(` ${inside}`, 'href'))
        .filter((href) => /^\/[a-z]{2,3}\//.test(href) && !href.startsWith(`/${language}/`))
        .map((href) => `${path} → ${href}`);
    });
  assert.deepEqual(wrong, []);
});

test('a page is at most 14 KB compressed, its stylesheet 8 KB and its script 2 KB, in five requests and 40 KB', () => {
  const wrong = pages
    .filter(({ path }) => !ownBudget.test(path))
    .flatMap(({ path, file, html }) => {
      const loaded = [
        ...[...html.matchAll(/<link [^>]*rel="stylesheet"[^>]*href="([^"]+)"/g)].map(([, url]) => url ?? ''),
        ...attributes(html, 'src'),
      ];
      const bytes = { html: bytesSent(file), css: 0, js: 0, all: 0 };
      for (const url of loaded) {
        const size = bytesSent(join(folder, url));
        if (url.endsWith('.css')) bytes.css += size;
        if (url.endsWith('.js')) bytes.js += size;
        bytes.all += size;
      }
      // The browser also asks for the icon.
      const requests = 1 + new Set(loaded).size + 1;
      bytes.all += bytes.html + bytesSent(join(folder, 'favicon.svg'));
      const fits =
        bytes.html <= 14_336 &&
        bytes.css <= 8_192 &&
        bytes.js <= 2_048 &&
        bytes.all <= 40_960 &&
        requests <= 5;
      return fits ? [] : [`${path}: ${JSON.stringify({ ...bytes, requests })}`];
    });
  assert.deepEqual(wrong, []);
});

test('the page that opens referrals is at most 14 KB compressed, and all its script 40 KB', () => {
  const opening = pages.filter(({ path }) => /^\/[a-z]{2}\/p\/$/.test(path));
  assert.deepEqual(opening.map(({ path }) => path).sort(), ['/cy/p/', '/en/p/']);
  for (const { path, file, html } of opening) {
    const scripts = new Set(attributes(html, 'src').filter((url) => url.endsWith('.js')));
    // A set also walks what is added to it on the way.
    for (const url of scripts) {
      const text = readFileSync(join(folder, url), 'utf8');
      for (const [, name = ''] of text.matchAll(/(?:from|import)\s*"\.\/([^"]+)"/g))
        scripts.add(`/_astro/${name}`);
    }
    const bytes = [...scripts].reduce((sum, url) => sum + bytesSent(join(folder, url)), 0);
    assert.ok(bytesSent(file) <= 14_336, `${path}: ${bytesSent(file)} bytes`);
    assert.ok(scripts.size >= 4 && bytes <= 40_960, `${path}: ${bytes} bytes of script`);
  }
});

/** What goes over the wire: the smaller sibling where there is one. */
function bytesSent(file: string): number {
  if (existsSync(`${file}.br`)) {
    const packed = readFileSync(`${file}.br`);
    assert.ok(brotliDecompressSync(packed).length > 0);
    return packed.length;
  }
  return readFileSync(file).length;
}

test('every page is valid HTML', async () => {
  const validator = new HtmlValidate({
    extends: ['html-validate:recommended', 'html-validate:document'],
    rules: {
      // Our build writes void elements and attributes its own way; browsers read both.
      'void-style': 'off',
      'attribute-boolean-style': 'off',
      'attribute-empty-style': 'off',
      'doctype-style': 'off',
      'no-trailing-whitespace': 'off',
      // Non-breaking numbers are styled, and titles carry the language's own length.
      'tel-non-breaking': 'off',
      'long-title': 'off',
      // Files come from our own address only.
      'require-sri': ['error', { target: 'crossorigin' }],
      // Facts are named F6.1.
      'valid-id': ['error', { relaxed: true }],
    },
  });
  const wrong: string[] = [];
  for (const { path, html } of isEvery ? pages : pages.filter(isSample)) {
    const report = await validator.validateString(html, path);
    for (const { messages } of report.results) {
      for (const { ruleId, message, line } of messages) wrong.push(`${path}:${line} ${ruleId}: ${message}`);
    }
  }
  assert.deepEqual(wrong, []);
});

/** `npm run test:pages` asks for all of them. */
const isEvery = process.env['EVERY_PAGE'] === '1';
/** Pages of areas and for print have one template each: two of each language stand for the others. */
const isSample = ({ path }: Page) => !/\/(areas|print)\/./.test(path) || /\/(kent|dyfed-powys)\//.test(path);

test('I6: titles are neutral: they stay in the browser’s history', () => {
  const telling = /abuse|sexual|stalk|offend|victim|crime|cam-drin|rhywiol|trosedd/i;
  const wrong = pages
    .map(({ path, html }) => `${path} ${/<title>([^<]*)/.exec(html)?.[1] ?? ''}`)
    .filter((title) => telling.test(title.slice(title.indexOf(' '))));
  assert.deepEqual(wrong, []);
});

test('no page has the number of a helpline that nobody is sure of', () => {
  const unsure = readCatalogue().helplines.filter((line) => shownOf(line) !== 'number');
  assert.ok(unsure.length > 0);
  const wrong = pages.flatMap(({ path, html }) =>
    unsure.filter(({ phone }) => html.includes(phone)).map(({ id }) => `${path}: ${id}`),
  );
  assert.deepEqual(wrong, []);
});

test('a link in the reader’s words says when the page behind it is in English', () => {
  const note: Partial<Record<string, string>> = { ur: '(انگریزی میں)', pl: '(po angielsku)' };
  const untranslated = new Set(
    pages.filter(({ html }) => /<article[^>]* lang="en/.test(html)).map(({ path }) => path),
  );
  assert.ok(untranslated.size > 0);
  const wrong = pages.flatMap(({ path, html }) =>
    [...html.matchAll(/<a href="([^"]+)"([^>]*)>(.*?)<\/a>/gs)]
      .filter(([, href = '']) => untranslated.has(href))
      // English words say it themselves, and a page that is English is read as English.
      .filter(([, , more = '', words = '']) => !/lang="en/.test(more + words) && !untranslated.has(path))
      .filter(([, , , words = '']) => !words.includes(note[path.split('/')[1] ?? ''] ?? ' '))
      .map(([, href = '']) => `${path} → ${href}`),
  );
  assert.deepEqual([...new Set(wrong)], []);
});
