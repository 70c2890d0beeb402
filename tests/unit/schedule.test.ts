import assert from 'node:assert/strict';
import test from 'node:test';
import { newBrake } from '../../src/server/delivery/brake.ts';
import { waitMsAfter, waitMsAfterRefusal } from '../../src/server/delivery/schedule.ts';
import { minutesAfter, noon } from '../support/sealed-referral.ts';

const minutes = (ms: number) => ms / 60_000;

test('tries come close together first, then every hour, for ever', () => {
  const waits = [1, 2, 3, 4, 5, 6, 7, 8, 100, 10_000].map((failures) => minutes(waitMsAfter(failures, 0.5)));
  assert.deepEqual(waits, [1, 2, 5, 10, 20, 40, 60, 60, 60, 60]);
  assert.equal(minutes(waitMsAfterRefusal(0.5)), 360);
});

test('no wait is more than 20 % shorter or longer than planned', () => {
  assert.equal(minutes(waitMsAfter(7, 0)), 48);
  assert.equal(minutes(waitMsAfter(7, 1)), 72);
});

test('after five broken connections in a row, one probe goes out every five minutes until one succeeds', () => {
  const brake = newBrake();
  for (let count = 0; count < 4; count++) brake.countBreak(noon);
  assert.equal(brake.allows(noon), true);
  brake.countBreak(noon);
  assert.equal(brake.allows(minutesAfter(noon, 4)), false);
  assert.equal(brake.allows(minutesAfter(noon, 5)), true);
  assert.equal(brake.allows(minutesAfter(noon, 6)), false);
  assert.equal(brake.allows(minutesAfter(noon, 10)), true);
  brake.release();
  assert.equal(brake.allows(minutesAfter(noon, 10)), true);
});

test('a connection that works in between starts the count again', () => {
  const brake = newBrake();
  for (let count = 0; count < 20; count++) {
    brake.countBreak(noon);
    if (count % 4 === 3) brake.release();
  }
  assert.equal(brake.allows(noon), true);
});

test('conversations that break off at one service alone do not put the brake on, at five services they do', () => {
  const brake = newBrake();
  for (let count = 0; count < 100; count++) brake.countBreak(noon, 'one');
  for (const service of ['two', 'three', 'four']) brake.countBreak(noon, service);
  assert.equal(brake.allows(noon), true);
  brake.countBreak(noon, 'five');
  assert.equal(brake.allows(noon), false);
  brake.release();
  brake.countBreak(noon, 'five');
  assert.equal(brake.allows(noon), true);
});

test('probes go round the services, and round again', () => {
  const brake = newBrake();
  brake.begin('one');
  assert.deepEqual(brake.probed(), [], 'nobody is probed while the brake is off');
  brake.pull(noon);
  brake.begin('one');
  brake.begin('two');
  assert.deepEqual(brake.probed(), ['one', 'two']);
  brake.begin('two');
  assert.deepEqual(brake.probed(), ['two']);
  brake.release();
  assert.deepEqual(brake.probed(), []);
});

test('a probe that found nothing to try is left for the next notice', () => {
  const brake = newBrake();
  brake.pull(noon);
  assert.equal(brake.allows(minutesAfter(noon, 5)), true);
  brake.forgo();
  assert.equal(brake.allows(minutesAfter(noon, 6)), true);
  assert.equal(brake.allows(minutesAfter(noon, 7)), false);
});

test('H2: a clock set back by years does not keep the brake on', () => {
  const brake = newBrake();
  brake.pull(noon);
  assert.equal(brake.allows(new Date('2016-11-20T12:00:00Z')), true);
});
