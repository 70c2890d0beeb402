/**
 * `npm run leaflets -- --area kent --lang en --lang cy`: leaflets and posters as tagged PDFs, from the built pages.
 *
 * A file is written only when it can be read aloud and fits its paper. Chromium is given the build from this machine
 * and can reach nothing else. Exit 0 all written, 1 some refused, 2 misuse. docs/leaflets.md says more.
 */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { sidesOf } from '../src/components/print/kinds.ts';
import { languageCodes, languageOf } from '../src/i18n/languages.ts';
import { readBuildStamp } from '../src/server/build-stamp.ts';
import { readStaticFiles, type StaticFiles } from '../src/server/intake/http/static-files.ts';
import { chromiumOptions } from './chromium.ts';
import { readCommand, type Sheet } from './leaflets/command.ts';
import { serveBuild } from './leaflets/serve-build.ts';
import { pdfProblems } from './leaflets/verify-pdf.ts';

type Made = { readonly sheet: Sheet; readonly kilobytes: number; readonly problems: readonly string[] };

const build = join('dist', 'client');

const stamp = readBuildStamp();
if (!stamp) stop('There is no build yet. Run: npm run build', 1);
const files = readStaticFiles(build);
const areas = readdirSync(join('src', 'content', 'areas'))
  .map((name) => basename(name, '.json'))
  .sort();
// A build holds the languages that were offered when it was made.
const built = languageCodes.filter((code) => files.has(`/${code}/`));
const command = readCommand(process.argv.slice(2), areas, built);
if (!command.ok) stop(command.mistake, 2);
const absent = command.sheets.filter(({ path }) => !files.has(path));
if (absent.length > 0) {
  const paths = absent.map(({ path }) => path).join('\n');
  stop(`The build has no such pages. Is the language offered, and is the build up to date?\n${paths}`, 1);
}

if (stamp.demonstration) {
  say('These pages were built for the demonstration, and say so. For real ones see docs/leaflets.md.');
}
mkdirSync(command.out, { recursive: true });
const made = await makeAll(command.sheets, command.out, files);
for (const one of made) say(row(one));
const refused = made.filter(({ problems }) => problems.length > 0);
say(`${made.length - refused.length} written to ${command.out}, ${refused.length} refused`);
process.exit(refused.length === 0 ? 0 : 1);

async function makeAll(sheets: readonly Sheet[], out: string, pages: StaticFiles): Promise<readonly Made[]> {
  const browser = await openBrowser();
  const served = await serveBuild(pages);
  const done: Made[] = [];
  try {
    const page = await browser.newPage();
    for (const sheet of sheets) {
      await page.goto(new URL(sheet.path, served.origin).href, { waitUntil: 'load' });
      // The page itself says how large its paper is, and the tags come from its headings and parts.
      const pdf = await page.pdf({ tagged: true, outline: true, preferCSSPageSize: true });
      const problems = pdfProblems(pdf, {
        language: languageOf(sheet.language).tag,
        pages: sidesOf[sheet.kind],
      });
      if (problems.length === 0) writeFileSync(join(out, sheet.name), pdf);
      done.push({ sheet, kilobytes: Math.ceil(pdf.length / 1024), problems });
    }
  } finally {
    await browser.close();
    await served.close();
  }
  return done;
}

async function openBrowser() {
  const { chromium } = await import('playwright').catch(() =>
    stop('Leaflets need Playwright, which is installed for development only. Run: npm ci --include=dev', 1),
  );
  const options = {
    ...chromiumOptions,
    args: [...chromiumOptions.args, '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'],
  };
  return chromium
    .launch(options)
    .catch(() => stop('No Chromium could be started. Run: node scripts/setup.mjs --browser', 1));
}

function row({ sheet, kilobytes, problems }: Made): string {
  const [area, kind, language] = [sheet.area.padEnd(24), sheet.kind.padEnd(12), sheet.language.padEnd(4)];
  const result = problems.length === 0 ? 'written' : `REFUSED: ${problems.join('; ')}`;
  return `${area}${kind}${language}${String(kilobytes).padStart(5)} KB  ${result}`;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function stop(text: string, status: number): never {
  process.stderr.write(`${text}\n`);
  process.exit(status);
}
