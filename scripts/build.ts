/**
 * Builds the site into `dist/`: pages by Astro, then `.br` and `.gz` beside every file worth compressing, then a stamp.
 *
 * `--if-stale` builds only when something the build is made from has changed since.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip as gzipCallback } from 'node:zlib';
import { buildStampFile, readBuildStamp, type BuildStamp } from '../src/server/build-stamp.ts';

const brotli = promisify(brotliCompress);
const gzip = promisify(gzipCallback);

const demonstration = process.env['PORTAL_DEMONSTRATION'] === '1';

/** Files smaller than this travel in one packet either way. */
const bytesMin = 1_000;
const compressible = /\.(html|css|js|json|svg|txt|xml|bin)$/;

const sources = hashOfSources();
if (process.argv.includes('--if-stale') && isFresh()) process.exit(0);

process.stdout.write('Building the pages …\n');
rmSync('dist', { recursive: true, force: true });
const astro = spawnSync(
  process.execPath,
  [
    // A thousand pages are a thousand short lives; with the default of 16 MB the collector takes a tenth of the build.
    '--max-semi-space-size=64',
    ...['node_modules/astro/bin/astro.mjs', 'build'],
    ...(process.argv.includes('--verbose') ? [] : ['--silent']),
  ],
  { stdio: 'inherit', env: { ...process.env, ASTRO_TELEMETRY_DISABLED: '1' } },
);
if (astro.status !== 0) process.exit(1);
await compress('dist/client');
writeFileSync(buildStampFile, `${JSON.stringify({ demonstration, sources } satisfies BuildStamp)}\n`);

function isFresh(): boolean {
  const stamp = readBuildStamp();
  return stamp?.demonstration === demonstration && stamp.sources === sources;
}

/** Everything a page is made from, and the settings that pages are told at build time. */
function hashOfSources(): string {
  const hash = createHash('sha256');
  for (const name of [
    'SITE_ORIGIN',
    'LANGUAGES',
    'CONTROLLER_NAME',
    'DATA_PROTECTION_CONTACT',
    'OPERATOR_PHONE',
  ]) {
    hash.update(`${name}=${process.env[name] ?? ''}\n`);
  }
  for (const root of ['src', 'data', 'public', 'astro.config.ts', 'package-lock.json']) {
    for (const file of filesUnder(root)) hash.update(file).update(readFileSync(file));
  }
  return hash.digest('hex');
}

function filesUnder(root: string): string[] {
  if (!existsSync(root)) return [];
  if (/\.\w+$/.test(root)) return [root];
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** Node's own thread pool does the work, so files go through it several at a time. */
async function compress(folder: string): Promise<void> {
  const waiting = filesUnder(folder).filter((file) => compressible.test(file));
  const hand = async () => {
    for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) await compressFile(file);
  };
  await Promise.all(Array.from({ length: 4 }, hand));
}

async function compressFile(file: string): Promise<void> {
  const body = readFileSync(file);
  if (body.length < bytesMin) return;
  const params = {
    // Above 7, levels save a page few bytes and take ten times as long; there are a thousand pages.
    [constants.BROTLI_PARAM_QUALITY]: file.endsWith('.html') ? 7 : 11,
    [constants.BROTLI_PARAM_SIZE_HINT]: body.length,
  };
  const [small, smallForOld] = await Promise.all([brotli(body, { params }), gzip(body, { level: 9 })]);
  writeFileSync(`${file}.br`, small);
  writeFileSync(`${file}.gz`, smallForOld);
}
