import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { brotliCompressSync, constants } from 'node:zlib';
import { lookUp, type Lookup } from '../../src/routing/lookup.ts';
import { loadPostcodes, loadTables } from '../../src/server/intake/postcode-tables.ts';
import {
  areaByCouncil,
  codePoint2014,
  codePointZip,
  postcodes2014,
  truth2025,
  withoutRawData,
} from '../support/postcode-data.ts';

const folder = mkdtempSync(join(tmpdir(), 'postcodes-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const compile = (...options: string[]) =>
  spawnSync(process.execPath, ['scripts/postcodes.ts', ...options], { encoding: 'utf8' });

const areaOf = (found: Lookup) =>
  found.kind === 'area' ? found.area : found.kind === 'nation' ? found.nation : undefined;

test('all that the finder downloads is at most 60 KB compressed, the area table 30 KB of it', () => {
  const [areas = 0, ask = 0, near = 0, councils = 0] = [
    'areas.bin',
    'ask.bin',
    'near.bin',
    'councils.json',
  ].map((name) => {
    const params = { [constants.BROTLI_PARAM_QUALITY]: 11 };
    return brotliCompressSync(readFileSync(join('data', 'postcodes', name)), { params }).length;
  });
  assert.ok(areas <= 30 * 1024, `the area table is ${areas} bytes`);
  assert.ok(areas + ask + near + councils <= 60 * 1024, `all are ${areas + ask + near + councils} bytes`);
});

test('a folder that holds anything but tables is never replaced', () => {
  const run = compile('scripts', '--out', 'data');
  assert.equal(run.status, 1);
  assert.match(run.stderr, /holds other files: README.md/);
  assert.ok(existsSync(join('data', 'README.md')));
});

test('a command that was not meant so is misuse, and one that cannot be done is refused', () => {
  assert.equal(compile().status, 2);
  assert.equal(compile('one', 'two').status, 2);
  assert.equal(compile('x', '--no-such-option').status, 2);
  assert.equal(compile(join(folder, 'no-such-file.zip'), '--out', join(folder, 'none')).status, 1);
});

test('the command line answers one postcode, or a line for every line, as JSON', () => {
  const ask = (options: string[], input?: string) =>
    spawnSync(process.execPath, ['scripts/lookup.ts', ...options], {
      encoding: 'utf8',
      ...(input ? { input } : {}),
    });
  const one = ask(['sg8 6ad']);
  const { input, kind, area, council } = JSON.parse(one.stdout) as Record<string, unknown>;
  assert.deepEqual([input, kind, area, council], ['sg8 6ad', 'area', 'E23000023', 'E07000012']);

  const many = ask(['--stdin'], 'SG8 8\n\nBT1 1AA\n');
  const kinds = many.stdout
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as { kind: string }).kind);
  assert.deepEqual(kinds, ['choose', 'empty', 'nation']);

  assert.equal(ask([]).status, 2);
  assert.equal(ask(['SG8', '--stdin']).status, 2);
  assert.equal(ask(['SG8', '--tables', folder]).status, 1);
});

describe('with the published data', { skip: withoutRawData }, () => {
  test('the committed tables are what the command compiles, and no postcode of November 2025 is answered wrongly', async () => {
    const out = join(folder, '2025');
    const run = compile(codePointZip, '--out', out);
    assert.equal(run.status, 0, run.stderr);
    for (const name of ['areas.bin', 'ask.bin', 'near.bin', 'councils.bin', 'councils.json', 'meta.json']) {
      assert.ok(readFileSync(join(out, name)).equals(readFileSync(join('data', 'postcodes', name))), name);
    }

    const { tables, councilOf } = loadPostcodes(out);
    const areas = areaByCouncil();
    const truth = await truth2025();
    const wrong: string[] = [];
    for (const [postcode, place] of truth) {
      const isRight = areaOf(lookUp(postcode, tables)) === areas.get(place);
      const isRightCouncil = place === 'scotland' || councilOf(postcode) === place;
      if (!isRight || !isRightCouncil) wrong.push(postcode);
    }
    assert.equal(truth.size, 1_744_827);
    assert.deepEqual(wrong.slice(0, 10), []);
  });

  test('a table eleven years old is right about 91 % of new postcodes, wrong about 0.05 % at most, and asks about the rest', async (t) => {
    const out = join(folder, '2014');
    const run = compile(codePoint2014, '--out', out);
    assert.equal(run.status, 0, run.stderr);
    assert.match(run.stdout, /no coordinates/);

    const tables = loadTables(out);
    const areas = areaByCouncil();
    const known = postcodes2014();
    const counts = { new: 0, right: 0, wrong: 0, asked: 0, askedWithTruth: 0, unknown: 0 };
    for (const [postcode, place] of await truth2025()) {
      if (known.has(postcode)) continue;
      counts.new++;
      const found = lookUp(postcode, tables);
      const area = areas.get(place);
      if (areaOf(found) !== undefined) counts[areaOf(found) === area ? 'right' : 'wrong']++;
      else if (found.kind === 'choose') {
        counts.asked++;
        if (found.choices.some((choice) => choice.area === area)) counts.askedWithTruth++;
      } else counts.unknown++;
    }
    t.diagnostic(JSON.stringify(counts));
    assert.ok(counts.right >= 0.91 * counts.new, `right: ${counts.right} of ${counts.new}`);
    assert.ok(counts.wrong <= 0.0005 * counts.new, `wrong: ${counts.wrong} of ${counts.new}`);
    assert.ok(counts.askedWithTruth >= counts.asked - 1, `the truth is not among the choices`);
  });

  test('tables whose counts moved more than 2 % are refused and nothing is written, unless forced', () => {
    const out = join(folder, 'refused');
    const run = compile(codePoint2014, '--out', out, '--previous', join('data', 'postcodes'));
    assert.equal(run.status, 1);
    assert.match(run.stderr, /all: 1744827 postcodes before, 1684681 in this source/);
    assert.match(run.stdout, /postcodes lie in another area than before/);
    assert.equal(existsSync(out), false);
  });
});
