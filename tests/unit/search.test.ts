/** What people type leads them to the page that answers it, in their language, and is remembered nowhere. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { pathOfPage } from '../../src/content/pages.ts';
import { searchGroups } from '../../src/content/search-words.ts';
import { languageCodes, type LanguageCode } from '../../src/i18n/languages.ts';
import { readCatalogue } from '../../src/server/catalogue.ts';
import { loadPostcodes } from '../../src/server/intake/postcode-tables.ts';
import { plainFrom } from '../../src/server/intake/search/documents.ts';
import { nearest } from '../../src/server/intake/search/nearest.ts';
import { openSearch } from '../../src/server/intake/search/search.ts';
import { stemOf, tidied, wordsOf } from '../../src/server/intake/search/words.ts';

const catalogue = readCatalogue();
const { councilName } = loadPostcodes();
const memoryBefore = process.memoryUsage().rss;
const search = openSearch(catalogue, councilName);
for (const code of languageCodes) search('x', code);
const memoryTaken = process.memoryUsage().rss - memoryBefore;

const idsOf = (typed: string, language: LanguageCode) => search(typed, language).results.map(({ id }) => id);

/** [language, what is typed, what must be among the first three]. */
const table: readonly (readonly [LanguageCode, string, string])[] = [
  // Whole sentences, as people write them.
  ['en', 'I want to meet the person who stabbed me', 'ways-to-be-in-touch'],
  ['en', 'can i say sorry to the lady i robbed', 'read-1'],
  ['en', 'my nephew was murdered', 'kinds-2'],
  ['en', 'someone broke into my nans house', 'kinds-3'],
  ['en', 'dont feel safe at home', 'safety-1'],
  ['en', 'officer said community resolution', 'out-of-court'],
  ['en', 'will it affect his parole', 'read-4'],
  ['en', 'cant sleep since the attack', 'kinds-3'],
  ['en', 'what do you do with my postcode', 'find'],
  ['en', 'how many people do this', 'evidence'],
  ['en', 'my ex keeps turning up at my house', 'safety-1'],
  ['en', 'my husband HITS me!!', 'safety-1'],
  ['en', 'I never reported it', 'when-it-can-happen'],
  // Words.
  ['en', 'why did he do it', 'what-it-is'],
  ['en', 'free?', 'how-it-works'],
  ['en', 'im deaf', 'help-now'],
  ['en', "victim's code", 'your-rights'],
  ['en', 'Victims’ Code', 'your-rights'],
  ['en', 'restorative justice', 'what-it-is'],
  ['en', 'what is a facilitator', 'how-it-works'],
  ['en', 'gdpr', 'privacy'],
  ['en', 'leave this site', 'safety'],
  ['en', 'help', 'help-now'],
  // Names.
  ['en', 'Leeds', 'areas/west-yorkshire'],
  ['en', 'kent police', 'areas/kent'],
  ['en', 'stoke', 'areas/staffordshire'],
  ['en', 'north wales', 'areas/north-wales'],
  ['en', 'SG8 6AD', 'find'],
  ['en', 'samaritans', 'helplines/samaritans'],
  // Misspelt.
  ['en', 'restrorative justise', 'what-it-is'],
  ['en', 'burglery', 'kinds-3'],
  ['en', 'neigbour', 'kinds-5'],
  ['en', 'harrassment', 'safety-3'],
  ['en', 'compensashun', 'words'],
  ['en', 'probashun', 'words'],
  ['en', 'complant', 'turned-down'],
  ['en', 'medeation', 'ways-to-be-in-touch'],
  ['en', 'nottinham', 'areas/nottinghamshire'],
  // Welsh, with changed first letters, without its accents, with English words in it.
  ['cy', 'dw i eisiau cwrdd â’r person wnaeth fy mrifo', 'ways-to-be-in-touch'],
  ['cy', 'gyfiawnder adferol', 'what-it-is'],
  ['cy', 'mae fy mab yng ngharchar', 'read-4'],
  ['cy', 'llythr', 'ways-to-be-in-touch'],
  ['cy', 'camdrin', 'safety-1'],
  ['cy', 'swn cymdogion', 'kinds-5'],
  ['cy', 'ddioddefwyr', 'your-rights'],
  ['cy', 'oes rhaid i mi faddau', 'myths'],
  ['cy', 'Wrecsam', 'areas/north-wales'],
  ['cy', 'yng Ngwent', 'areas/gwent'],
  ['cy', 'letter', 'ways-to-be-in-touch'],
  // Urdu, from an Arabic keyboard, with joiners, in Latin letters, in English.
  ['ur', 'میں اس سے ملنا چاہتی ہوں جس نے مجھے مارا', 'ways-to-be-in-touch'],
  ['ur', 'مجھے ڈر لگ رہا ہے', 'safety'],
  ['ur', 'شكايت', 'turned-down'],
  ['ur', 'معافي', 'read-1'],
  ['ur', 'گھریلو\u200cتشدد', 'safety-1'],
  ['ur', 'جيل', 'read-4'],
  ['ur', 'ترجمان چاھیے', 'myths'],
  ['ur', 'madad', 'help-now'],
  ['ur', 'prison', 'read-4'],
  ['ur', 'Bradford', 'areas/west-yorkshire'],
  // Polish, without its own letters, in other cases of the word.
  ['pl', 'zgwalcona', 'safety-2'],
  ['pl', 'wiezieniu', 'read-4'],
  ['pl', 'przemocy domowej', 'safety-1'],
  ['pl', 'Policja nic nie zrobila', 'turned-down'],
  ['pl', 'sasiad halasuje', 'kinds-5'],
  ['pl', 'ile to kosztuje', 'how-it-works'],
  ['pl', 'mój syn', 'read-3'],
  ['pl', 'burglary', 'kinds-3'],
];

