/**
 * `npm run test:faults`: tries everything in the catalogue, in its long form, and prints what held.
 *
 * `-- --no-browser` leaves out what needs one; `-- A B17` tries only these. `REQUIRE_ALL=1` fails where something was
 * not tried.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from 'node:test';
import { idsOf, claimsIn, titlePattern } from './titles.ts';
import { isId } from './catalogue.ts';
import { missing, tableOf, verdicts, type Ended } from './verdict.ts';

const root = join(import.meta.dirname, '../..');
const wanted = process.argv.slice(2).filter((word) => !word.startsWith('-'));
const isWanted = (id: string) =>
  wanted.length === 0 || wanted.some((one) => one === id || one === id.slice(0, 1));
const withBrowser = !process.argv.includes('--no-browser');

/** An hour: the longest starts a web process five hundred times, and kills it. */
const testMsMax = 60 * 60_000;

const say = (line: string) => process.stdout.write(`${line}\n`);
const marks = { passed: '✔', failed: '✖', skipped: '–' } as const;

const files = [...new Set(claimsIn(root).flatMap(({ file, ids }) => (ids.some(isWanted) ? [file] : [])))];
const nodeFiles = files.filter((file) => file.endsWith('.test.ts'));
const browserFiles = files.filter((file) => file.endsWith('.spec.ts'));

process.chdir(root);
const ended = [
  ...(await runNode(nodeFiles)),
  ...(withBrowser && browserFiles.length > 0 ? await runBrowser(browserFiles) : []),
];

const strangers = [...new Set(ended.flatMap(({ title }) => idsOf(title)))].filter((id) => !isId(id));
const rows = verdicts(ended).filter(({ id }) => isWanted(id));
const all = process.env['REQUIRE_ALL'] === '1';
const bad = missing(rows, { all });
const skipped = ended.filter(({ outcome }) => outcome === 'skipped');
const withoutId = ended.filter(({ title, outcome }) => outcome === 'failed' && idsOf(title).length === 0);
say(`\n${tableOf(rows)}\n`);
for (const [reason, tests] of Map.groupBy(skipped, (one) => one.reason ?? 'no reason given')) {
  say(`${tests.length} not tried: ${reason}`);
}
for (const { title } of withoutId) say(`failed without an id: ${title}`);
for (const id of strangers) say(`not in the catalogue: ${id}`);
const passed = rows.filter(({ verdict }) => verdict === 'passed').length;
say(
  `${passed} of ${rows.length} hold${bad.length ? `; not proved: ${bad.map(({ id }) => id).join(' ')}` : ''}`,
);
const untried = all ? skipped.length : 0;
process.exitCode = bad.length + withoutId.length + strangers.length + untried === 0 ? 0 : 1;

async function runNode(paths: readonly string[]): Promise<Ended[]> {
  const seen: Ended[] = [];
  const pattern = wanted.length > 0 ? { testNamePatterns: [wantedPattern()] } : {};
  const env = { ...process.env, FAULTS: 'long' };
  const stream = run({ files: [...paths], concurrency: 2, timeout: testMsMax, cwd: root, env, ...pattern });
  let last: { title: string; figures: string[] } | undefined;
  for await (const { type, data } of stream as AsyncIterable<{ type: string; data: TestEvent }>) {
    if (type === 'test:diagnostic' && data.file && /^figure: /.test(data.message ?? '')) {
      last?.figures.push((data.message ?? '').slice('figure: '.length));
    }
    if (type === 'test:stderr') process.stderr.write(data.message ?? '');
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    const title = data.name ?? '';
    const isFault = idsOf(title).length > 0;
    if (!isFault && type === 'test:pass') continue;
    const outcome = type === 'test:fail' ? 'failed' : data.skip === undefined ? 'passed' : 'skipped';
    const reason = typeof data.skip === 'string' && data.skip !== '' ? data.skip : undefined;
    last = { title, figures: [] };
    seen.push({ ...last, outcome, reason });
    say(`${marks[outcome]} ${title} (${((data.details?.duration_ms ?? 0) / 1000).toFixed(1)} s)`);
    if (outcome === 'failed') say(String(data.details?.error?.stack ?? data.details?.error));
  }
  return seen;
}

/** What of the runner's events is read here. */
type TestEvent = {
  readonly name?: string;
  readonly file?: string;
  readonly message?: string;
  readonly skip?: string | boolean;
  readonly details?: { readonly duration_ms?: number; readonly error?: Error };
};

/** Titles in which one of the wanted ids stands before the colon. */
function wantedPattern(): RegExp {
  const one = wanted.map((word) => (/^[A-K]$/.test(word) ? String.raw`${word}\d{1,2}` : word)).join('|');
  return new RegExp(String.raw`^(?:[A-K]\d{1,2}, )*(?:${one})(?:, [A-K]\d{1,2})*: `);
}

async function runBrowser(paths: readonly string[]): Promise<Ended[]> {
  const environment = { PORTAL_DEMONSTRATION: '1', ASTRO_TELEMETRY_DISABLED: '1' };
  if ((await command(['scripts/build.ts', '--if-stale'], environment)) !== 0) {
    return [{ title: 'the build', outcome: 'failed', figures: [] }];
  }
  const folder = mkdtempSync(join(tmpdir(), 'portal-faults-'));
  const report = join(folder, 'report.json');
  const grep = wanted.length > 0 ? wantedPattern().source.replace('^', '(?:^| )') : titlePattern;
  try {
    await command(
      ['node_modules/playwright/cli.js', 'test', '--reporter=list,json', '--grep', grep, ...paths],
      { ...environment, FAULTS: 'long', PLAYWRIGHT_JSON_OUTPUT_FILE: report },
    );
    return endedIn(JSON.parse(readFileSync(report, 'utf8')) as Suite);
  } catch {
    return [{ title: 'the browser', outcome: 'failed', figures: [] }];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function command(words: readonly string[], environment: Record<string, string>): Promise<number | null> {
  const child = spawn(process.execPath, words, { stdio: 'inherit', env: { ...process.env, ...environment } });
  return new Promise((done) => child.once('close', done));
}

/** What of Playwright's report is read here. */
type Suite = {
  readonly suites?: readonly Suite[];
  readonly specs?: readonly {
    readonly title: string;
    readonly tests: readonly {
      readonly status: 'expected' | 'unexpected' | 'flaky' | 'skipped';
      readonly annotations: readonly { readonly type: string; readonly description?: string }[];
    }[];
  }[];
};

function endedIn(suite: Suite): Ended[] {
  const own = (suite.specs ?? []).flatMap(({ title, tests }) =>
    tests.map(({ status, annotations }): Ended => {
      const said = (type: string) =>
        annotations.flatMap((one) => (one.type === type ? [one.description ?? ''] : []));
      const outcome = status === 'expected' ? 'passed' : status === 'skipped' ? 'skipped' : 'failed';
      return { title, outcome, reason: said('skip').join('; ') || undefined, figures: said('figure') };
    }),
  );
  return [...own, ...(suite.suites ?? []).flatMap(endedIn)];
}
