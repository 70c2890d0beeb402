/**
 * Everything `npm test` proves: form, lint, types, build, behaviour, browser.
 *
 * `npm test -- behaviour browser` runs only the steps named.
 */
import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';

type Step = { readonly name: string; readonly command: readonly string[] };

const bin = (name: string) => `node_modules/${name}`;

/** In their short form. Slow clients take a minute and a half however few they are: `npm run test:faults` tries them. */
const faults = globSync('tests/faults/*.test.ts').filter((file) => !file.endsWith('http-slow.test.ts'));

const types: Step = {
  name: 'types',
  command: [
    bin('astro/bin/astro.mjs'),
    ...['check', '--minimumFailingSeverity', 'hint', '--minimumSeverity', 'hint'],
  ],
};
const format: Step = {
  name: 'format',
  command: [bin('prettier/bin/prettier.cjs'), '--check', '--log-level=warn', '.'],
};
const lint: Step = { name: 'lint', command: [bin('eslint/bin/eslint.js'), '--max-warnings=0', '.'] };
const build: Step = { name: 'build', command: ['scripts/build.ts', '--if-stale'] };
const behaviour: Step = {
  name: 'behaviour',
  command: [
    ...['--test', '--test-concurrency=2', '--test-timeout=600000'],
    ...['tests/unit/**/*.test.ts', 'tests/integration/**/*.test.ts', ...faults],
  ],
};
const browser: Step = { name: 'browser', command: [bin('playwright/cli.js'), 'test'] };

/** One phase after the other; the rows of a phase at the same time, because each keeps only one core busy. */
const phases: readonly (readonly (readonly Step[])[])[] = [
  [[types], [format, lint, build]],
  [[behaviour]],
  [[browser]],
];

const environment = { ...process.env, PORTAL_DEMONSTRATION: '1', ASTRO_TELEMETRY_DISABLED: '1' };

/** Steps that run beside others speak when they have ended, so that their lines do not mix. */
async function passes({ name, command }: Step, isAlone: boolean): Promise<boolean> {
  const started = Date.now();
  if (isAlone) process.stdout.write(`\n── ${name}\n`);
  const child = spawn(process.execPath, command, {
    stdio: isAlone ? 'inherit' : ['ignore', 'pipe', 'pipe'],
    env: environment,
  });
  const said: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (part: Buffer) => said.push(part));
  const status = await new Promise<number | null>((ended) => child.once('close', ended));
  if (!isAlone) process.stdout.write(`\n── ${name}\n${Buffer.concat(said).toString()}`);
  const seconds = Math.round((Date.now() - started) / 1000);
  process.stdout.write(`── ${name}: ${status === 0 ? 'passed' : 'FAILED'} in ${seconds} s\n`);
  return status === 0;
}

const named = process.argv.slice(2);
const isWanted = ({ name }: Step) => named.length === 0 || named.includes(name);
let [passed, failed] = [0, 0];

for (const phase of phases) {
  const rows = phase.map((row) => row.filter(isWanted)).filter((row) => row.length > 0);
  await Promise.all(
    rows.map(async (row) => {
      for (const step of row) {
        if (await passes(step, rows.length === 1)) passed += 1;
        else failed += 1;
      }
    }),
  );
}

process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