for (const [language, typed, wanted] of table) {
  test(`${language}: “${typed}” finds ${wanted}`, () => {
    const first = idsOf(typed, language).slice(0, 3);
    assert.ok(first.includes(wanted), first.join(', '));
  });
}

const groups = searchGroups.parse(JSON.parse(readFileSync('src/content/search-words.json', 'utf8')));

for (const language of languageCodes) {
  test(`${language}: every phrase of the list leads to a page of its group, and to help where it may be danger`, () => {
    const lost = groups.flatMap(({ pages, help, [language]: phrases }) =>
      (phrases ?? []).filter((phrase) => {
        const found = search(phrase, language);
        const paths = found.results.slice(0, 3).map(({ path }) => path);
        const isFound = pages.some((id) => paths.includes(pathOfPage(id) ?? ''));
        return !isFound || (help !== undefined && found.help === undefined);
      }),
    );
    assert.deepEqual(lost, []);
  });
}

test('the list has phrases for every language, and says none of them twice in a group', () => {
  const least = { en: 60, cy: 40, ur: 25, pl: 25 } as const;
  for (const code of languageCodes) {
    const lists = groups.flatMap((group) => (group[code] ? [group[code]] : []));
    assert.ok(lists.length >= least[code], `${code}: ${lists.length}`);
    for (const list of lists) assert.equal(new Set(list).size, list.length, list.join(', '));
  }
});

test('who may be in danger is shown help first, and nobody else', () => {
  const dangerous = [
    ['en', 'I want to kill myself', 'samaritans'],
    ['en', 'sucide', 'samaritans'],
    ['cy', 'dw i eisiau marw', 'samaritans'],
    ['ur', 'میں مرنا چاہتا ہوں', 'samaritans'],
    ['pl', 'chce umrzec', 'samaritans'],
    ['en', 'he is going to kill me', 'domestic-abuse-england'],
    ['en', 'he raped me when I was 12', 'sexual-abuse-support-line'],
    ['pl', 'mąż mnie bije', 'domestic-abuse-england'],
    ['ur', 'خودکشي', 'samaritans'],
  ] as const;
  for (const [language, typed, helpline] of dangerous)
    assert.ok(search(typed, language).help?.includes(helpline), typed);
  for (const typed of ['what happens now', 'free', 'a letter', 'Kent', 'the attack', 'my home'])
    assert.equal(search(typed, 'en').help, undefined, typed);
});

test('a page that is not translated is found in English and says so; a name keeps its own language', () => {
  const [letter] = search('khat', 'ur').results;
  assert.equal(letter?.id, 'ways-to-be-in-touch');
  assert.deepEqual([letter.titleLanguage, letter.leadLanguage], ['en', 'en']);
  const [area] = search('Cardiff', 'ur').results;
  assert.deepEqual(
    [area?.path, area?.titleLanguage, area?.leadLanguage],
    ['/areas/south-wales/', 'en', 'ur'],
  );
  assert.equal(search('Cardiff', 'cy').results[0]?.title, 'De Cymru');
});

test('at most ten results, each with a title and one sentence, none twice', () => {
  for (const typed of ['help', 'safe meeting letter prison court police', 'a']) {
    const { results } = search(typed, 'en');
    assert.ok(results.length <= 10);
    assert.equal(new Set(results.map(({ path }) => path)).size, results.length);
    for (const { title, lead } of results) assert.ok(title !== '' && lead !== '' && lead.length < 200, title);
  }
});

