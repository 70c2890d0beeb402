/** What we seal and what others seal is one format: the age command and the format's own test vectors say so. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash, randomBytes, randomInt } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { inflateSync } from 'node:zlib';
import * as vectors from 'cctv-age';
import {
  newKeyPair,
  open,
  recipientOf,
  seal,
  unwrapIdentity,
  UnopenedError,
  type KeyPair,
} from '../../src/referral/seal.ts';
import { amount, isLong } from '../support/how-long.ts';
import { aFolder } from '../support/stores.ts';

/** Four ways there and back in each, so ten thousand in the long form. */
const rounds = amount(5, 2_500);

const hasAge = ['age', 'age-keygen'].every((name) => spawnSync(name, ['--version']).error === undefined);
const skip = hasAge ? false : 'the age command is not installed (on Debian: apt-get install age)';

/** What the command answers to `input`. @throws when it fails */
function run(name: string, words: readonly string[], input?: Uint8Array): Buffer {
  const { status, stdout, stderr } = spawnSync(name, words, { input, maxBuffer: 1 << 26 });
  assert.equal(status, 0, `${name}: ${stderr.toString()}`);
  return stdout;
}

/** Nothing, one byte, and lengths around the 64 KiB that age seals at a time; between them anything. */
function aText(round: number): Buffer {
  const edges = [0, 1, 4096, 65_535, 65_536, 65_537];
  return randomBytes(edges[round] ?? randomInt(200_000));
}

function foreignKeyPair(): KeyPair {
  const identity = /^AGE-SECRET-KEY-1\S+$/mu.exec(run('age-keygen', []).toString())?.[0] ?? '';
  return { identity, recipient: run('age-keygen', ['-y'], Buffer.from(identity)).toString().trim() };
}

function fileOf(t: TestContext, identity: string): string {
  const file = join(aFolder(t), 'identity.txt');
  writeFileSync(file, `${identity}\n`);
  return file;
}

test(
  'F6: what we seal the age command opens, and what it seals we open, with keys of either',
  { skip },
  async (t) => {
    const ours = await newKeyPair();
    const theirs = foreignKeyPair();
    assert.equal(await recipientOf(theirs.identity), theirs.recipient);
    assert.equal(run('age-keygen', ['-y'], Buffer.from(ours.identity)).toString().trim(), ours.recipient);
    const files = [fileOf(t, ours.identity), fileOf(t, theirs.identity)];
    for (let round = 0; round < rounds; round += 1) {
      const text = aText(round);
      const sealed = await seal(text, [ours.recipient, theirs.recipient]);
      for (const file of files) {
        assert.ok(run('age', ['--decrypt', '--identity', file], sealed).equals(text), `${text.length} bytes`);
      }
      const foreign = run('age', ['-r', ours.recipient, '-r', theirs.recipient], text);
      for (const { identity } of [ours, theirs])
        assert.deepEqual(Buffer.from(await open(foreign, identity)), text);
    }
    t.diagnostic(`figure: ${4 * rounds} ways there and back, with keys of either`);
  },
);

test('F6: every test vector of the age format opens, or is refused, as it says', async (t) => {
  let opened = 0;
  let refused = 0;
  for (const [name, bytes] of Object.entries(vectors)) {
    const vector = readVector(Buffer.from(bytes));
    // Sealed texts are neither armoured nor under a passphrase; key files, which are, have the test below.
    if (vector.isArmored || vector.identities.length === 0) continue;
    // Those of 16 MB are a thousand times larger than any referral.
    if (vector.sealed.length > 1_000_000 && !isLong) continue;
    const results = await Promise.all(vector.identities.map((identity) => tryOpen(vector.sealed, identity)));
    const text = results.find((one) => one instanceof Uint8Array);
    if (vector.expect === 'success') {
      assert.ok(text instanceof Uint8Array, `${name}: ${results.join()}`);
      assert.equal(createHash('sha256').update(text).digest('hex'), vector.payloadHash, name);
      opened += 1;
    } else {
      assert.equal(text, undefined, `${name} opens although it is not whole`);
      if (vector.expect === 'no match') assert.deepEqual([...new Set(results)], ['wrong-key'], name);
      refused += 1;
    }
  }
  assert.ok(opened >= 5 && refused >= 30, `${opened} and ${refused}`);
  t.diagnostic(`figure: ${opened} vectors open, ${refused} are refused`);
});

test('F6: every test vector of armour and passphrases that is not whole is refused as a key file', async (t) => {
  let refused = 0;
  for (const [name, bytes] of Object.entries(vectors)) {
    const { isArmored, expect, sealed, passphrase } = readVector(Buffer.from(bytes));
    if (!isArmored || expect === 'success') continue;
    const unwrapped = unwrapIdentity(sealed.toString('latin1'), passphrase ?? 'not needed');
    await assert.rejects(unwrapped, UnopenedError, name);
    refused += 1;
  }
  assert.ok(refused >= 20, String(refused));
  t.diagnostic(`figure: ${refused} key files refused`);
});

/** A vector is lines such as `expect: success`, an empty line, and a file. https://github.com/C2SP/CCTV/tree/main/age */
function readVector(vector: Buffer) {
  const end = vector.indexOf('\n\n');
  const lines = vector
    .subarray(0, end)
    .toString()
    .split('\n')
    .map((line) => line.split(/: (.*)/su));
  const all = (name: string) => lines.flatMap(([known, value = '']) => (known === name ? [value] : []));
  const file = vector.subarray(end + 2);
  return {
    expect: all('expect')[0],
    payloadHash: all('payload')[0],
    identities: all('identity'),
    passphrase: all('passphrase')[0],
    isArmored: all('armored')[0] === 'yes',
    sealed: all('compressed')[0] === 'zlib' ? inflateSync(file) : file,
  };
}

/** The text, or why it stays shut. */
async function tryOpen(sealed: Uint8Array, identity: string): Promise<Uint8Array | string> {
  try {
    return await open(sealed, identity);
  } catch (cause) {
    assert.ok(cause instanceof UnopenedError);
    return cause.reason;
  }
}
