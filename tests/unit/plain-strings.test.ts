/** The words of forms, menus and notices are as plain as the pages. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findingsIn } from '../../scripts/readability/measure.ts';
import { strings } from '../../src/i18n/strings.ts';

function saidIn(tree: object, path = ''): readonly (readonly [key: string, text: string])[] {
  return Object.entries(tree).flatMap(([name, inside]: [string, unknown]) =>
    typeof inside === 'string'
      ? [[`${path}${name}`, inside] as const]
      : saidIn(inside as object, `${path}${name}.`),
  );
}

test('no English string has a sentence that is too long, or a word that we do not use', () => {
  const said = saidIn(strings.en);
  assert.ok(said.length > 500);
  const wrong = said.flatMap(([key, text]) =>
    findingsIn(text)
      .filter(({ level }) => level === 'fail')
      .map(({ says }) => `${key}: ${says}`),
  );
  assert.deepEqual(wrong, []);
});
