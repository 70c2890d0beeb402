/**
 * Who has read the words of forms, menus and the pages drawn from `strings/`, by language: a name and a day. Articles
 * say it themselves.
 */
import type { LanguageCode } from './languages.ts';

export const stringsReadBy: Readonly<Partial<Record<LanguageCode, string>>> = {};
