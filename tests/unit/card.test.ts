/** The card of the page on rights, on paper. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cardOnPaper } from '../../src/components/print/card.ts';
import { pathOfPage, readPages } from '../../src/content/pages.ts';
import { languages } from '../../src/i18n/languages.ts';

for (const { code, direction } of languages) {
  test(`${code}: the card has a heading, its law, and two lines to write on`, () => {
    const text = readPages(`src/content/pages/${code}`).get('your-rights');
    const card = cardOnPaper(text?.body ?? '', { addressOf: pathOfPage, rightToLeft: direction === 'rtl' });
    assert.match(card, /^<div class="card">\s*<h1>.+<\/h1>/);
    assert.match(card, /3\.4/);
    assert.match(card, /2026/);
    assert.equal(card.split('<div class="write"></div>').length - 1, 2);
  });
}

test('a text without a card has nothing to print', () => {
  assert.throws(() => cardOnPaper('No card.', { addressOf: pathOfPage, rightToLeft: false }), /no card/);
});
