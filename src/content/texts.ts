/** The texts of all pages in all languages, read once while the site is built. */
import { fingerprint, pages, readPages, type PageId, type PageText } from './pages.ts';
import { languages, type LanguageCode } from '../i18n/languages.ts';

const texts = new Map(languages.map(({ code }) => [code, readPages(`src/content/pages/${code}`)]));

/** A page as a reader of `language` gets it: the translation, or else the English. */
export function textFor(
  id: PageId,
  language: LanguageCode,
): { readonly text: PageText; readonly textLanguage: LanguageCode; readonly isOlder: boolean } {
  const english = texts.get('en')?.get(id);
  if (!english) throw new Error(`${id} has no English text`);
  const text = texts.get(language)?.get(id);
  if (!text) return { text: english, textLanguage: 'en', isOlder: false };
  return { text, textLanguage: language, isOlder: language !== 'en' && text.from !== fingerprint(english) };
}

/** The languages a page has a text in. */
export function textLanguages(id: PageId): readonly LanguageCode[] {
  return languages.map(({ code }) => code).filter((code) => texts.get(code)?.has(id));
}

/** What a link to a page says; `lang` when that is not the reader's language. */
export function headingOf(
  id: string,
  language: LanguageCode,
): { readonly heading: string; readonly lang: string | undefined } {
  const page = pages.find((known) => known.id === id);
  if (!page) throw new Error(`there is no page ${id}`);
  const { text, textLanguage } = textFor(page.id, language);
  return { heading: text.heading ?? text.title, lang: textLanguage === language ? undefined : textLanguage };
}
