import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { safeguards } from '../safeguards/safeguards.ts';

const root = join(import.meta.dirname, '../..');

test('every safeguard that is taken away on purpose still stands in the code, once, and its tests are there', () => {
  for (const { name, file, take, tests } of safeguards) {
    const parts = readFileSync(join(root, file), 'utf8').split(take);
    assert.equal(parts.length, 2, `${name}: stands ${parts.length - 1} times in ${file}`);
    for (const path of tests) assert.ok(existsSync(join(root, path)), `${name}: ${path} is missing`);
  }
});
