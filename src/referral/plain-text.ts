/** Makes what a person typed into text that prints, mails and sorts as it looks. */

/** Controls other than line feed, and the marks that reorder text for the eye (Unicode UAX 9: overrides, isolates). */
const unprintable = /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u2028\u2029\u202A-\u202E\u2066-\u2069\uFEFF]/g;

/**
 * NFC, well-formed, without controls and without direction overrides. The joiners of Urdu and Farsi stay.
 *
 * Line breaks become `\n`, or a space where `lines` is false: a one-line answer can then never become two lines of a
 * message.
 */
export function plainText(typed: string, options: { lines: boolean }): string {
  const broken = typed.replace(/\r\n?|\u2028|\u2029/g, '\n');
  const text = options.lines ? broken : broken.replace(/[\n\t]+/g, ' ');
  return text.toWellFormed().normalize('NFC').replace(/\t/g, ' ').replace(unprintable, '').trim();
}

/** How many characters a person would say they typed: code points, so that an emoji is not two. */
export function characters(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}
