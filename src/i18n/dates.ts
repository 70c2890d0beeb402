/** Dates as people here read them: Gregorian, digits 0-9, the time of England and Wales, in every language. */
import { languageOf, type LanguageCode } from './languages.ts';

const timeZone = 'Europe/London';

/** '20 November 2026' in the reader's language. `day` is an ISO date or an instant. */
export function formatDay(day: string | Date, language: LanguageCode): string {
  const instant = typeof day === 'string' ? new Date(day) : day;
  return new Intl.DateTimeFormat(`${languageOf(language).tag}-u-ca-gregory-nu-latn`, {
    dateStyle: 'long',
    timeZone,
  }).format(instant);
}

/** '14:05', 24 hours. */
export function formatTime(instant: Date, language: LanguageCode): string {
  return new Intl.DateTimeFormat(`${languageOf(language).tag}-u-ca-gregory-nu-latn`, {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone,
  }).format(instant);
}
