/** How well something people are known to type fits what this person typed. */
import type { LanguageCode } from '../../../i18n/languages.ts';
import { isSmall, stemOf, wordsOf } from './words.ts';

/** A word reduced to its stem; small ones, such as 'the', only count next to others. */
export type Stem = { readonly stem: string; readonly isSmall: boolean };

export function stemsOf(words: readonly string[], language: LanguageCode): readonly Stem[] {
  return words.map((word) => ({ stem: stemOf(word, language), isSmall: isSmall(word, language) }));
}

const weightOfSmall = 0.3;
/** Words of a phrase that stand somewhere, and not in its order, are worth a little less. */
const weightScattered = 0.8;

/** 0 when the phrase is not in it; else more, the more the phrase says. */
export function fit(phrase: readonly Stem[], typed: readonly Stem[]): number {
  if (phrase.length === 0) return 0;
  const isRun = typed.some((_, from) => phrase.every(({ stem }, at) => alike(stem, typed[from + at]?.stem)));
  const telling = phrase.filter((word) => !word.isSmall);
  if (isRun) return telling.length + weightOfSmall * (phrase.length - telling.length);
  // 'He is here now' is not in every sentence with a 'now'.
  if (telling.length < 2) return 0;
  const hasAll = telling.every(({ stem }) => typed.some((other) => alike(stem, other.stem)));
  return hasAll ? weightScattered * telling.length : 0;
}

/** The same stem, or one that goes on for a letter or two more. */
function alike(one: string, other: string | undefined): boolean {
  if (other === undefined || one === other) return one === other;
  const [shorter, longer] = one.length < other.length ? [one, other] : [other, one];
  return shorter.length >= 5 && longer.length - shorter.length <= 2 && longer.startsWith(shorter);
}

/** 0 when the name is not in it; 1 when it is; 2 when nothing else was typed. Names are not reduced to stems. */
export function fitOfName(name: readonly string[], typed: readonly string[]): 0 | 1 | 2 {
  const isThere =
    name.length > 0 && typed.some((_, from) => name.every((word, at) => word === typed[from + at]));
  if (!isThere) return 0;
  return typed.every((word) => name.includes(word) || besideNames.has(word)) ? 2 : 1;
}

/** 'Kent police' means Kent. */
const besideNames = new Set(
  wordsOf(
    'police council county city town area service near in the for heddlu cyngor ardal yn policja پولیس',
  ),
);
