/** What the smoke alarms of plain language hear, and what they leave in peace. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findingsIn, measure } from '../../scripts/readability/measure.ts';

const passiveIn = (text: string) => measure(text).passive > 0;
const failsIn = (text: string, page?: string) =>
  findingsIn(text, page)
    .filter(({ level }) => level === 'fail')
    .map(({ says }) => says);

test('a passive is a form of be or get with a participle, also with a word between', () => {
  for (const text of ['It is kept.', 'You were not told.', 'They can be asked.', 'It is often called so.'])
    assert.ok(passiveIn(text), text);
});

test('how somebody is, and our own words for people, are no passives', () => {
  for (const text of [
    'You are worried.',
    'The person who was harmed can ask.',
    'They are in need.',
    'He led it.',
  ])
    assert.ok(!passiveIn(text), text);
});

test('a lead is a paragraph of its own', () => {
  assert.deepEqual(
    measure('---\ntitle: A\nlead: One two.\nnext: []\n---\nThree four five.\n').paragraphs,
    [2, 3],
  );
});

test('what is between warning and failing is advice, and what is over it is refused', () => {
  const sentence = (words: number) => `${'word '.repeat(words).trim()}.`;
  assert.deepEqual(findingsIn(sentence(20)), []);
  assert.deepEqual(
    findingsIn(sentence(21)).map(({ level }) => level),
    ['warn'],
  );
  assert.equal(failsIn(sentence(26)).length, 1);
  assert.equal(failsIn(sentence(16), 'easy-read').length, 1);
});

test('a refusal may use a word that a promise may not, in the same sentence only', () => {
  assert.deepEqual(failsIn('You do not have to forgive.'), []);
  assert.equal(failsIn('It ends in forgiveness.').length, 1);
  assert.equal(failsIn('It is not a court.\n\nYou will forgive.').length, 1);
});

test('a page that explains a word may have it', () => {
  assert.deepEqual(failsIn('### Conference', 'words'), []);
  assert.equal(failsIn('Come to the conference.', 'what-it-is').length, 1);
});
