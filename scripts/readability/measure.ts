/**
 * How hard an English text is to read.
 *
 * A smoke alarm, not a judge: five readers are the real test. Limits are those of our research into plain language; the
 * grade is Flesch and Kincaid's (1975), an American school year.
 */
import { readFileSync } from 'node:fs';
import { syllable } from 'syllable';

/** Above `warn` a writer looks again; above `fail` the tests do. */
type Limit = { readonly warn: number; readonly fail: number };

type Limits = {
  /** Of texts of sixty words or more: fewer say nothing. */
  readonly grade: Limit;
  /** Words. */
  readonly sentence: Limit;
  readonly meanSentence: Limit;
  readonly paragraph: Limit;
  /** Percent of the sentences. */
  readonly passive: Limit;
};

const general: Limits = {
  grade: { warn: 5, fail: 7 },
  sentence: { warn: 20, fail: 25 },
  meanSentence: { warn: 12, fail: 15 },
  paragraph: { warn: 50, fail: 80 },
  passive: { warn: 10, fail: Infinity },
};

/** Pages read in danger, or that ask for a decision. */
const careful: Limits = { ...general, grade: { warn: 4, fail: 5.5 } };
const carefulPages = ['safety', 'safety-1', 'safety-2', 'safety-3', 'is-it-right-for-me'];

const easyRead: Limits = {
  ...careful,
  sentence: { warn: 12, fail: 15 },
  meanSentence: { warn: 10, fail: 12 },
};

function limitsFor(page: string): Limits {
  if (page.startsWith('easy-')) return easyRead;
  return carefulPages.includes(page) ? careful : general;
}

/** Something to look at again (`warn`), or that no page may have (`fail`). */
export type Finding = { readonly level: 'warn' | 'fail'; readonly says: string };

/**
 * Everything about a text that its reader may stumble over.
 *
 * @param page The id of the page, or '' for a text that is no page.
 */
export function findingsIn(markdown: string, page = ''): readonly Finding[] {
  const found = measure(markdown);
  const limits = limitsFor(page);
  const isLong = found.words >= 60;
  const over = (value: number, { warn, fail }: Limit, says: string): readonly Finding[] =>
    value > warn ? [{ level: value > fail ? 'fail' : 'warn', says }] : [];
  return [
    ...(isLong ? over(found.grade, limits.grade, `grade ${found.grade}`) : []),
    ...(isLong
      ? over(found.meanSentence, limits.meanSentence, `${found.meanSentence} words in a mean sentence`)
      : []),
    ...found.sentences.flatMap(({ text, words }) => over(words, limits.sentence, `${words} words: ${text}`)),
    ...found.paragraphs.flatMap((words) => over(words, limits.paragraph, `a paragraph of ${words} words`)),
    ...(isLong ? over(found.passive, limits.passive, `${found.passive}% of the sentences are passive`) : []),
    ...wordsToChange(markdown, page),
  ];
}

/** Words the page cannot do without, each counted as two syllables. */
const unavoidable =
  /restorative|justice|facilitators?|services?|responsible|community|violence|probation|mediation/i;

const segment = {
  sentences: new Intl.Segmenter('en', { granularity: 'sentence' }),
  words: new Intl.Segmenter('en', { granularity: 'word' }),
};

export type Sentence = { readonly text: string; readonly words: number; readonly isPassive: boolean };

export type Measured = {
  readonly grade: number;
  readonly words: number;
  readonly meanSentence: number;
  readonly longest: number;
  /** Percent of the sentences. */
  readonly passive: number;
  readonly sentences: readonly Sentence[];
  /** Words in each. */
  readonly paragraphs: readonly number[];
};

/** @param markdown A page, with or without front matter. */
export function measure(markdown: string): Measured {
  const paragraphs = plainParagraphs(markdown);
  const sentences = paragraphs.flatMap(sentencesOf);
  const words = sentences.flatMap(({ text }) => wordsOf(text));
  const syllables = words.reduce((sum, word) => sum + (unavoidable.test(word) ? 2 : syllable(word) || 1), 0);
  const perSentence = words.length / Math.max(1, sentences.length);
  const grade = 0.39 * perSentence + 11.8 * (syllables / Math.max(1, words.length)) - 15.59;
  return {
    grade: oneDecimal(grade),
    words: words.length,
    meanSentence: oneDecimal(perSentence),
    longest: Math.max(0, ...sentences.map((sentence) => sentence.words)),
    passive: Math.round(
      (100 * sentences.filter(({ isPassive }) => isPassive).length) / Math.max(1, sentences.length),
    ),
    sentences,
    paragraphs: paragraphs.map((text) => wordsOf(text).length),
  };
}

