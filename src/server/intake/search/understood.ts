/** What was typed, as the languages a person may write in understand it. */
import type { Stem } from './phrases.ts';
import type { Shelf } from './shelf.ts';
import { known, mended } from './vocabulary.ts';
import { isSmall, stemOf } from './words.ts';

export type Understood = {
  /** As we spell them. */
  readonly words: readonly string[];
  /** The same words as each shelf has them, the reader's own first. */
  readonly readings: readonly { readonly shelf: Shelf; readonly stems: readonly Stem[] }[];
};

/** Somebody who misspells more words than this is not looking for one of our pages, and mending takes time. */
const mendedMax = 8;

/** Words that no shelf knows are taken for the nearest one that is known. */
export function understand(typed: readonly string[], shelves: readonly Shelf[]): Understood {
  const vocabularies = shelves.map(({ vocabulary }) => vocabulary);
  const asTyped = typed.map((word) => vocabularies.map((vocabulary) => known(word, vocabulary)));
  const mends = new Map<string, string>();
  for (const [at, word] of typed.entries()) {
    const isKnown = asTyped[at]?.some((stem) => stem !== undefined);
    if (!isKnown && !mends.has(word) && mends.size < mendedMax)
      mends.set(word, mended(word, vocabularies) ?? word);
  }
  const words = typed.map((word) => mends.get(word) ?? word);
  return {
    words,
    readings: shelves.map((shelf, place) => ({
      shelf,
      stems: words.map((word, at) => ({
        stem: asTyped[at]?.[place] ?? stemOf(word, shelf.language),
        isSmall: isSmall(word, shelf.language),
      })),
    })),
  };
}
