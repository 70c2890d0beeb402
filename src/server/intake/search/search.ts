/**
 * Finds pages by what a person types. Everything happens here and in memory: what was typed is in no address, no
 * cookie, no log and no file, and is forgotten with the answer.
 *
 * First count the phrases people are known to type, which name their pages; then the words of the pages themselves.
 * Readers of another language also find by English words, because English pages stand in where theirs are missing.
 */
import { join } from 'node:path';
import type { SearchGroup } from '../../../content/search-words.ts';
import type { LanguageCode } from '../../../i18n/languages.ts';
import type { Catalogue } from '../../../routing/catalogue.ts';
import { readPostcode } from '../../../routing/postcode.ts';
import type { Document } from './documents.ts';
import { readGroups } from './groups.ts';
import { byName, byOwnWords, byPhrase, type Scores } from './scores.ts';
import { shelfOf, type Shelf } from './shelf.ts';
import { understand } from './understood.ts';
import { tidied, wordsOf } from './words.ts';

export type Found = {
  /** As typed, to be shown in the box again; empty when nothing was. */
  readonly typed: string;
  /** Best first. */
  readonly results: readonly Document[];
  /** Ids of helplines to show above the results, where what was typed sounds like danger. */
  readonly help: readonly string[] | undefined;
};

export type Search = (typed: string, language: LanguageCode) => Found;

const resultsMax = 10;
const helplinesMax = 4;
/** A whole sentence is enough to go by; more only takes time. */
const wordsMax = 30;

/** What fits ten times less than the best is not what was meant. */
const shareMin = 0.1;
/** What each page of a group counts less than the one before it. */
const laterPage = 0.15;
/** A postcode is meant for the finder, whatever else it may look like. */
const postcodeScore = 4;

/**
 * The content of a language is read when somebody first searches in it, which takes some tenths of a second.
 *
 * @throws ConfigError when the list of phrases holds mistakes.
 */
export function openSearch(
  catalogue: Catalogue,
  councilName: (council: string, language: string) => string,
  folder: string = join('src', 'content'),
): Search {
  const groups = readGroups(join(folder, 'search-words.json'), catalogue);
  const shelves = new Map<LanguageCode, Shelf>();
  const shelfIn = (language: LanguageCode) => {
    const shelf = shelves.get(language) ?? shelfOf(language, { folder, groups, catalogue, councilName });
    shelves.set(language, shelf);
    return shelf;
  };
  return (typed, language) => {
    const own = shelfIn(language);
    return find(tidied(typed), language === 'en' ? [own] : [own, shelfIn('en')], groups);
  };
}

/** @param shelves The reader's own first. */
function find(typed: string, shelves: readonly Shelf[], groups: readonly SearchGroup[]): Found {
  const understood = understand(wordsOf(typed).slice(0, wordsMax), shelves);
  const fitting = [...byPhrase(understood)].flatMap(([at, fits]) => {
    const group = groups[at];
    return group ? [{ group, fits }] : [];
  });
  const help = fitting.flatMap(({ group }) => group.help ?? []);
  return {
    typed,
    results: bestOf(
      sumOf([
        ...fitting.map(({ group, fits }) => scoresOf(group, fits)),
        byOwnWords(understood),
        byName(understood),
        new Map<string, number>(looksLikePostcode(typed) ? [['find', postcodeScore]] : []),
      ]),
      shelves,
    ),
    help: help.length > 0 ? [...new Set(help)].slice(0, helplinesMax) : undefined,
  };
}

function scoresOf({ pages }: SearchGroup, fits: number): Scores<string> {
  return new Map(pages.map((id, place) => [id, fits * (1 - place * laterPage)]));
}

function sumOf(all: readonly Scores<string>[]): Scores<string> {
  const sums = new Map<string, number>();
  for (const [id, score] of all.flatMap((scores) => [...scores])) sums.set(id, (sums.get(id) ?? 0) + score);
  return sums;
}

function looksLikePostcode(typed: string): boolean {
  if (!/[a-z]/i.test(typed) || !/\d/.test(typed)) return false;
  const { kind } = readPostcode(typed);
  return kind !== 'empty' && kind !== 'malformed';
}

/** In the reader's language where we have it. No address stands there twice. */
function bestOf(scores: Scores<string>, shelves: readonly Shelf[]): readonly Document[] {
  const sorted = [...scores].sort(([, one], [, other]) => other - one);
  const least = (sorted[0]?.[1] ?? 0) * shareMin;
  const found = new Map<string, Document>();
  for (const [id, score] of sorted) {
    const document = shelves.map(({ byId }) => byId.get(id)).find((one) => one !== undefined);
    if (document && score >= least && !found.has(document.path)) found.set(document.path, document);
  }
  return [...found.values()].slice(0, resultsMax);
}
