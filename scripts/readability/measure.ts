/**
 * How hard an English text is to read.
 *
 * A smoke alarm, not a judge: five readers are the real test. Limits are those of our research into plain language; the
 * grade is Flesch and Kincaid's (1975), an American school year.
 */
import { readFileSync } from 'node:fs';
import { syllable } from 'syllable';

export type Limits = {
  readonly grade: number;
  /** Words. */
  readonly sentence: number;
  readonly meanSentence: number;
  readonly paragraph: number;
};

const general: Limits = { grade: 7, sentence: 25, meanSentence: 15, paragraph: 80 };

/** Pages read in danger, or that ask for a decision. */
const careful: Limits = { ...general, grade: 5.5 };
const carefulPages = ['safety.md', 'safety-1.md', 'safety-2.md', 'safety-3.md', 'is-it-right-for-me.md'];

const easyRead: Limits = { ...careful, sentence: 15, meanSentence: 12 };

/** @param file A path that ends with the page's name. */
export function limitsFor(file: string): Limits {
  const name = file.split('/').at(-1) ?? '';
  if (name.startsWith('easy-')) return easyRead;
  return carefulPages.includes(name) ? careful : general;
}

/** Words the page cannot do without, each counted as two syllables. */
const unavoidable =
  /restorative|justice|facilitators?|services?|responsible|community|violence|probation|mediation/i;

const segment = {
  sentences: new Intl.Segmenter('en', { granularity: 'sentence' }),
  words: new Intl.Segmenter('en', { granularity: 'word' }),
};

export type Measured = {
  readonly grade: number;
  readonly words: number;
  readonly meanSentence: number;
  readonly longest: number;
  readonly sentences: readonly { readonly text: string; readonly words: number }[];
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
    sentences,
    paragraphs: paragraphs.map((text) => wordsOf(text).length),
  };
}

type PlainWord = {
  readonly pattern: string;
  readonly use: string;
  readonly level?: 'warn';
  readonly unlessAfter?: string;
};

/** The words of `plain-words.json` that stand in a text. */
export function wordsToChange(
  markdown: string,
): { readonly word: string; readonly use: string; readonly level: 'warn' | 'error' }[] {
  const text = plainParagraphs(markdown).join('\n');
  const list = JSON.parse(readFileSync('src/content/plain-words.json', 'utf8')) as PlainWord[];
  return list.flatMap(({ pattern, use, level, unlessAfter }) => {
    // A refusal to promise uses the same word as a promise.
    const before = unlessAfter ? `(?<!\\b(?:${unlessAfter})\\b[^.]{0,40})` : '';
    return Array.from(text.matchAll(new RegExp(`${before}\\b(?:${pattern})\\b`, 'gi')), ([word]) => ({
      word,
      use,
      level: level ?? ('error' as const),
    }));
  });
}

/** Every paragraph, heading and list item as plain text, one each. */
export function plainParagraphs(markdown: string): string[] {
  return markdown
    .replace(/^---\n[\s\S]*?\n---\n/, (front) =>
      Array.from(front.matchAll(/^(?:heading|lead): *(.+)$/gm), ([, text]) => text).join('\n\n'),
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

function sentencesOf(paragraph: string): { text: string; words: number }[] {
  return Array.from(segment.sentences.segment(paragraph), ({ segment: text }) => ({
    text: text.trim(),
    words: wordsOf(text).length,
  })).filter(({ words }) => words > 0);
}

function wordsOf(text: string): string[] {
  return Array.from(segment.words.segment(text))
    .filter(({ isWordLike }) => isWordLike)
    .map(({ segment: word }) => word);
}

function oneDecimal(value: number): number {
  return Math.round(value * 10) / 10;
}
