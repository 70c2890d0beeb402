/** The words that lock a key file. They are made for the person: a chosen passphrase is a guessable one. */

/** Six words of 2,048 are 66 bits; with age's scrypt in front, guessing them is out of reach. */
const wordCount = 6;

/**
 * Six words with spaces between them, each word equally likely.
 *
 * @param words exactly 2,048 of them, such as BIP 39's English list, whose words differ in their first four letters
 */
export function newPassphrase(words: readonly string[]): string {
  // 2,048 divides 65,536, so the remainder of a random 16-bit number favours no word.
  if (words.length !== 2048) throw new Error('the word list must have 2,048 words');
  const numbers = crypto.getRandomValues(new Uint16Array(wordCount));
  return Array.from(numbers, (number) => words[number % words.length]).join(' ');
}
