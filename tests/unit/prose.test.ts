/** From what an author writes to what is drawn. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { idOfPart, readProse } from '../../src/components/content/prose.ts';

const read = (markdown: string, rightToLeft = false) =>
  readProse(markdown, { addressOf: (id) => (id === 'safety' ? '/en/safety/' : undefined), rightToLeft });
const html = (markdown: string, rightToLeft = false) =>
  read(markdown, rightToLeft)
    .sections.flatMap(({ pieces }) => pieces.map((piece) => ('html' in piece ? piece.html : piece.kind)))
    .join('');

test('a fact is named in the page and collected for its end, and the reader sees neither', () => {
  const { facts } = read('Most were satisfied. [F6.1]\n\nIt is free. [F8.1, F6.1]');
  assert.deepEqual(facts, ['F6.1', 'F8.1']);
  assert.equal(html('Most. [F6.1]'), '<p>Most. <data value="F6.1"></data></p>\n');
});

test('a heading opens a section', () => {
  const { sections } = read('First.\n\n## Then\n\nText.\n\n### Smaller\n\nMore.');
  assert.deepEqual(
    sections.map(({ heading }) => heading),
    [undefined, 'Then'],
  );
});

test('a link leads to a page by its name, and to no page that is not there', () => {
  assert.match(html('[safe](page:safety)'), /<a href="\/en\/safety\/">safe<\/a>/);
  assert.match(html('[a page](https://example.org/)'), /rel="noreferrer"/);
  assert.throws(() => html('[lost](page:nowhere)'), /page:nowhere/);
  assert.throws(() => html('[own](/en/safety/)'), /write page/);
});

test('a directive that is mistyped fails, and HTML is text', () => {
  assert.throws(() => read('{{helpline samaritans}}'), /not understood/);
  assert.throws(() => read(':::box\n\nText.\n\n:::'), /not understood/);
  assert.throws(() => read('It is so [F6.x].'), /not understood/);
  assert.match(html('<script>x</script>'), /&lt;script&gt;/);
});

test('helplines, pictures and Easy Read are drawn by components', () => {
  const { sections } = read(
    '{{helplines samaritans childline}}\n\n{{picture meeting}}\n\n:::easy clock\n\nYou can stop. [F3.1]\n\n:::',
  );
  assert.deepEqual(sections[0]?.pieces, [
    { kind: 'helplines', ids: ['samaritans', 'childline'] },
    { kind: 'picture', name: 'meeting' },
    { kind: 'easy', picture: 'clock', html: '<p>You can stop. <data value="F3.1"></data></p>\n' },
  ]);
});

test('a page can begin with links to its parts, whose addresses are numbers', () => {
  const { sections } = read('First.\n\n{{contents}}\n\n## In prison\n\nText.');
  assert.deepEqual(
    sections.map(({ pieces }) => pieces.map(({ kind }) => kind)),
    [['html', 'contents'], ['html']],
  );
  assert.equal(idOfPart(1), 'part-1');
  assert.throws(() => read('{{contents 2}}'), /not understood/);
});

test('in danger, 999 can be pressed', () => {
  const call = '<a href="tel:999" dir="ltr">999</a>';
  assert.match(html(':::emergency\n\nCall 999.\n\n:::'), new RegExp(call));
  assert.doesNotMatch(html('Call 999.'), new RegExp(call));
});

test('in a text from right to left, Latin words and numbers keep their own order and voice', () => {
  assert.match(html('سروس Why me? سے پوچھیں', true), /<bdi lang="en" dir="ltr">Why me\?<\/bdi>/);
  assert.match(
    html('(Right 3, paragraph 3.4: read it)', true),
    /<bdi[^>]*>Right 3, paragraph 3\.4: read it<\/bdi>/,
  );
  assert.match(html('فون 0808 168 9111', true), /<bdi dir="ltr">0808 168 9111<\/bdi>/);
});

test('a card leaves room to write under a line that ends with a colon, and nothing else does', () => {
  const { sections } = read(':::card\n\n**A card**\n\nName of officer:\n\n:::\n\nFor example:');
  const html = sections.flatMap(({ pieces }) => pieces.map((piece) => ('html' in piece ? piece.html : '')));
  assert.match(html[0] ?? '', /Name of officer:<\/p><div class="write"><\/div>/);
  assert.equal(html.join('').split('class="write"').length, 2);
});

test('a link to a page in another language says so in its own words', () => {
  const { sections } = readProse('[Safety](page:safety) and [a site](https://example.org/).', {
    addressOf: () => '/ur/safety/',
    noteOn: (id) => (id === 'safety' ? '(in English)' : undefined),
    rightToLeft: false,
  });
  const [piece] = sections[0]?.pieces ?? [];
  assert.match(JSON.stringify(piece), /Safety \(in English\)<\/a> and .*a site<\/a>/);
});

test('Easy Read may stand without a picture, where none would show what the words say', () => {
  const [section] = read(':::easy\n\nYou do not have to forgive.\n\n:::').sections;
  assert.deepEqual(section?.pieces, [
    { kind: 'easy', picture: undefined, html: '<p>You do not have to forgive.</p>\n' },
  ]);
});

test('an answer carries its question for who hears only the buttons, and one under no question stands for itself', () => {
  const answers = html(
    '## A\n\n### Are you safe?\n\n:::answer Yes\nGood.\n:::\n\n## B\n\n:::answer No\nOh.\n:::',
  );
  assert.match(answers, /<summary>Yes<span class="away">: Are you safe\?<\/span><\/summary>/);
  assert.match(answers, /<summary>No<\/summary>/);
});
