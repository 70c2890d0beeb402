/**
 * All words that our texts, and the phrases people are known to type, hold in one language. Misspelt ones are mended
 * with it.
 */
import type { LanguageCode } from '../../../i18n/languages.ts';
import { nearest } from './nearest.ts';
import { stemOf } from './words.ts';

export type Vocabulary = {
  readonly language: LanguageCode;
  /** With how often each occurs. */
  readonly words: ReadonlyMap<string, number>;
  readonly stemOf: ReadonlyMap<string, string>;
  readonly stems: ReadonlySet<string>;
};

export function vocabularyOf(language: LanguageCode, texts: readonly (readonly string[])[]): Vocabulary {
  const words = new Map<string, number>();
  for (const word of texts.flat()) words.set(word, (words.get(word) ?? 0) + 1);
  const stems = new Map([...words.keys()].map((word) => [word, stemOf(word, language)] as const));
  return { language, words, stemOf: stems, stems: new Set(stems.values()) };
}

/** Beginnings and shortenings of fewer letters fit too many words. */
const lettersMin = 4;
/** 'stalker' is 'stalk' with an ending that no list of endings has. */
const lettersCutMax = 3;

/** The stem under which the language knows a word; undefined when it does not. */
export function known(word: string, { language, words, stems }: Vocabulary): string | undefined {
  const stem = stemOf(word, language);
  if (words.has(word) || stems.has(stem)) return stem;
  if (stem.length < lettersMin) return undefined;
  for (const other of stems) if (other.startsWith(stem)) return stem;
  for (let cut = 1; cut <= lettersCutMax && stem.length - cut >= lettersMin; cut += 1) {
    const shorter = stem.slice(0, -cut);
    if (stems.has(shorter)) return shorter;
  }
  return undefined;
}

/** What was meant by a word that no language here knows. Undefined when nothing is near enough. */
export function mended(word: string, vocabularies: readonly Vocabulary[]): string | undefined {
  const near = vocabularies.flatMap(({ words }) => nearest(word, words) ?? []);
  // The reader's own language comes first in the list, and wins where both are as near.
  const [best] = near.sort((one, other) => one.slips - other.slips);
  return best?.word ?? sameBeginning(word, vocabularies);
}

/** 'compensashun' is 'compensation': nobody knows how it ends, but it begins like no other word. */
function sameBeginning(word: string, vocabularies: readonly Vocabulary[]): string | undefined {
  const candidates = vocabularies.flatMap(({ words }) => [...words.keys()]);
  const lettersLeast = Math.max(5, Math.ceil(word.length * 0.55));
  for (let length = word.length - 1; length >= lettersLeast; length -= 1) {
    const found = candidates.find((other) => other.startsWith(word.slice(0, length)));
    if (found !== undefined) return found;
  }
  return undefined;
}
