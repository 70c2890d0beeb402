/** Every language says the same things, in its own words and its own script. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { languages } from '../../src/i18n/languages.ts';
import { strings } from '../../src/i18n/strings.ts';

type Tree = { readonly [key: string]: string | Tree };

function flat(tree: Tree, path = ''): Map<string, string> {
  return new Map(
    Object.entries(tree).flatMap(([key, value]) =>
      typeof value === 'string' ? [[`${path}${key}`, value] as const] : [...flat(value, `${path}${key}.`)],
    ),
  );
}

const english = flat(strings.en);
const ending = /_(zero|one|two|few|many|other)$/;
const stemOf = (key: string) => (english.has(key.replace(ending, '_other')) ? key.replace(ending, '') : key);

/** The keys a language must have: English ones, each plural with that language's own endings. */
function expected(tag: string, files: readonly string[]): string[] {
  const categories = new Intl.PluralRules(tag).resolvedOptions().pluralCategories;
  const keys = [...english.keys()].filter((key) => files.some((file) => key.startsWith(`${file}.`)));
  const plurals = new Set(keys.filter((key) => stemOf(key) !== key).map(stemOf));
  const plain = keys.filter((key) => stemOf(key) === key);
  const endings = (stem: string) =>
    new Set([...categories, ...(english.has(`${stem}_zero`) ? ['zero'] : [])]);
  return [
    ...plain,
    ...[...plurals].flatMap((stem) => [...endings(stem)].map((last) => `${stem}_${last}`)),
  ].sort();
}

const slots = (text: string) => [...text.matchAll(/{{\s*(\w+)\s*}}/g)].map(([, name]) => name ?? '').sort();
const numbers = (text: string) =>
  [...text.replace(/{{.*?}}/g, '').matchAll(/\d[\d ]*\d/g)].map(String).sort();
const bare = (text: string) => text.replace(/{{.*?}}/g, ' ');
const wordsOf = (text: string) =>
  bare(text)
    .toLowerCase()
    .match(/[\p{L}’]+/gu) ?? [];

/** The English that a translated key was made from; a plural that English lacks is made from `_other`. */
const sourceOf = (key: string) => english.get(key) ?? english.get(`${stemOf(key)}_other`) ?? '';

/** Names, which are the same in Welsh. */
const sameInWelsh = new Set([
  '999 BSL',
  'BSL',
  'Relay UK',
  'Samaritans',
  'Childline',
  'PDF',
  'JSON',
  'Cymraeg',
  'Guernsey',
  'Jersey',
  'English',
]);
/** Texts of an Urdu page that are Latin on purpose: names and technical words with nothing round them. */
const latinInUrdu = new Set<string>([]);

const englishWords = new Set(
  'the of and to you is are not with for this that have your we it they can or be'.split(' '),
);
const welshWords = new Set(
  'y yr yn i o a ac ar am at gan gyda heb neu os na nid chi eich ni ein mae bod ei eu i’r o’r a’r mae’n ydy yw sydd wedi'.split(
    ' ',
  ),
);

for (const { code, tag } of languages) {
  const tree: Tree = strings[code];
  const texts = flat(tree);

  test(`${code}: has every string, and every plural its language needs, and no more`, () => {
    assert.deepEqual([...texts.keys()].sort(), expected(tag, Object.keys(tree)));
  });

  test(`${code}: keeps the slots and the numbers of the English`, () => {
    const wrong = [...texts].filter(([key, text]) => {
      const source = sourceOf(key);
      // "No days" and "one day" need not say the digit.
      if (/_(zero|one|two)$/.test(key))
        return slots(text).some((slot) => !slots(source).concat('count').includes(slot));
      return slots(text).join() !== slots(source).join() || numbers(text).join() !== numbers(source).join();
    });
    assert.deepEqual(wrong, []);
  });

  test(`${code}: is cleanly written: NFC, digits 0-9, no stray spaces, no typewriter quotes, nothing invisible`, () => {
    const wrong = [...texts].filter(
      ([, text]) =>
        text !== text.normalize('NFC') ||
        text !== text.trim() ||
        text === '' ||
        /\s\s|['"]|[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/u.test(text) ||
        /(?![0-9])\p{Nd}/u.test(text),
    );
    assert.deepEqual(wrong, []);
  });
}

test('Urdu is written in Urdu: its script, its letters and its question mark', () => {
  const wrong = [...flat(strings.ur)].filter(([, text]) => {
    const letters = bare(text).match(/\p{L}/gu) ?? [];
    const arabic = letters.filter((letter) => /\p{Script=Arabic}/u.test(letter));
    return (
      (letters.length > 0 && arabic.length < 0.6 * letters.length && !latinInUrdu.has(text)) ||
      // Arabic keyboards write other letters for he, ye and kaf; search and screen readers then miss the word.
      /[?;هيك]/u.test(bare(text).replaceAll('Why me?', ''))
    );
  });
  assert.deepEqual(wrong, []);
});

test('no Welsh text is the English one', () => {
  const same = [...flat(strings.cy)].filter(
    ([key, text]) => text === sourceOf(key) && wordsOf(text).length > 0 && !sameInWelsh.has(text),
  );
  assert.deepEqual(same, []);
});

test('no Welsh text is English in disguise', () => {
  const wrong = [...flat(strings.cy)].filter(([, text]) => {
    const words = wordsOf(text);
    const inEnglish = words.filter((word) => englishWords.has(word)).length;
    const inWelsh = words.filter((word) => welshWords.has(word)).length;
    return inEnglish > inWelsh || (words.length >= 8 && inWelsh === 0);
  });
  assert.deepEqual(wrong, []);
});
