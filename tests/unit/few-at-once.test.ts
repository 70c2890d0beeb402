import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { fewAtOnce } from '../../src/server/intake/few-at-once.ts';

test('a few are at work at a time, in the order they came, and one that fails makes room for the next', async () => {
  const takeTurns = fewAtOnce(2);
  const begun: number[] = [];
  let atWork = 0;
  let most = 0;
  const ended = await Promise.allSettled(
    [0, 1, 2, 3, 4, 5].map((number) =>
      takeTurns(async () => {
        begun.push(number);
        atWork += 1;
        most = Math.max(most, atWork);
        await turn();
        atWork -= 1;
        if (number % 2 === 0) throw new Error('failed');
        return number;
      }),
    ),
  );
  assert.deepEqual(begun, [0, 1, 2, 3, 4, 5]);
  assert.equal(most, 2);
  assert.deepEqual(
    ended.map((one) => (one.status === 'fulfilled' ? one.value : 'failed')),
    ['failed', 1, 'failed', 3, 'failed', 5],
  );
  assert.equal(await takeTurns(() => Promise.resolve('room again')), 'room again');
});
