/**
 * What this installation is, for pages: read once, at build for prerendered pages and at start for the others.
 *
 * `npm run web` refuses a build that was made for the demonstration, so the two cannot disagree.
 */
import { isLanguage, languages, type Language } from './i18n/languages.ts';

const setting = (name: string): string | undefined => process.env[name]?.trim() || undefined;

const demonstration = setting('PORTAL_DEMONSTRATION') === '1';
const listed = (setting('LANGUAGES') ?? '').split(/[\s,]+/).filter((code) => isLanguage(code));

export const site = {
  /** True when no real service stands behind the form. Every page then says so. */
  demonstration,
  /** Who decides why and how personal data is used. Undefined only in the demonstration. */
  controllerName: setting('CONTROLLER_NAME'),
  dataProtectionContact: setting('DATA_PROTECTION_CONTACT'),
  operatorPhone: setting('OPERATOR_PHONE'),
} as const;

/**
 * The languages this installation offers. English is the source; any other is offered in production only when the
 * operator lists it in `LANGUAGES`, as long as no named person has reviewed its form, consent and safety texts.
 */
export const offeredLanguages: readonly Language[] = languages.filter(
  (language) => demonstration || language.code === 'en' || listed.includes(language.code),
);

export function isOffered(code: string | undefined): boolean {
  return offeredLanguages.some((language) => language.code === code);
}
