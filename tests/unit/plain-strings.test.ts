/** The words of forms, menus and notices are as plain as the pages. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limitsFor, measure, wordsToChange } from '../../scripts/readability/measure.ts';
import { strings } from '../../src/i18n/strings.ts';

function saidIn(tree: object, path = ''): readonly (readonly [key: string, text: string])[] {
  return Object.entries(tree).flatMap(([name, inside]: [string, unknown]) =>
    typeof inside === 'string'
      ? [[`${path}${name}`, inside] as const]
      : saidIn(inside as object, `${path}${name}.`),
  );
}

test('no sentence of the English strings is too long, and none has a word that we do not use', () => {
  const said = saidIn(strings.en);
  assert.ok(said.length > 500);
  const limits = limitsFor('');
  for (const [key, text] of said) {
    for (const sentence of measure(text).sentences)
      assert.ok(sentence.words <= limits.sentence, `${key}: ${sentence.words} words`);
    const wrong = wordsToChange(text).filter(({ level }) => level !== 'warn');
    assert.deepEqual(wrong, [], key);
  }
});
