import assert from 'node:assert/strict';
import test from 'node:test';
import { armor, Encrypter } from 'age-encryption';
import { padded } from '../../src/referral/envelope.ts';
import {
  newKeyPair,
  open,
  recipientOf,
  seal,
  UnopenedError,
  unwrapIdentity,
  wrapIdentity,
} from '../../src/referral/seal.ts';

const unopened = (reason: string) => (error: unknown) =>
  error instanceof UnopenedError && error.reason === reason;

test('each worker of a service can open what was sealed to them both, and nobody else can', async () => {
  const [first, second, stranger] = await Promise.all([newKeyPair(), newKeyPair(), newKeyPair()]);
  const text = padded('{"a":"ظ"}');
  const sealed = await seal(text, [first.recipient, second.recipient]);

  assert.deepEqual(await open(sealed, first.identity), text);
  assert.deepEqual(await open(sealed, second.identity), text);
  await assert.rejects(open(sealed, stranger.identity), unopened('wrong-key'));
  assert.equal(Buffer.from(sealed).includes('{"a"'), false);
});

test('F5: nothing is ever sealed to fewer than two different keys, or to something that is no key', async () => {
  const [first, second] = await Promise.all([newKeyPair(), newKeyPair()]);
  const text = padded('x');
  await assert.rejects(seal(text, []));
  await assert.rejects(seal(text, [first.recipient]));
  await assert.rejects(seal(text, [first.recipient, first.recipient]));
  await assert.rejects(seal(text, [first.recipient, second.identity]));
  await assert.rejects(seal(text, [first.recipient, second.recipient.slice(0, -1)]));
});

test('F3: a sealed text that was altered, cut or added to does not open', async () => {
  const [first, second] = await Promise.all([newKeyPair(), newKeyPair()]);
  const sealed = await seal(padded('x'), [first.recipient, second.recipient]);
  const flipped = sealed.slice();
  flipped[flipped.length - 100] = (flipped[flipped.length - 100] ?? 0) ^ 1;
  for (const broken of [flipped, sealed.slice(0, -1), Uint8Array.of(...sealed, 0), new Uint8Array(0)]) {
    await assert.rejects(open(broken, first.identity), unopened('damaged'));
  }
});

test('F7: three hundred texts of different length give at most two sizes', async () => {
  const [first, second] = await Promise.all([newKeyPair(), newKeyPair()]);
  const sizes = new Set<number>();
  for (let length = 200; length < 8000; length += 26) {
    sizes.add((await seal(padded('x'.repeat(length)), [first.recipient, second.recipient])).length);
  }
  assert.equal(sizes.size, 2);
});

test('a seal that the browser refuses for its own key is tried again, another failure is not', async (t) => {
  const [first, second] = await Promise.all([newKeyPair(), newKeyPair()]);
  const real = crypto.subtle.importKey.bind(crypto.subtle);
  let calls = 0;
  t.mock.method(crypto.subtle, 'importKey', (...values: Parameters<typeof real>) => {
    calls += 1;
    if (calls === 1) throw new DOMException('first byte 0', 'DataError');
    return real(...values);
  });
  await seal(padded('x'), [first.recipient, second.recipient]);
  assert.ok(calls > 1);

  t.mock.method(crypto.subtle, 'importKey', () => {
    throw new Error('no random numbers');
  });
  await assert.rejects(seal(padded('x'), [first.recipient, second.recipient]), /no random numbers/u);
});

test('a key that some browsers would refuse is thrown away as soon as it is made', async (t) => {
  const real = crypto.getRandomValues.bind(crypto);
  let draws = 0;
  t.mock.method(crypto, 'getRandomValues', (bytes: Uint8Array<ArrayBuffer>) => {
    real(bytes);
    draws += 1;
    if (draws === 1) bytes[0] = 0;
    return bytes;
  });
  const { identity, recipient } = await newKeyPair();
  assert.equal(draws, 2);
  assert.doesNotMatch(identity, /^AGE-SECRET-KEY-1Q[QPZR]/u);
  assert.match(recipient, /^age1[0-9a-z]{58}$/u);
});

test('a key file opens with its passphrase, however it was typed on a telephone, and with no other', async () => {
  const { identity, recipient } = await newKeyPair();
  const file = await wrapIdentity(identity, 'otter lamp quiet seven maple drum', 4);
  assert.match(file, /^-----BEGIN AGE ENCRYPTED FILE-----\n/u);
  assert.doesNotMatch(file, /SECRET/u);

  const fromMail = `\uFEFF${file.replaceAll('\n', '\r\n')}\r\n`;
  assert.equal(await unwrapIdentity(fromMail, ' Otter lamp  quiet seven maple drum\n'), identity);
  assert.equal(await recipientOf(identity), recipient);
  await assert.rejects(
    unwrapIdentity(file, 'otter lamp quiet seven maple dream'),
    unopened('wrong-passphrase'),
  );
});

test('guessing a passphrase costs what the age command makes it cost', async () => {
  const file = await wrapIdentity((await newKeyPair()).identity, 'otter lamp quiet seven maple drum');
  const header = new TextDecoder().decode(armor.decode(file));
  assert.match(header, /^age-encryption\.org\/v1\n-> scrypt \S+ 18\n/u);
});

test('a file that is no key file, or a broken one, is called damaged', async () => {
  await assert.rejects(unwrapIdentity('My holiday.docx', 'a b'), unopened('damaged'));
  await assert.rejects(unwrapIdentity('', 'a b'), unopened('damaged'));
  const encrypter = new Encrypter();
  encrypter.setScryptWorkFactor(4);
  encrypter.setPassphrase('a b');
  const other = armor.encode(await encrypter.encrypt('no identity in here'));
  await assert.rejects(unwrapIdentity(other, 'a b'), unopened('damaged'));
  await assert.rejects(recipientOf('AGE-SECRET-KEY-1XX'), unopened('damaged'));
});
