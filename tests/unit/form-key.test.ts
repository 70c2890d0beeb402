import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newFormKey, readFormKey, receiptFor } from '../../src/server/intake/form-key.ts';
import { secretsFrom } from '../../src/server/secrets.ts';

const secrets = secretsFrom('ab'.repeat(32));
const noon = new Date('2026-11-20T12:00:00Z');
const hours = (count: number) => new Date(noon.getTime() + count * 3_600_000);

test('H4: a form key is good for 48 hours and a little ahead of its time', () => {
  const typed = newFormKey(secrets, noon);
  assert.ok(readFormKey(typed, secrets, hours(47.9)));
  assert.ok(readFormKey(typed, secrets, hours(-0.2)));
  assert.equal(readFormKey(typed, secrets, hours(48.1)), undefined);
  assert.equal(readFormKey(typed, secrets, hours(-1)), undefined);
});

test('a missing, altered or foreign form key is none', () => {
  const typed = newFormKey(secrets, noon);
  for (const other of [
    undefined,
    '',
    'x',
    'a.b.c',
    `${typed}.x`,
    typed.replace(/^./, (first) => (first === '0' ? '1' : '0')),
  ]) {
    assert.equal(readFormKey(other, secrets, noon), undefined);
  }
  assert.equal(readFormKey(typed, secretsFrom('cd'.repeat(32)), noon), undefined);
});

test('G11: the receipt is the same whenever the same form is sent, and different for another', () => {
  const [one, two] = [newFormKey(secrets, noon), newFormKey(secrets, noon)].map((typed) =>
    readFormKey(typed, secrets, noon),
  );
  assert.ok(one && two);
  assert.equal(receiptFor(one, secrets), receiptFor(one, secrets));
  assert.notEqual(receiptFor(one, secrets), receiptFor(two, secrets));
  assert.match(receiptFor(one, secrets), /^[0-9A-HJKMNP-TV-Z]{16}$/);
});