/** An entry of `plain-words.json`. */
type PlainWord = {
  readonly pattern: string;
  readonly use: string;
  readonly level?: 'warn';
  /** Words before it in the same sentence that turn it into its opposite. */
  readonly unlessAfter?: string;
  /** Pages that explain the word, or name it as what should not be. */
  readonly allowIn?: readonly string[];
};

export const plainWords = JSON.parse(
  readFileSync('src/content/plain-words.json', 'utf8'),
) as readonly PlainWord[];

/** The places where such a word stands in a text, whatever page it is. */
export function matchesOf({ pattern, unlessAfter }: PlainWord, markdown: string): readonly string[] {
  const text = plainParagraphs(markdown).join('\n');
  // A refusal to promise uses the same word as a promise.
  const before = unlessAfter ? `(?<!\\b(?:${unlessAfter})\\b[^.\\n]{0,40})` : '';
  return Array.from(text.matchAll(new RegExp(`${before}\\b(?:${pattern})\\b`, 'gi')), ([word]) => word);
}

function wordsToChange(markdown: string, page: string): readonly Finding[] {
  return plainWords
    .filter(({ allowIn }) => !allowIn?.includes(page))
    .flatMap((entry) =>
      matchesOf(entry, markdown).map((word) => ({
        level: entry.level ?? ('fail' as const),
        says: `“${word}” → ${entry.use}`,
      })),
    );
}

/** Every paragraph, heading and list item as plain text, one each. */
export function plainParagraphs(markdown: string): string[] {
  return markdown
    .replace(/^---\n[\s\S]*?\n---\n/, (front) =>
      Array.from(front.matchAll(/^(?:heading|lead): *(.+)$/gm), ([, text]) => `${text}\n\n`).join(''),
    )
    .replace(/^\{\{.*\}\}$/gm, '')
    .replace(/^:::(?:answer|figure)? ?(.*)$/gm, '\n')
    .replace(/\s*\[F\d[^\]]*\]/g, '')
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/[*_`>#|]/g, ' ')
    .split(/\n\s*\n|\n(?=\s*(?:-|\d+\.)\s)/)
    .map((text) =>
      text
        .replace(/^\s*(?:-|\d+\.)\s/, '')
        .replaceAll(/\s+/g, ' ')
        .trim(),
    )
    .filter((text) => text !== '');
}

function sentencesOf(paragraph: string): readonly Sentence[] {
  return Array.from(segment.sentences.segment(paragraph), ({ segment: text }) => ({
    text: text.trim(),
    words: wordsOf(text).length,
    isPassive: isPassive(text),
  })).filter(({ words }) => words > 0);
}

const participle =
  'beaten|begun|bought|broken|brought|built|caught|chosen|cut|done|drawn|driven|felt|fined|found|given|heard|held|hurt|' +
  'kept|known|led|left|lent|let|lost|made|meant|met|paid|put|read|said|seen|sent|set|shared|shown|shut|sold|spent|' +
  'spoken|taken|taught|thought|told|torn|understood|woken|won|worn|written|[a-z]{2,}ed';
/** They end like participles and say how somebody is; "harmed" is our word for our reader. */
const state =
  'afraid|harmed|hurt|trained|interested|worried|scared|tired|married|satisfied|used to|supposed to|learned|need';
const passive = new RegExp(
  String.raw`\b(?:am|is|are|was|were|be|been|being|get|gets|got|isn’t|aren’t|wasn’t|weren’t|that’s|it’s)` +
    String.raw`(?: (?:not|never|also|always|often|mostly|usually|only|now|then|still|ever|first|all|both|fully|\w+ly))*` +
    String.raw` (?!(?:${state})\b)(?:${participle})\b`,
  'i',
);

/**
 * A form of "be" or "get", and a participle after it.
 *
 * A smoke alarm: it takes "the door is closed" for a passive, misses "hit by a car", and cannot tell where a passive is
 * the kinder sentence, as in "you were harmed".
 */
function isPassive(sentence: string): boolean {
  return passive.test(sentence);
}

function wordsOf(text: string): string[] {
  return Array.from(segment.words.segment(text))
    .filter(({ isWordLike }) => isWordLike)
    .map(({ segment: word }) => word);
}

function oneDecimal(value: number): number {
  return Math.round(value * 10) / 10;
}
