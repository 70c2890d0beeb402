/** The three ways to find something: by a phrase people are known to type, by the words of a page, by a name. */
import { fit, fitOfName } from './phrases.ts';
import type { Understood } from './understood.ts';
import { asks } from './words.ts';

/** By id of a document, or by the place of a group in its list. */
export type Scores<Key> = ReadonlyMap<Key, number>;

/** How much each way counts, next to 1 for each word of a phrase. */
const weight = { ownWords: 0.7, inEnglish: 0.4, isNamed: 3, hasName: 0.8 };

/** Which groups of phrases fit, the best first. */
export function byPhrase({ readings }: Understood): Scores<number> {
  const fits = new Map<number, number>();
  for (const { shelf, stems } of readings) {
    for (const phrase of shelf.phrases) raise(fits, phrase.group, fit(phrase.stems, stems));
  }
  return new Map([...fits].sort(([, one], [, other]) => other - one));
}

export function byOwnWords({ words, readings }: Understood): Scores<string> {
  const scores = new Map<string, number>();
  for (const [place, { shelf, stems }] of readings.entries()) {
    const telling = stems.filter((stem, at) => !stem.isSmall && !asks(words[at] ?? '', shelf.language));
    // 'Who is it?' holds nothing else: then every word counts.
    const asked = new Set((telling.length > 0 ? telling : stems).map(({ stem }) => stem));
    for (const { row, score } of shelf.index.ask([...asked])) {
      const id = shelf.pages[row]?.id;
      if (id !== undefined) raise(scores, id, score * (place === 0 ? weight.ownWords : weight.inEnglish));
    }
  }
  return scores;
}

export function byName({ words, readings }: Understood): Scores<string> {
  const scores = new Map<string, number>();
  const worth = [0, weight.hasName, weight.isNamed] as const;
  for (const { shelf } of readings) {
    for (const name of shelf.names) raise(scores, name.id, worth[fitOfName(name.words, words)]);
  }
  return scores;
}

function raise<Key>(scores: Map<Key, number>, key: Key, score: number): void {
  if (score > (scores.get(key) ?? 0)) scores.set(key, score);
}
