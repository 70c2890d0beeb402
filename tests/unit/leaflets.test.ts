/** A PDF is given to people only when it can be read aloud and fits its paper. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateSync } from 'node:zlib';
import { readCommand } from '../../scripts/leaflets/command.ts';
import { pdfProblems, readPdf } from '../../scripts/leaflets/verify-pdf.ts';

const expected = { language: 'en-GB', pages: 2 };

type Parts = { marked?: string; language?: string; tree?: string; pages?: number };

/** The four objects everything rests on; a test names what differs. */
function objectsOf(parts: Parts = {}): readonly string[] {
  const { marked = '/MarkInfo <</Type /MarkInfo /Marked true>>', language = '/Lang (en-GB)' } = parts;
  const { tree = '<</Type /StructTreeRoot /K 4 0 R>>', pages = 2 } = parts;
  return [
    `<</Type /Catalog ${marked} /Pages 2 0 R /StructTreeRoot 3 0 R ${language}>>`,
    `<</Type /Pages /Count ${pages} /Kids []>>`,
    tree,
    '<</Type /StructElem /S /Document /P 3 0 R>>',
  ];
}

const bytes = (text: string) => Buffer.from(text, 'latin1');

function aPlainPdf(parts: Parts = {}, before = ''): Uint8Array {
  const objects = objectsOf(parts).map((body, index) => `${index + 1} 0 obj\n${body}\nendobj\n`);
  return bytes(`%PDF-1.4\n${before}${objects.join('')}trailer\n<</Root 1 0 R>>\n%%EOF\n`);
}

/** As newer writers do it: all objects in one compressed stream, and the root named by another stream. */
function aPackedPdf(parts: Parts = {}, { directLength = true } = {}): Uint8Array {
  const objects = objectsOf(parts);
  const offsets = objects.map(
    (_, index) => objects.slice(0, index).join('\n').length + (index === 0 ? 0 : 1),
  );
  const header = `${objects.map((_, index) => `${index + 1} ${offsets[index] ?? 0}`).join(' ')}\n`;
  const body = deflateSync(bytes(header + objects.join('\n'))).toString('latin1');
  const length = directLength ? body.length : '11 0 R';
  const packed = `<</Type /ObjStm /N ${objects.length} /First ${header.length} /Filter /FlateDecode /Length ${length}>>`;
  return bytes(
    `%PDF-1.7\n10 0 obj\n${packed}\nstream\n${body}\nendstream\nendobj\n11 0 obj\n${body.length}\nendobj\n` +
      '12 0 obj\n<</Type /XRef /Root 1 0 R /Length 3>>\nstream\nabc\nendstream\nendobj\n%%EOF\n',
  );
}

for (const [name, aPdf] of [
  ['plain', aPlainPdf],
  ['packed', aPackedPdf],
] as const) {
  test(`${name}: a tagged file in its language on its pages has no problem`, () => {
    assert.deepEqual(readPdf(aPdf()), {
      hasStructure: true,
      isMarked: true,
      language: 'en-GB',
      pages: 2,
    });
    assert.deepEqual(pdfProblems(aPdf(), expected), []);
  });

  test(`${name}: what is missing is said, each by itself`, () => {
    const only = (parts: Parts, words: RegExp) => {
      const problems = pdfProblems(aPdf(parts), expected);
      assert.equal(problems.length, 1, problems.join());
      assert.match(problems[0] ?? '', words);
    };
    only({ marked: '' }, /not marked/);
    only({ marked: '/MarkInfo <</Marked false>>' }, /not marked/);
    only({ language: '' }, /does not say its language/);
    only({ language: '/Lang ()' }, /does not say its language/);
    only({ language: '/Lang (cy)' }, /language is cy/);
    only({ tree: 'null' }, /no tags/);
    only({ tree: '<</Type /StructTreeRoot>>' }, /no tags/);
    only({ pages: 3 }, /3 pages, and should have 2/);
  });
}

test('a length that stands in another object is found all the same', () => {
  assert.deepEqual(pdfProblems(aPackedPdf({}, { directLength: false }), expected), []);
});

test('letters in a picture or font are not taken for tags', () => {
  const lies = '/Type /Catalog /Root 9 0 R /MarkInfo <</Marked true>> endstream 1 0 obj <<>> endobj';
  const picture = `9 0 obj\n<</Length ${lies.length}>>\nstream\n${lies}\nendstream\nendobj\n`;
  assert.deepEqual(pdfProblems(aPlainPdf({ marked: '' }, picture), expected), ['it is not marked as tagged']);
});

test('the language may be written in hexadecimal digits, narrow or wide', () => {
  assert.equal(readPdf(aPlainPdf({ language: '/Lang <656E2D4742>' }))?.language, 'en-GB');
  assert.equal(readPdf(aPlainPdf({ language: '/Lang <FEFF0065006E002D00470042>' }))?.language, 'en-GB');
});

test('marks may stand in an object of their own', () => {
  const pdf = aPlainPdf({ marked: '/MarkInfo 8 0 R' }, '8 0 obj\n<</Marked true>>\nendobj\n');
  assert.equal(readPdf(pdf)?.isMarked, true);
});

test('of a file that was changed later, the last root counts', () => {
  const changed = Buffer.concat([
    aPlainPdf({ pages: 2 }),
    bytes('20 0 obj\n<</Type /Catalog /Pages 2 0 R>>\nendobj\ntrailer\n<</Root 20 0 R>>\n%%EOF\n'),
  ]);
  assert.equal(readPdf(changed)?.isMarked, false);
});

test('large print may have any number of pages, but not none', () => {
  const asLong = { language: 'en-GB', pages: undefined };
  assert.deepEqual(pdfProblems(aPlainPdf({ pages: 7 }), asLong), []);
  assert.deepEqual(pdfProblems(aPlainPdf({ pages: 0 }), asLong), ['it has no pages']);
});

test('what is no PDF, or breaks off, is refused', () => {
  for (const broken of ['', '<html>', '%PDF-1.4\n', '%PDF-1.4\n1 0 obj\n<</Type /Catalog']) {
    assert.deepEqual(pdfProblems(bytes(broken), expected), ['it is not a PDF that can be read']);
  }
});

const areas = ['dyfed-powys', 'kent'];
const namesOf = (args: readonly string[], built?: readonly ('en' | 'cy')[]) => {
  const command = readCommand(args, areas, built);
  return command.ok ? command.sheets.map(({ name }) => name) : command.mistake;
};

test('every area, language and kind that is named is made once', () => {
  const asked = '--area kent --area dyfed-powys --area kent --lang en --lang cy --kind poster'.split(' ');
  assert.deepEqual(namesOf(asked), [
    'kent-poster-en.pdf',
    'kent-poster-cy.pdf',
    'dyfed-powys-poster-en.pdf',
    'dyfed-powys-poster-cy.pdf',
  ]);
});

test('where no language or kind is named, all that were built are made', () => {
  assert.deepEqual(namesOf(['--area', 'kent'], ['en']), [
    'kent-leaflet-en.pdf',
    'kent-leaflet-a5-en.pdf',
    'kent-poster-en.pdf',
    'kent-large-en.pdf',
  ]);
});

test('an area must be named, and a name nobody knows is said', () => {
  assert.match(String(namesOf([])), /at least one area/);
  assert.match(String(namesOf(['--area', 'constructor'])), /no area constructor/);
  assert.match(String(namesOf(['--area', 'kent', '--lang', 'fr', '--kind', 'book'])), /fr[^]*book/);
  assert.match(String(namesOf(['--everything'])), /^npm run leaflets/);
});
