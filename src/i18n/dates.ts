/** Dates as people here read them: Gregorian, digits 0-9, the time of England and Wales, in every language. */
import { languageOf, type LanguageCode } from './languages.ts';

const styles = {
  day: { dateStyle: 'long' },
  time: { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;

/** '20 November 2026' in the reader's language. `day` is an ISO date or an instant. */
export function formatDay(day: string | Date, language: LanguageCode): string {
  return formatterFor('day', language).format(typeof day === 'string' ? new Date(day) : day);
}

/** '14:05', 24 hours. */
export function formatTime(instant: Date, language: LanguageCode): string {
  return formatterFor('time', language).format(instant);
}

/** A formatter takes far longer to make than to use, and a build writes tens of thousands of dates. */
const made = new Map<string, Intl.DateTimeFormat>();

function formatterFor(style: keyof typeof styles, language: LanguageCode): Intl.DateTimeFormat {
  const name = `${style} ${language}`;
  const known = made.get(name);
  if (known) return known;
  const formatter = new Intl.DateTimeFormat(`${languageOf(language).tag}-u-ca-gregory-nu-latn`, {
    ...styles[style],
    timeZone: 'Europe/London',
  });
  made.set(name, formatter);
  return formatter;
}
