import assert from 'node:assert/strict';
import { mkdtempSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { clockFrom } from '../../src/server/clock.ts';

function aClockFile(instant: string, rate: number): string {
  const file = join(mkdtempSync(join(tmpdir(), 'portal-clock-')), 'clock.json');
  writeFileSync(file, JSON.stringify({ instant, rate }));
  return file;
}

test('a clock with rate 0 stands still at its instant', () => {
  const clock = clockFrom(aClockFile('2030-01-01T00:00:00Z', 0));
  assert.equal(clock().toISOString(), '2030-01-01T00:00:00.000Z');
});

test('a clock goes at its rate from the moment its file was written', () => {
  const file = aClockFile('2030-01-01T00:00:00Z', 3600);
  const tenSecondsAgo = Date.now() / 1000 - 10;
  utimesSync(file, tenSecondsAgo, tenSecondsAgo);
  const minutes = (clockFrom(file)().getTime() - Date.parse('2030-01-01T00:00:00Z')) / 60_000;
  assert.ok(minutes > 595 && minutes < 700, String(minutes));
});

test('writing the file anew moves a clock that is already running', () => {
  const file = aClockFile('2030-01-01T00:00:00Z', 0);
  const clock = clockFrom(file);
  clock();
  writeFileSync(file, JSON.stringify({ instant: '2031-01-01T00:00:00Z', rate: 0 }));
  utimesSync(file, 1, 1);
  assert.equal(clock().getUTCFullYear(), 2031);
});

test('a file that is not a clock is refused', () => {
  assert.throws(() => clockFrom(aClockFile('tomorrow', 1)));
});
