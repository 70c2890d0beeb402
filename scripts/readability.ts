/** `npm run readability -- [files]`: how hard the English pages are to read, and the words to change. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { limitsFor, measure, wordsToChange } from './readability/measure.ts';

const folder = 'src/content/pages/en';
const named = process.argv.slice(2);
const files = named.length > 0 ? named : readdirSync(folder).map((name) => join(folder, name));
let failed = 0;

for (const file of files) {
  const text = readFileSync(file, 'utf8');
  const found = measure(text);
  const limits = limitsFor(file);
  const problems = [
    found.words >= 60 && found.grade > limits.grade && `grade ${found.grade} is over ${limits.grade}`,
    found.words >= 60 &&
      found.meanSentence > limits.meanSentence &&
      `${found.meanSentence} words in a mean sentence`,
    ...found.sentences
      .filter(({ words }) => words > limits.sentence)
      .map(({ text, words }) => `${words} words: ${text}`),
    ...found.paragraphs
      .filter((words) => words > limits.paragraph)
      .map((words) => `a paragraph of ${words} words`),
    ...wordsToChange(text).map(
      ({ word, use, level }) => `${level === 'warn' ? 'consider: ' : ''}“${word}” → ${use}`,
    ),
  ].filter((problem) => problem !== false);
  const errors = problems.filter((problem) => !problem.startsWith('consider'));
  if (errors.length > 0) failed += 1;
  process.stdout.write(
    `${file}: grade ${found.grade}, ${found.words} words, mean sentence ${found.meanSentence}, longest ${found.longest}\n`,
  );
  for (const problem of problems) process.stdout.write(`   ${problem}\n`);
}
process.exitCode = failed > 0 ? 1 : 0;
