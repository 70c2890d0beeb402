/** Ids in titles of tests lead to the catalogue of faults, and the table says what a run has shown. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';
import { isId } from '../faults/catalogue.ts';
import { claimsIn, idsOf } from '../faults/titles.ts';
import { missing, tableOf, verdicts, type Ended } from '../faults/verdict.ts';

test('every id in the title of a test is in the catalogue', () => {
  const claims = claimsIn(join(import.meta.dirname, '../..'));
  assert.ok(claims.length > 20);
  for (const { file, ids } of claims) {
    for (const id of ids) assert.ok(isId(id), `${file}: ${id}`);
  }
});

test('ids are what stands before the colon of a title, and nothing else', () => {
  assert.deepEqual(idsOf('B7, B8: a server'), ['B7', 'B8']);
  assert.deepEqual(idsOf('a server B7: says'), []);
  assert.deepEqual(idsOf('B7 a server'), []);
});

test('one failure fails an entry, and what could not be tried is only skipped', () => {
  const ended: Ended[] = [
    { title: 'A1, A2: one', outcome: 'passed', figures: ['40 kills'] },
    { title: 'A2: two', outcome: 'failed', figures: [] },
    { title: 'A3: three', outcome: 'skipped', reason: 'no cc', figures: [] },
  ];
  const rows = verdicts(ended);
  const of = (id: string) => rows.find((row) => row.id === id);
  assert.deepEqual(of('A1'), { id: 'A1', verdict: 'passed', note: '40 kills' });
  assert.equal(of('A2')?.verdict, 'failed');
  assert.deepEqual(of('A3'), { id: 'A3', verdict: 'skipped', note: 'no cc' });
  assert.equal(of('A4')?.verdict, 'no test');
  assert.deepEqual(
    missing(rows, { all: false }).map(({ id }) => id),
    ['A2'],
  );
  const all = missing(rows, { all: true }).map(({ id }) => id);
  assert.ok(all.includes('A3') && all.includes('A4') && !all.includes('A1') && !all.includes('K1'));
  assert.match(tableOf(rows), /^A3 +skipped +.*\(no cc\)$/mu);
});
