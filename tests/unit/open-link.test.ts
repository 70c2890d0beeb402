import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readLink } from '../../src/referral/link.ts';

const capability = '0123456789abcdef0123456789abcdef';
const whole = { kind: 'link', link: { reference: '7K2Q9FXB', capability } };

test('a link from a notice gives the reference and the capability', () => {
  assert.deepEqual(readLink(`#7K2Q9FXB.${capability}`), whole);
  assert.deepEqual(readLink(`#7K2Q-9FXB.${capability}`), whole);
});

test('a full stop or bracket that a mail program put after the link does no harm', () => {
  for (const after of ['.', '>', ').']) {
    assert.deepEqual(readLink(`#7K2Q-9FXB.${capability}${after}`), whole, after);
  }
});

test('a link that lost a part is told apart from no link at all', () => {
  assert.deepEqual(readLink(''), { kind: 'none' });
  assert.deepEqual(readLink('#'), { kind: 'none' });
  for (const broken of [
    '7K2Q-9FXB',
    `7K2Q-9FXB.${capability.slice(0, 31)}`,
    `.${capability}`,
    `7K2Q.${capability}`,
  ]) {
    assert.deepEqual(readLink(`#${broken}`), { kind: 'broken' }, broken);
  }
});

test('a link with more in it than a notice ever has is refused', () => {
  assert.deepEqual(readLink(`#7K2Q-9FXB.${capability}.${capability}`), { kind: 'broken' });
  assert.deepEqual(readLink(`#7K2Q-9FXB.${capability}0`), { kind: 'broken' });
});
