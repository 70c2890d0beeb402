/**
 * Everything `npm test` proves, one step after the other: form, lint, types, behaviour, build, browser.
 *
 * `npm test -- unit browser` runs only the steps named.
 */
import { spawnSync } from 'node:child_process';

type Step = { readonly name: string; readonly command: readonly string[] };

const bin = (name: string) => `node_modules/${name}`;
const run = process.execPath;

/** Faults that take seconds; `npm run test:faults` runs every one, with a mail server that stalls for as long as it may. */
const faults = ['kill-while-accepting', 'smtp-tls', 'store-unwilling'].map(
  (name) => `tests/faults/${name}.test.ts`,
);

const steps: readonly Step[] = [
  { name: 'format', command: [run, bin('prettier/bin/prettier.cjs'), '--check', '--log-level=warn', '.'] },
  { name: 'lint', command: [run, bin('eslint/bin/eslint.js'), '--max-warnings=0', '.'] },
  {
    name: 'types',
    command: [
      run,
      bin('astro/bin/astro.mjs'),
      'check',
      '--minimumFailingSeverity',
      'hint',
      '--minimumSeverity',
      'warning',
    ],
  },
  { name: 'build', command: [run, 'scripts/build.ts', '--if-stale'] },
  {
    name: 'behaviour',
    command: [
      run,
      '--test',
      '--test-concurrency=2',
      '--test-timeout=240000',
      'tests/unit/**/*.test.ts',
      'tests/integration/**/*.test.ts',
      ...faults,
    ],
  },
  { name: 'browser', command: [run, bin('playwright/cli.js'), 'test'] },
];

const named = process.argv.slice(2);
const wanted = named.length === 0 ? steps : steps.filter((step) => named.includes(step.name));
const environment = { ...process.env, PORTAL_DEMONSTRATION: '1', ASTRO_TELEMETRY_DISABLED: '1' };
let failed = 0;

for (const { name, command } of wanted) {
  const started = Date.now();
  process.stdout.write(`\n── ${name}\n`);
  const [program = '', ...rest] = command;
  const { status } = spawnSync(program, rest, { stdio: 'inherit', env: environment });
  const seconds = Math.round((Date.now() - started) / 1000);
  process.stdout.write(`── ${name}: ${status === 0 ? 'passed' : 'FAILED'} in ${seconds} s\n`);
  if (status !== 0) failed += 1;
}

process.stdout.write(`\n${wanted.length - failed} passed, ${failed} failed\n`);
process.exit(failed === 0 ? 0 : 1);
