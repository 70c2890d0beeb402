import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newClockWatch } from '../../src/server/delivery/clock-watch.ts';
import { minutesAfter, noon } from '../support/sealed-referral.ts';

/** A clock and a stopwatch that a test moves each on its own. */
function aClockWatch() {
  let clock = noon;
  let stopwatch = 0;
  const stateOf = newClockWatch(() => stopwatch);
  return (clockMinutes: number, stopwatchMinutes: number) => {
    clock = minutesAfter(clock, clockMinutes);
    stopwatch += stopwatchMinutes * 60_000;
    return stateOf(clock);
  };
}

test('a clock that goes with the stopwatch is steady, and so is one that is put right by a little', () => {
  const after = aClockWatch();
  assert.equal(after(0, 0), 'steady');
  assert.equal(after(1, 1), 'steady');
  assert.equal(after(5, 1), 'steady');
  assert.equal(after(-3, 1), 'steady');
});

test('H1: a clock that jumps ten years either way is doubted for a day', () => {
  const tenYears = 10 * 365 * 24 * 60;
  for (const jump of [tenYears, -tenYears]) {
    const after = aClockWatch();
    after(0, 0);
    assert.equal(after(jump, 1), 'jumped');
    assert.equal(after(1, 1), 'doubtful');
    assert.equal(after(23 * 60, 23 * 60), 'doubtful');
    assert.equal(after(60, 60), 'steady');
  }
});

test('a clock that jumps again is doubted for another day', () => {
  const after = aClockWatch();
  after(0, 0);
  after(60, 1);
  after(23 * 60, 23 * 60);
  assert.equal(after(-60, 1), 'jumped');
  assert.equal(after(23 * 60, 23 * 60), 'doubtful');
});
