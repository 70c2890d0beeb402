/** Dates inside an island, written as everywhere else on the site: Gregorian, digits 0-9, the time of England and Wales. */

/** @param day ISO day or instant @param tag BCP 47 */
export function dayIn(tag: string, day: string): string {
  return written(tag, day, { dateStyle: 'long' });
}

export function dayAndTimeIn(tag: string, instant: string): string {
  return written(tag, instant, { dateStyle: 'long', timeStyle: 'short', hourCycle: 'h23' });
}

function written(tag: string, text: string, style: Intl.DateTimeFormatOptions): string {
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) return text;
  // Chromium knows no Welsh, and would write the date as the machine is set up: month first, on many.
  const tags = [`${tag}-u-ca-gregory-nu-latn`, 'en-GB'];
  return new Intl.DateTimeFormat(tags, { ...style, timeZone: 'Europe/London' }).format(date);
}
