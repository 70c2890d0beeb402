import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {
  canonicalText,
  contentText,
  NotAnEnvelopeError,
  padded,
  parseEnvelope,
  type Envelope,
} from '../../src/referral/envelope.ts';

const envelope: Envelope = {
  version: 1,
  reference: '7K2Q9FXB',
  innerCode: '7K2Q9FXB7K2Q',
  service: 'northfield',
  area: 'E23000023',
  createdAt: '2026-11-20T12:00:00.000Z',
  role: 'harmed',
  language: 'ur',
  lane: 'normal',
  answers: { callMe: 'Test Person', when: ['mornings', 'evenings'] },
  consent: { send: true, police: false, victimService: true, fallback: false },
  banners: ['kind-not-given'],
};

const bytesOf = (text: string) => new TextEncoder().encode(text);

test('a service reads back exactly what was sealed, in any script', () => {
  const text = fc.string({ unit: 'grapheme' }).map((value) => value.normalize('NFC'));
  const answers = fc.dictionary(text, fc.oneof(text, fc.array(text)));
  fc.assert(
    fc.property(answers, (given) => {
      const sent = { ...envelope, answers: given };
      const read = parseEnvelope(padded(canonicalText(sent)));
      assert.deepEqual(Object.entries(read.answers).sort(), Object.entries(given).sort());
    }),
  );
});

test('C11: a field named __proto__ is an answer like any other and changes no object', () => {
  const answers = JSON.parse('{"__proto__":"x","constructor":"y"}') as Envelope['answers'];
  const read = parseEnvelope(bytesOf(canonicalText({ ...envelope, answers })));
  assert.deepEqual(Object.keys(read.answers).sort(), ['__proto__', 'constructor']);
  assert.equal(Object.getPrototypeOf({}), Object.prototype);
});

test('equal referrals give equal text, whatever the order of the fields and however letters were typed', () => {
  const { answers, ...others } = envelope;
  const turned = { answers: { when: answers['when'] ?? '', callMe: 'Test Person' }, ...others };
  assert.equal(canonicalText(turned), canonicalText(envelope));
  const composed = { ...envelope, answers: { callMe: 'Zo\u00eb' } };
  const decomposed = { ...envelope, answers: { callMe: 'Zoe\u0308' } };
  assert.equal(canonicalText(composed), canonicalText(decomposed));
});

test('the same form posted again has the same content, and an edited answer has not', () => {
  const again: Envelope = {
    ...envelope,
    reference: '00000000',
    innerCode: '0'.repeat(12),
    createdAt: 'later',
    lane: 'held',
  };
  assert.equal(contentText(again), contentText(envelope));
  assert.notEqual(contentText({ ...envelope, answers: { callMe: 'Another' } }), contentText(envelope));
  assert.notEqual(contentText({ ...envelope, service: 'elsewhere' }), contentText(envelope));
});

test('the size says nothing within a step of 4,096 bytes', () => {
  for (const [length, size] of [
    [1, 4096],
    [4095, 4096],
    [4096, 4096],
    [4097, 8192],
  ] as const) {
    assert.equal(padded('x'.repeat(length)).length, size);
  }
  assert.equal(padded('ہ'.repeat(3000)).length, 8192);
});

test('anything that is not an envelope of this version is refused without being quoted', () => {
  const wrong = [
    '',
    'secret words',
    'null',
    '[]',
    '{}',
    JSON.stringify({ ...envelope, version: 2 }),
    JSON.stringify({ ...envelope, createdAt: 'secret' }),
    JSON.stringify({ ...envelope, createdAt: '2026-13-45T99:00:00.000Z' }),
    JSON.stringify({ ...envelope, reference: '7K2Q-9FXB' }),
    JSON.stringify({ ...envelope, innerCode: undefined }),
    JSON.stringify({ ...envelope, role: 'other' }),
    JSON.stringify({ ...envelope, answers: { callMe: 5 } }),
    JSON.stringify({ ...envelope, consent: { ...envelope.consent, send: false } }),
    JSON.stringify({ ...envelope, banners: 'none' }),
  ];
  for (const text of wrong) {
    assert.throws(
      () => parseEnvelope(bytesOf(text)),
      (error) => error instanceof NotAnEnvelopeError && !error.message.includes('secret'),
    );
  }
  assert.throws(() => parseEnvelope(Uint8Array.of(0xff, 0xfe)), NotAnEnvelopeError);
});
