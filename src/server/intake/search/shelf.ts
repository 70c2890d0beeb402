/** Everything that can be found with the words of one language. */
import type { SearchGroup } from '../../../content/search-words.ts';
import type { LanguageCode } from '../../../i18n/languages.ts';
import type { Catalogue } from '../../../routing/catalogue.ts';
import { openSearchIndex, type SearchIndex } from '../../store/search-index.ts';
import { areasIn, helplinesIn, pagesIn, type Document, type Page } from './documents.ts';
import { stemsOf, type Stem } from './phrases.ts';
import { vocabularyOf, type Vocabulary } from './vocabulary.ts';
import { wordsOf } from './words.ts';

export type Shelf = {
  readonly language: LanguageCode;
  /** In the order of the index. */
  readonly pages: readonly Page[];
  readonly index: SearchIndex;
  /** What people are known to type, with the place of its group in the list. */
  readonly phrases: readonly { readonly group: number; readonly stems: readonly Stem[] }[];
  readonly names: readonly { readonly id: string; readonly words: readonly string[] }[];
  readonly vocabulary: Vocabulary;
  readonly byId: ReadonlyMap<string, Document>;
};

/** What a shelf is filled from. */
export type Content = {
  /** `src/content` */
  readonly folder: string;
  readonly groups: readonly SearchGroup[];
  readonly catalogue: Catalogue;
  readonly councilName: (council: string, language: string) => string;
};

/** What people are known to type is likelier to be meant by a misspelt word than what stands in a text. */
const timesTyped = 5;

export function shelfOf(language: LanguageCode, content: Content): Shelf {
  const { folder, groups, catalogue, councilName } = content;
  const pages = pagesIn(language, folder, catalogue);
  const texts = pages.map(({ title, headings, lead, body }) => ({
    title: wordsOf(title),
    headings: wordsOf(headings),
    lead: wordsOf(lead),
    body: wordsOf(body),
  }));
  const phrases = groups.flatMap((group, at) =>
    (group[language] ?? []).map((text) => ({ group: at, words: wordsOf(text) })),
  );
  const named = [...areasIn(language, catalogue, councilName), ...helplinesIn(language, catalogue)];
  const names = named.flatMap((one) => one.names.map((name) => ({ id: one.id, words: wordsOf(name) })));

  const vocabulary = vocabularyOf(language, [
    ...texts.flatMap(({ title, headings, body }) => [title, headings, body]),
    ...names.map(({ words }) => words),
    ...phrases.flatMap(({ words }) => Array.from({ length: timesTyped }, () => words)),
  ]);
  const stemmed = (words: readonly string[]) => words.map((word) => vocabulary.stemOf.get(word)).join(' ');
  return {
    language,
    pages,
    index: openSearchIndex(
      texts.map(({ title, headings, lead, body }) => ({
        title: stemmed(title),
        headings: stemmed(headings),
        lead: stemmed(lead),
        body: stemmed(body),
      })),
    ),
    phrases: phrases.map(({ group, words }) => ({ group, stems: stemsOf(words, language) })),
    names,
    vocabulary,
    byId: new Map([...pages, ...named].map((document) => [document.id, document])),
  };
}
