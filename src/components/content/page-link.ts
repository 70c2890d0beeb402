/** A link to a page to read, as its own heading says it. */
import { pages, pathOfPage } from '../../content/pages.ts';
import { headingOf, textLanguages } from '../../content/texts.ts';
import type { LanguageCode } from '../../i18n/languages.ts';
import { wordsIn } from '../../i18n/translate.ts';
import { pathIn } from '../page/paths.ts';

export type PageLink = {
  readonly href: string;
  readonly heading: string;
  /** When the page, and so its heading, is not in the reader's language. */
  readonly lang: string | undefined;
};

/** @throws when there is no such page: the build then fails. */
export function pageLink(id: string, language: LanguageCode): PageLink {
  const path = pathOfPage(id);
  if (path === undefined) throw new Error(`there is no page ${id}`);
  return { ...headingOf(id, language), href: pathIn(language, path) };
}

/**
 * What a link in the reader's own words says after them where the page behind it is in English.
 *
 * @param path without its language; that of no page to read, such as '/find/', is in every language
 */
export function languageNote(path: string | undefined, language: LanguageCode): string | undefined {
  const page = pages.find((known) => known.path === path);
  return page && !textLanguages(page.id).includes(language)
    ? wordsIn(language)('read.translation.inEnglish')
    : undefined;
}
