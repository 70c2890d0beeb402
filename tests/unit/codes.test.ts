import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { codeFrom, newInnerCode, newReference, showCode, tidyCode } from '../../src/referral/codes.ts';

test('G12: a code read aloud and typed back by a hurried person is still the same code', () => {
  for (const typed of [
    '7K2Q-9FXB',
    '7k2q 9fxb',
    ' 7K2Q–9FXB ',
    '7K2Q9FXB',
    '7k-2q-9f-xb',
    '7K2Q\u200b9FXB',
    '７Ｋ２Ｑ９ＦＸＢ',
  ]) {
    assert.equal(tidyCode(typed, 8), '7K2Q9FXB');
  }
  assert.equal(tidyCode('oOiI lL01', 8), '00111101');
});

test('what is no code of that length is refused, whatever its size', () => {
  for (const typed of [
    '',
    '7K2Q-9FX',
    '7K2Q-9FXBB',
    '7K2Q-9FXU',
    '7K2Q-9FX!',
    'ЖK2Q9FXB',
    '0'.repeat(100_000),
  ]) {
    assert.equal(tidyCode(typed, 8), undefined);
  }
});

test('a code shown in groups and typed as shown is the same code', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 10, maxLength: 10 }), (bytes) => {
      const code = codeFrom(bytes, 16);
      assert.match(showCode(code), /^(?:[0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/u);
      assert.equal(tidyCode(showCode(code).toLowerCase(), 16), code);
    }),
  );
});

test('every bit of the bytes is in the code', () => {
  assert.equal(codeFrom(new Uint8Array(10), 16), '0'.repeat(16));
  assert.equal(codeFrom(new Uint8Array(10).fill(255), 16), 'Z'.repeat(16));
  assert.equal(codeFrom(Uint8Array.of(0b00001_000, 0b10_00011_0, 0b0100_0000), 4), '1234');
});

test('new codes are long enough and never repeat', () => {
  const references = new Set(Array.from({ length: 2000 }, newReference));
  assert.equal(references.size, 2000);
  assert.match(newReference(), /^[0-9A-HJKMNP-TV-Z]{8}$/u);
  assert.match(newInnerCode(), /^[0-9A-HJKMNP-TV-Z]{12}$/u);
});
