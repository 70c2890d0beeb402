/** Lines of a mail: mail programs fold longer ones where they like. */

export const lineCharactersMax = 72;

/** Keeps line breaks, breaks between words, and never inside one: a link stays whole. */
export function wrapped(paragraph: string, charactersMax: number = lineCharactersMax): string {
  return paragraph
    .split('\n')
    .map((line) => wrappedLine(line.split(' '), charactersMax))
    .join('\n');
}

function wrappedLine(words: readonly string[], charactersMax: number): string {
  const lines: string[] = [];
  let line = '';
  for (const word of words) {
    if (line !== '' && line.length + 1 + word.length > charactersMax) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line].join('\n');
}
