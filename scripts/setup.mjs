/**
 * Everything a fresh machine needs before the first script can run: packages, and with them the pinned Node.
 *
 * Plain JavaScript without packages, because it runs on whatever Node the machine has (20 or later). `--browser` also
 * makes sure that tests find a Chromium.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const mark = join(root, 'node_modules', '.portal-setup');
process.chdir(root);

const lock = createHash('sha256')
  .update(readFileSync('package-lock.json'))
  .update(readFileSync('package.json'))
  .digest('hex');
if (!existsSync(mark) || readFileSync(mark, 'utf8') !== lock) {
  say('Installing packages (about a minute the first time) …');
  const npm = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { stdio: 'inherit' });
  if (npm.status !== 0) stop('npm ci failed. Is the package registry within reach?');
  writeFileSync(mark, lock);
}

const node = join(root, 'node_modules', '.bin', 'node');
try {
  const version = execFileSync(node, ['--version'], { encoding: 'utf8' });
  if (!version.startsWith('v26.')) stop(`The pinned Node is ${version.trim()}, and version 26 is needed.`);
} catch {
  stop(
    'The pinned Node did not install: npm must be allowed to run the install script of the package "node".',
  );
}

if (process.argv.includes('--browser')) {
  const chromium = findChromium() ?? installChromium();
  if (!chromium) {
    stop(
      'The browser tests need a Chromium. Install one (on Debian: apt-get install chromium), or set CHROMIUM_PATH to it.',
    );
  }
  mkdirSync(join(root, 'node_modules', '.cache'), { recursive: true });
  writeFileSync(join(root, 'node_modules', '.cache', 'portal-chromium'), chromium);
}

/** CHROMIUM_PATH, then Playwright's own, then the system's. */
function findChromium() {
  const candidates = [
    process.env.CHROMIUM_PATH,
    playwrightChromium(),
    ...['chromium-headless-shell', 'chromium', 'chromium-browser', 'google-chrome'].map((name) =>
      onPath(name),
    ),
  ];
  return candidates.find((path) => path && runs(path));
}

function playwrightChromium() {
  try {
    const ask = "import('playwright').then(({ chromium }) => console.log(chromium.executablePath()))";
    return execFileSync(node, ['-e', ask], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return undefined;
  }
}

function onPath(name) {
  const found = (process.env.PATH ?? '').split(':').map((folder) => join(folder, name));
  return found.find((path) => runs(path));
}

function runs(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Playwright's installer first; Debian's package where we may install one. */
function installChromium() {
  say('Looking for a Chromium for the browser tests …');
  spawnSync('npx', ['playwright', 'install', 'chromium', '--only-shell'], {
    stdio: 'ignore',
    timeout: 120_000,
  });
  if (!findChromium() && process.getuid?.() === 0 && onPath('apt-get')) {
    say("Installing Debian's Chromium (its headless shell) and the fonts of the languages …");
    spawnSync('apt-get', ['update', '-qq'], { stdio: 'ignore' });
    const packages = ['chromium-headless-shell', 'fonts-noto-core'];
    spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], {
      stdio: 'ignore',
    });
  }
  return findChromium();
}

function say(text) {
  process.stdout.write(`${text}\n`);
}

function stop(text) {
  process.stderr.write(`${text}\n`);
  process.exit(1);
}
