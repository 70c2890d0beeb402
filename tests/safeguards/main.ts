/**
 * `npm run test:safeguards`: takes each safeguard away in a copy of the tree, and requires a test to go red.
 *
 * `-- lane audit` tries only those in whose name or file one of the words stands. Exit 0 every one was missed by a test.
 */
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { safeguards, type Safeguard } from './safeguards.ts';

type Verdict = { readonly missed: boolean; readonly by: string };

const asked = process.argv.slice(2);
const chosen = safeguards.filter(
  ({ name, file }) => asked.length === 0 || asked.some((word) => name.includes(word) || file.includes(word)),
);
const copy = copyOfTheTree();
process.once('exit', () => rmSync(copy, { recursive: true, force: true }));

/** A test that fails with every safeguard in place misses none of them. */
const before = new Map<string, readonly string[]>();
for (const test of new Set(chosen.flatMap(({ tests }) => tests))) {
  const red = await redIn(test);
  before.set(test, red);
  if (red.length > 0)
    process.stdout.write(`red before anything was taken away · ${test}: ${red.join(' · ')}\n`);
}

let silent = 0;
for (const safeguard of chosen) {
  const { missed, by } = await without(safeguard);
  if (!missed) silent += 1;
  process.stdout.write(`${missed ? 'missed' : 'NOT MISSED'} · ${safeguard.name} · ${by}\n`);
}
process.stdout.write(`${chosen.length - silent} passed, ${silent} failed\n`);
process.exit(silent === 0 ? 0 : 1);

async function without(safeguard: Safeguard): Promise<Verdict> {
  const { file, take, put, tests } = safeguard;
  const path = join(copy, file);
  const whole = readFileSync(path, 'utf8');
  const [head = '', tail, ...more] = whole.split(take);
  // A list that no longer fits the code proves nothing.
  if (tail === undefined || more.length > 0) return { missed: false, by: `does not stand once in ${file}` };
  writeFileSync(path, head + put + tail);
  try {
    for (const test of tests) {
      const red = (await redIn(test)).find((title) => !before.get(test)?.includes(title));
      if (red !== undefined) return { missed: true, by: `${test}: ${red}` };
    }
    return { missed: false, by: tests.join(', ') };
  } finally {
    writeFileSync(path, whole);
  }
}

/** Titles of the tests that fail. A file that no longer loads fails under its own name and proves nothing. */
async function redIn(test: string): Promise<readonly string[]> {
  const child = spawn(process.execPath, ['--test', '--test-reporter=tap', '--test-timeout=300000', test], {
    cwd: copy,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text));
  await new Promise((ended) => child.once('close', ended));
  return [...printed.matchAll(/^not ok \d+ - (.*)$/gmu)]
    .map(([, title = '']) => title)
    .filter((title) => !title.endsWith('.test.ts'));
}

/** What git knows, with what was installed and built beside it. */
function copyOfTheTree(): string {
  const folder = mkdtempSync(join(tmpdir(), 'portal-safeguards-'));
  const { stdout } = spawnSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], {
    encoding: 'utf8',
  });
  for (const file of stdout.split('\0').filter((name) => name !== '')) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    cpSync(file, join(folder, file));
  }
  for (const name of ['node_modules', 'dist']) symlinkSync(resolve(name), join(folder, name));
  return folder;
}
