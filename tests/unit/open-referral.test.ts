import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { padded } from '../../src/referral/envelope.ts';
import { openReferral, readRecoveryText, unlockKey } from '../../src/referral/opening.ts';
import { newKeyPair, seal, wrapIdentity, type KeyPair } from '../../src/referral/seal.ts';
import { newTrial, type Trial } from '../../src/referral/trial.ts';

const now = new Date('2026-11-20T10:00:00Z');
const passphrase = 'abandon ability able about above absent';

let own: KeyPair;
let other: KeyPair;
let keyFile: string;
let trial: Trial;

before(async () => {
  own = await newKeyPair();
  other = await newKeyPair();
  keyFile = await wrapIdentity(own.identity, passphrase, 4);
  trial = await newTrial(own.recipient, 'northfield', now);
});

test('a key file and its passphrase, with capitals and wide spaces, open a referral sealed to that key', async () => {
  const typed = ` ${passphrase.toUpperCase().replaceAll(' ', '  ')} `;
  assert.deepEqual(await unlockKey(keyFile, typed), { kind: 'unlocked', identity: own.identity });
  const opened = await openReferral(trial.sealed, own.identity, trial.reference);
  assert.equal(opened.kind === 'opened' && opened.envelope.innerCode, trial.innerCode);
});

test('F4: a wrong passphrase is told apart from a file that is no key and from a damaged key', async () => {
  assert.deepEqual(await unlockKey(keyFile, 'zoo zoo zoo zoo zoo zoo'), { kind: 'wrong-passphrase' });
  assert.deepEqual(await unlockKey('Dear colleague,', passphrase), { kind: 'not-a-key' });
  assert.deepEqual(await unlockKey('', passphrase), { kind: 'not-a-key' });
  assert.deepEqual(await unlockKey(keyFile.slice(0, -60), passphrase), { kind: 'damaged-key' });
});

test('F4: a key of somebody else does not open it, and that is said', async () => {
  assert.deepEqual(await openReferral(trial.sealed, other.identity, trial.reference), { kind: 'other-key' });
});

test('F3: a referral that was altered, cut short or added to is refused whole', async () => {
  const flipped = trial.sealed.slice();
  flipped[flipped.length - 1] = (flipped.at(-1) ?? 0) ^ 1;
  for (const damaged of [
    flipped,
    trial.sealed.slice(0, -1),
    new Uint8Array([...trial.sealed, 0]),
    new Uint8Array(),
  ]) {
    assert.deepEqual(await openReferral(damaged, own.identity, trial.reference), { kind: 'damaged' });
  }
});

test('F3: a referral put in the place of another is caught by the reference inside it', async () => {
  assert.deepEqual(await openReferral(trial.sealed, own.identity, '00000000'), { kind: 'swapped' });
});

test('sealed text that is no referral is never drawn', async () => {
  const sealed = await seal(padded('{"version":2}'), [own.recipient, other.recipient]);
  assert.deepEqual(await openReferral(sealed, own.identity, trial.reference), { kind: 'unreadable' });
});

test('the text of a recovery sheet is read with spaces, line ends and small letters, and one wrong letter is noticed', async () => {
  const typed = own.identity.toLowerCase().replace(/.{20}/g, '$& \n');
  assert.equal(await readRecoveryText(typed), own.identity);
  const last = own.identity.at(-1) === 'Q' ? 'P' : 'Q';
  assert.equal(await readRecoveryText(own.identity.slice(0, -1) + last), undefined);
  assert.equal(await readRecoveryText(own.recipient), undefined);
});
