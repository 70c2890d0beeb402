/** The year and month of the data, from what its publisher says or how its files are named. */
import type { Input } from './input.ts';

const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const publishedMonth = ['02', '05', '08', '11'];

/** Such as '2025-11'; 'unknown' when nothing says it. */
export function sourceDate({ metadata, tables }: Input, path: string): string {
  // OS numbers its four editions of a year.
  const [, year, edition] = /VERSION NUMBER:\s*(20\d\d)\.([1-4])/.exec(metadata ?? '') ?? [];
  if (year && edition) return `${year}-${publishedMonth[Number(edition) - 1]}`;

  const names = [path, ...tables.map(({ name }) => name)].join(' ').toUpperCase();
  const [, month = '', monthYear] =
    /(JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)[A-Z]*_?(20\d\d)/.exec(names) ?? [];
  if (monthYear) return `${monthYear}-${String(months.indexOf(month) + 1).padStart(2, '0')}`;
  return /20\d\d-\d\d/.exec(names)?.[0] ?? 'unknown';
}
