/** A link to a page to read, as its own heading says it. */
import { pathOfPage } from '../../content/pages.ts';
import { headingOf } from '../../content/texts.ts';
import type { LanguageCode } from '../../i18n/languages.ts';
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
