import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  confirmedFrom,
  fetchedFrom,
  handingFrom,
  offeredFrom,
} from '../../src/components/islands/open-server.ts';

test('a sealed referral arrives as bytes with what belongs to it', () => {
  const answer = {
    state: 'here',
    sealed: 'AP8=',
    reference: '7K2Q9FXB',
    supersedes: '00000000',
    acknowledged: true,
    goneOn: '2026-11-27',
  };
  assert.deepEqual(fetchedFrom(answer), {
    state: 'here',
    sealed: new Uint8Array([0, 255]),
    acknowledged: true,
    goneOn: '2026-11-27',
    mayBeHandedOn: false,
    versions: { supersedes: '00000000' },
  });
});

test('a referral that is gone or unknown is told apart from a site that does not answer', () => {
  assert.deepEqual(fetchedFrom({ state: 'gone' }), { state: 'gone' });
  assert.deepEqual(fetchedFrom({ state: 'withdrawn' }), { state: 'withdrawn' });
  assert.deepEqual(fetchedFrom({ state: 'unknown' }), { state: 'unknown' });
  for (const nothing of [
    undefined,
    null,
    '',
    'here',
    {},
    { state: 'here' },
    { state: 'here', sealed: '§' },
  ]) {
    assert.deepEqual(fetchedFrom(nothing), { state: 'unreachable' });
  }
});

test('only the two words for it count as a confirmation', () => {
  assert.deepEqual(confirmedFrom({ state: 'acknowledged', goneOn: '2026-11-27' }), {
    state: 'acknowledged',
    goneOn: '2026-11-27',
  });
  assert.deepEqual(confirmedFrom({ state: 'already' }), { state: 'already' });
  for (const state of ['wrong-code', 'locked', 'withdrawn', 'unknown'] as const) {
    assert.deepEqual(confirmedFrom({ state }), { state });
  }
  for (const nothing of [undefined, {}, { state: 'failed' }, { state: 'here' }]) {
    assert.deepEqual(confirmedFrom(nothing), { state: 'unreachable' });
  }
});

test('a referral that was handed on says where it is, whichever call was made', () => {
  const answer = { state: 'handed-on', to: 'southmoor', acknowledged: true };
  for (const read of [fetchedFrom, offeredFrom, handingFrom]) assert.deepEqual(read(answer), answer);
  assert.deepEqual(handingFrom({ state: 'handed-on', to: 7 }), {
    state: 'handed-on',
    to: '',
    acknowledged: false,
  });
});

test('only services with their keys are offered, and an answer of another shape is no answer', () => {
  const service = { service: 'southmoor', recipients: ['age1a', 'age1b'] };
  const broken = [{ service: 7, recipients: [] }, { service: 'x' }, { service: 'y', recipients: [1] }, null];
  assert.deepEqual(offeredFrom({ state: 'here', services: [service, ...broken] }), {
    state: 'here',
    receivers: [service],
  });
  for (const nothing of [undefined, null, 'here', {}, { state: 'here' }, { state: 'here', services: {} }]) {
    assert.deepEqual(offeredFrom(nothing), { state: 'unreachable' });
    assert.deepEqual(handingFrom(nothing), { state: 'unreachable' });
  }
  assert.deepEqual(handingFrom({ state: 'keys-changed' }), { state: 'keys-changed' });
  assert.deepEqual(handingFrom({ state: 'failed' }), { state: 'unreachable' });
});
