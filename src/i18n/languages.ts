/** The one table of languages: code, name, direction. Everything else asks here. */

/**
 * `tag` is the BCP 47 tag for `<html lang>` and `Intl`; `complete` languages have every public string, or the
 * build fails. Order is the order of the language menu.
 */
export const languages = [
  { code: 'en', tag: 'en-GB', ownName: 'English', direction: 'ltr' },
  { code: 'cy', tag: 'cy', ownName: 'Cymraeg', direction: 'ltr' },
  { code: 'ur', tag: 'ur', ownName: 'اردو', direction: 'rtl' },
  { code: 'pl', tag: 'pl', ownName: 'Polski', direction: 'ltr' },
] as const;

export type Language = (typeof languages)[number];
export type LanguageCode = Language['code'];

export const languageCodes = languages.map((language) => language.code);

/** Languages for text that only workers and operators read. */
export const workerLanguageCodes = ['en', 'cy'] as const satisfies readonly LanguageCode[];

export type WorkerLanguageCode = (typeof workerLanguageCodes)[number];

export function isLanguage(code: string | undefined): code is LanguageCode {
  return languages.some((language) => language.code === code);
}

export function languageOf(code: LanguageCode): Language {
  const found = languages.find((language) => language.code === code);
  if (!found) throw new Error(`no language ${code}`);
  return found;
}
