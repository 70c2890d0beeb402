import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wordlist } from '@scure/bip39/wordlists/english.js';
import { keyFileName } from '../../src/referral/key-file.ts';
import { newPassphrase } from '../../src/referral/passphrase.ts';

test('a passphrase is six words of the list, and no two are alike', () => {
  const made = Array.from({ length: 200 }, () => newPassphrase(wordlist));
  assert.equal(new Set(made).size, made.length);
  for (const passphrase of made) {
    const words = passphrase.split(' ');
    assert.equal(words.length, 6);
    assert.ok(words.every((word) => wordlist.includes(word)));
  }
});

test('every word is equally likely', () => {
  const counts = new Map<string, number>();
  const passphrases = 5_000;
  for (let made = 0; made < passphrases; made++) {
    for (const word of newPassphrase(wordlist).split(' ')) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const expected = (passphrases * 6) / wordlist.length;
  let chiSquared = 0;
  for (const word of wordlist) chiSquared += ((counts.get(word) ?? 0) - expected) ** 2 / expected;
  // 2,047 degrees of freedom: the mean is 2,047 and the deviation 64. Seven deviations do not happen by chance.
  assert.ok(chiSquared < 2047 + 7 * 64, `chi squared is ${chiSquared}`);
});

test('a list of another length, which could favour some words, is refused', () => {
  assert.throws(() => newPassphrase(wordlist.slice(1)), /2,048/);
});

test('a key file is named after service and initials, without what file systems mind', () => {
  assert.equal(keyFileName('Northfield RJ', 'AB'), 'RJ-key-Northfield-RJ-AB.txt');
  assert.equal(keyFileName('../../Ŵyddgrug & Co: "x"', 'a.b'), 'RJ-key-Ŵyddgrug-Co-x-a-b.txt');
  assert.equal(keyFileName('???', ''), 'RJ-key-x-x.txt');
});
