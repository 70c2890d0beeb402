/** What stands on the pages to read: complete, sourced, plain, and the same in every language. */
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { readProse, type Piece } from '../../src/components/content/prose.ts';
import { pageGroups, pages, pathOfPage, readPages, type PageText } from '../../src/content/pages.ts';
import facts from '../../src/content/facts.json' with { type: 'json' };
import { factEntry } from '../../src/content/schemas.ts';
import { languages } from '../../src/i18n/languages.ts';
import { findingsIn, matchesOf, plainWords } from '../../scripts/readability/measure.ts';

const folder = (language: string) => `src/content/pages/${language}`;
const texts = new Map(languages.map(({ code }) => [code, readPages(folder(code))]));
const english = texts.get('en') ?? new Map<string, PageText>();

const sourceOf = ({ id }: PageText) => readFileSync(`${folder('en')}/${id}.md`, 'utf8');

const prose = ({ body }: PageText) =>
  readProse(body, { addressOf: (id) => pathOfPage(id), rightToLeft: false });

test('every page stands in English and Welsh, and the critical ones in every language', () => {
  const missing = languages.flatMap(({ code }) =>
    pages
      .filter((page) => code === 'en' || code === 'cy' || 'critical' in page)
      .filter(({ id }) => !texts.get(code)?.has(id))
      .map(({ id }) => `${code}/${id}`),
  );
  assert.deepEqual(missing, []);
});

test('no two pages share an address, and no address says more than it may', () => {
  assert.equal(new Set(pages.map(({ path }) => path)).size, pages.length);
  const telling = /abuse|sex|stalk|violen|offend|harm|prison|victim|caused|hate|murder|homicide/;
  assert.deepEqual(
    pages.filter(({ path }) => telling.test(path)),
    [],
  );
  for (const text of [...(texts.get('en')?.values() ?? [])])
    assert.doesNotMatch(text.title, /abuse|sexual|stalk|prison/i);
});

for (const [language, ofLanguage] of texts) {
  for (const text of ofLanguage.values()) {
    test(`${language}/${text.id}: links, pictures, facts and next pages are there`, () => {
      const { sections, facts: used } = prose(text);
      for (const id of used) assert.ok(id in facts, `there is no fact ${id}`);
      for (const id of text.next) assert.ok(pathOfPage(id), `there is no page ${id}`);
      const known = (kind: string, name: string) =>
        readdirSync(`src/${kind}`).some((file) => file.startsWith(`${name}.`));
      for (const piece of sections.flatMap(({ pieces }) => pieces)) {
        if (piece.kind === 'picture') assert.ok(known('components/content/pictures', piece.name), piece.name);
        if (piece.kind === 'easy' && piece.picture !== undefined)
          assert.ok(known('components/content/pictures', piece.picture), piece.picture);
        if (piece.kind === 'helplines')
          for (const id of piece.ids) assert.ok(known('content/helplines', id), id);
      }
    });

    if (language !== 'en') {
      test(`${language}/${text.id}: has the shape of the English`, () => {
        const source = english.get(text.id);
        assert.ok(source);
        assert.deepEqual(shapeOf(text), shapeOf(source));
      });
    }
  }
}

/** What a translation must keep: headings, boxes, lists, links, facts, directives, all in their order. */
function shapeOf(text: PageText): unknown {
  const marks = (piece: Piece) =>
    piece.kind === 'html' || piece.kind === 'easy'
      ? [
          piece.kind === 'easy' ? (piece.picture ?? 'none') : '',
          ...piece.html.matchAll(
            /<(?!\/|strong|em|bdi|br)(?:a href="([^"]*)|data value="([^"]*)|[a-z0-9]+(?: class="[^"]*")?)/g,
          ),
        ].map(String)
      : [JSON.stringify(piece)];
  return {
    next: text.next,
    sections: prose(text).sections.map(({ heading, pieces }) => [
      heading !== undefined,
      pieces.flatMap(marks),
    ]),
  };
}

test('every sentence with a figure in it rests on a fact', () => {
  // The accessibility statement speaks of this site: what it rests on is measured by the other tests.
  const others = [...english.values()].filter(({ id }) => id !== 'accessibility');
  const loose = others.flatMap((text) => unsourced(text.body).map((sentence) => `${text.id}: ${sentence}`));
  assert.deepEqual(loose, []);
});

/** Paragraphs and lists that hold a figure and name no fact. */
function unsourced(body: string): string[] {
  // Numbers to call or press, whom a helpline is for, what we say of this text itself; numbers of steps and of addresses.
  const free =
    /\b(999|55|101|18000|18|116 123)\b|(from|in) November 2026|\b16 or over|\bunder 19|^\d+\. |\(page:[a-z0-9-]+\)|^:::figure.*$/gm;
  return body.split(/\n\s*\n/).filter((block) => /\d/.test(block.replace(free, '')) && !/\[F\d/.test(block));
}

for (const text of english.values()) {
  test(`en/${text.id}: is plain to read`, () => {
    const findings = findingsIn(sourceOf(text), text.id);
    assert.deepEqual(
      findings.filter(({ level }) => level === 'fail'),
      [],
    );
  });
}

test('a page may have a word that we do not use only where it has it', () => {
  const idle = plainWords.flatMap((entry) =>
    (entry.allowIn ?? [])
      .filter((id) => !matchesOf(entry, sourceOf(english.get(id as PageText['id']) as PageText)).length)
      .map((id) => `${entry.pattern}: ${id}`),
  );
  assert.deepEqual(idle, []);
});

test('Urdu pages are written in Urdu: its script, its letters and its question mark', () => {
  for (const { id, title, lead, body } of texts.get('ur')?.values() ?? []) {
    const text = [title, lead, body.replace(/\[F[\d., F]+\]|\(page:[^)]*\)|\{\{.*\}\}|^:::.*$/gm, '')].join(
      '\n',
    );
    const letters = text.match(/\p{L}/gu) ?? [];
    const arabic = letters.filter((letter) => /\p{Script=Arabic}/u.test(letter));
    assert.ok(arabic.length >= 0.85 * letters.length, `${id}: ${arabic.length} of ${letters.length}`);
    assert.doesNotMatch(text.replaceAll('Why me?', ''), /[?;هيك]|(?![0-9])\p{Nd}/u, id);
  }
});

test('every fact has a source, and says how sure we are', () => {
  for (const [id, fact] of Object.entries(facts)) assert.ok(factEntry.safeParse(fact).success, id);
  assert.equal(
    pageGroups.every((group) => pages.some((page) => page.group === group)),
    true,
  );
});
