import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readPostcode } from '../../src/routing/postcode.ts';

/** 'sg8-8be' as 'SG8 8BE'. Undefined unless it is a whole postcode of the usual shape. */
function tidyPostcode(typed: string): string | undefined {
  const read = readPostcode(typed);
  return read.kind === 'whole' ? `${read.outCode} ${read.sector}${read.unit}` : undefined;
}

test('a postcode is read in any case, with any spacing or punctuation', () => {
  for (const typed of [
    'SG8 8BE',
    'sg88be',
    ' S G 8 8 B E ',
    'SG8-8BE',
    'sg8.8be.',
    '“SG8 8BE”',
    'SG8\u00A08BE',
    'SG8–8BE',
    'ＳＧ８ ８ＢＥ',
  ]) {
    assert.equal(tidyPostcode(typed), 'SG8 8BE', typed);
  }
});

test('O and 0, I and 1 are mended where only one of them can stand', () => {
  assert.equal(tidyPostcode('SO14 OAA'), 'SO14 0AA');
  assert.equal(tidyPostcode('S014 0AA'), 'SO14 0AA');
  assert.equal(tidyPostcode('EC1V OBW'), 'EC1V 0BW');
  assert.equal(tidyPostcode('0X1 1AA'), 'OX1 1AA');
  assert.equal(tidyPostcode('1P1 IAA'), 'IP1 1AA');
  assert.equal(tidyPostcode('MI 1AE'), 'M1 1AE');
  assert.equal(tidyPostcode('BLO 0AA'), 'BL0 0AA');
});

test('the last two letters are never mended, because a 0 or 1 there is another slip', () => {
  assert.equal(tidyPostcode('SG8 8B0'), undefined);
  assert.equal(tidyPostcode('SG8 81E'), undefined);
});

test('a postcode at the end of a pasted address is found', () => {
  for (const typed of [
    '12 High Street, Royston, SG8 8BE',
    'Flat 1\nRoyston\nSG88BE\n',
    'Royston SG8 8BE, UK',
    'My postcode is: sg8 8be.',
  ]) {
    assert.equal(tidyPostcode(typed), 'SG8 8BE', typed);
  }
  assert.deepEqual(readPostcode('Corporal Test Person, BFPO 61'), { kind: 'forces' });
});

test('the beginning of a postcode may mean more than one thing without its space, and one with it', () => {
  assert.deepEqual(readPostcode('SG88'), {
    kind: 'beginning',
    readings: [{ outCode: 'SG88' }, { outCode: 'SG8', sector: 8 }],
  });
  assert.deepEqual(readPostcode('SG8 8'), { kind: 'beginning', readings: [{ outCode: 'SG8', sector: 8 }] });
  assert.deepEqual(readPostcode('SG 8'), { kind: 'beginning', readings: [{ outCode: 'SG8' }] });
  assert.deepEqual(readPostcode('SG'), { kind: 'malformed' });
});

test('nations, forces, territories and organisations are known by their letters', () => {
  const kinds = {
    'BT1 1AA': 'nation',
    BT: 'nation',
    'JE2 3AB': 'nation',
    'GY9 1AA': 'nation',
    '1M1 1AA': 'nation',
    'BF1 2AY': 'forces',
    'BFPO 61': 'forces',
    'KY1-1001': 'overseas',
    'GX11 1AA': 'overseas',
    'ASCN 1ZZ': 'overseas',
    'FIQQ 1ZZ': 'overseas',
    'BX1 1LT': 'nongeographic',
    'GIR 0AA': 'nongeographic',
    'ZZ99 3VZ': 'no-fixed-address',
    'KY11 1AA': 'whole',
    '   ': 'empty',
    '???': 'malformed',
  };
  for (const [typed, kind] of Object.entries(kinds)) assert.equal(readPostcode(typed).kind, kind, typed);
});

const anyText = fc.oneof(fc.string(), fc.string({ unit: 'binary' }));
const nearlyPostcode = fc.stringMatching(/^[A-Z01]{1,2}[0-9OI][A-Z0-9]? ?[0-9OI][A-Z0-9]{2}$/);
const separators = fc.constantFrom('', ' ', '  ', '-', '.', '\u00A0', '–', "'", '\t');

test('tidying twice is tidying once', () => {
  fc.assert(
    fc.property(fc.oneof(anyText, nearlyPostcode), (typed) => {
      const tidy = tidyPostcode(typed);
      assert.equal(tidy === undefined ? undefined : tidyPostcode(tidy), tidy);
    }),
  );
});

test('case, spaces and punctuation never change what a whole postcode means', () => {
  const letters = fc.array(fc.tuple(fc.boolean(), separators), { minLength: 8, maxLength: 8 });
  fc.assert(
    fc.property(fc.stringMatching(/^[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}$/), letters, (postcode, changes) => {
      const compact = postcode.replace(' ', '');
      const untidy = [...compact].map((letter, position) => {
        const [isLower, separator] = changes[position] ?? [false, ''];
        return (isLower ? letter.toLowerCase() : letter) + separator;
      });
      assert.deepEqual(readPostcode(untidy.join('')), readPostcode(compact));
    }),
  );
});
