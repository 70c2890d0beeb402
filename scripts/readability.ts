/**
 * `npm run readability -- [pages]`: how hard the English pages are to read, the worst first, and what to look at again.
 *
 * `fail` is what the tests refuse; `warn` is for whoever writes. A page that is named also gets its passive sentences.
 */
import { readFileSync } from 'node:fs';
import { pages } from '../src/content/pages.ts';
import { findingsIn, measure } from './readability/measure.ts';

const named = process.argv.slice(2).map((name) => name.split('/').at(-1)?.replace(/\.md$/, ''));
const ids = pages.map(({ id }) => id).filter((id) => named.length === 0 || named.includes(id));
const read = ids
  .map((id) => {
    const text = readFileSync(`src/content/pages/en/${id}.md`, 'utf8');
    return { id, found: measure(text), findings: findingsIn(text, id) };
  })
  .sort((one, other) => other.findings.length - one.findings.length || other.found.grade - one.found.grade);

for (const { id, found, findings } of read) {
  say(
    `${id}: grade ${found.grade}, ${found.words} words, mean sentence ${found.meanSentence}, ` +
      `longest ${found.longest}, longest paragraph ${Math.max(...found.paragraphs)}, passive ${found.passive}%`,
  );
  for (const { level, says } of findings) say(`   ${level}  ${says}`);
  const passives = named.length > 0 ? found.sentences.filter(({ isPassive }) => isPassive) : [];
  for (const { text } of passives) say(`   passive  ${text}`);
}
process.exitCode = read.some(({ findings }) => findings.some(({ level }) => level === 'fail')) ? 1 : 0;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