test('what is meant for the database, and what is no word, is only text', () => {
  const strange = [
    '" OR *',
    'NEAR(meet, 5)',
    'title : meet',
    "'; drop table texts; --",
    '{title body}: ^meet*',
    'a AND NOT b OR',
    '-"',
    '^',
    '*',
    '"""',
    '...,,,;;;!?',
    '💔 👩‍👧',
    '\u0000\u0007\u001b[31m',
    '\ud800',
    '\u202egnitteem',
    '%_%',
    '<script>alert(1)</script>',
    'constructor __proto__ toString',
    'x'.repeat(100_000),
    'meet '.repeat(20_000),
    '(('.repeat(5000),
  ];
  for (const typed of strange) {
    for (const language of languageCodes) {
      const found = search(typed, language);
      assert.ok([...found.typed].length <= 200);
      assert.doesNotMatch(found.typed, /[\p{Cc}\p{Cs}\u202a-\u202e]/u);
    }
  }
  assert.deepEqual(search('?!… 💔', 'en'), { typed: '?!… 💔', results: [], help: undefined });
  assert.deepEqual(search(' \n ', 'en'), { typed: '', results: [], help: undefined });
  assert.deepEqual(search('pizza', 'en').results, []);
});

test('searching writes nothing anywhere', (context) => {
  const written: unknown[] = [];
  const catchAll = (...parts: unknown[]) => written.push(parts) > 0;
  for (const stream of [process.stdout, process.stderr]) context.mock.method(stream, 'write', catchAll);
  for (const level of ['log', 'info', 'warn', 'error', 'debug'] as const)
    context.mock.method(console, level, catchAll);
  for (const typed of ['he hit me', '" OR *', 'x'.repeat(999), 'zzqq']) search(typed, 'cy');
  context.mock.restoreAll();
  assert.deepEqual(written, []);
});

test('all four languages take little memory, and a search little time', (context) => {
  assert.ok(memoryTaken < 120_000_000, `${memoryTaken} bytes`);
  const typed = groups.flatMap(({ en }) => en ?? []).slice(0, 200);
  const worst = Array.from({ length: 30 }, (_, at) => `qzxv${'abcdefgh'.slice(at % 8)}w`).join(' ');
  const before = process.cpuUsage();
  for (const phrase of typed) search(phrase, 'en');
  const { user } = process.cpuUsage(before);
  const beforeWorst = process.cpuUsage();
  search(worst, 'cy');
  const worstTaken = process.cpuUsage(beforeWorst).user;
  context.diagnostic(
    `a search takes ${(user / typed.length / 1000).toFixed(2)} ms, the worst ${worstTaken / 1000} ms`,
  );
  context.diagnostic(`all four indexes take ${(memoryTaken / 1e6).toFixed(0)} MB`);
  assert.ok(user / typed.length < 20_000);
  assert.ok(worstTaken < 1_000_000);
});

test('letters are compared without case, accents, apostrophes and keyboards', () => {
  assert.deepEqual(wordsOf('Victim’s SŴN i’w łódź'), ['victims', 'swn', 'iw', 'lodz']);
  assert.deepEqual(wordsOf('كيا هے'), wordsOf('کیا ہے'));
  assert.deepEqual(wordsOf('آپ کے\u200cلیے ۱۸'), ['اپ', 'کے', 'لیے', '18']);
});

test('the forms of a word are one word', () => {
  const same = [
    ['en', 'letters letter'],
    ['en', 'stabbed stab stabbing'],
    ['en', 'apology apologise apologised'],
    ['cy', 'carchar garchar charchar ngharchar'],
    ['cy', 'llythyr lythyr llythyrau'],
    ['cy', 'dioddefwr ddioddefwyr'],
    ['pl', 'wiezienie wiezieniu'],
    ['pl', 'list listu listem'],
    ['ur', 'ملاقات ملاقاتیں'],
  ] as const;
  for (const [language, words] of same)
    assert.equal(new Set(wordsOf(words).map((word) => stemOf(word, language))).size, 1, words);
});

test('a word is mended by few slips, and a short one never', () => {
  const known = new Map([
    ['letter', 3],
    ['latter', 1],
    ['court', 2],
    ['cat', 9],
  ]);
  assert.equal(nearest('lettre', known)?.word, 'letter');
  assert.equal(nearest('cuort', known)?.word, 'court');
  assert.equal(nearest('lotter', known)?.word, 'letter');
  assert.equal(nearest('cot', known), undefined);
  assert.equal(nearest('weather', known), undefined);
});

test('signs for authors are not searched', () => {
  const { headings, plain } = plainFrom(
    '## A heading\n\nText. [F6.1, F6.2]\n\n{{helplines samaritans}}\n\n:::answer Yes\nA [link](page:safety).\n:::\n\n:::easy clock\n\n:::',
  );
  assert.equal(headings, 'A heading');
  assert.deepEqual(wordsOf(plain), ['text', 'yes', 'a', 'link']);
});

test('what is shown again in the box is one line of at most 200 characters', () => {
  assert.equal(tidied('  a\u0000b\nc\t d '), 'a b c d');
  assert.equal([...tidied('é'.repeat(500))].length, 200);
});
