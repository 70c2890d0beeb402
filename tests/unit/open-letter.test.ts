import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Envelope } from '../../src/referral/envelope.ts';
import { letterFrom, type AnswerWords, type Versions } from '../../src/referral/letter.ts';

const words: AnswerWords = {
  'call-me': { label: 'Call me' },
  'reach-by': { label: 'Reach me by', choices: { phone: 'Phone call' } },
  phone: { label: 'Phone number' },
  voicemail: { label: 'Voicemail', choices: { no: 'Leave no message' } },
  'safe-when': { label: 'When it is safe' },
  'who-knows': { label: 'Who knows', choices: { nobody: 'Nobody may know' } },
  hopes: { label: 'Hopes', choices: { ask: 'To ask something', sorry: 'To hear sorry' } },
  note: { label: 'Note' },
};

function anEnvelope(differs: Partial<Envelope> = {}): Envelope {
  return {
    version: 1,
    reference: '7K2Q9FXB',
    innerCode: '0123456789AB',
    service: 'northfield',
    createdAt: '2026-11-20T10:00:00.000Z',
    role: 'harmed',
    language: 'ur',
    lane: 'normal',
    answers: { 'call-me': 'Test Person' },
    consent: { send: true, police: false, victimService: true, fallback: false },
    banners: [],
    ...differs,
  };
}

const layOut = (differs: Partial<Envelope> = {}, versions: Versions = {}) =>
  letterFrom(anEnvelope(differs), words, versions);

test('the rules of safe contact stand before the number they are about', () => {
  const { safeContact } = layOut({
    answers: {
      phone: '07700 900123',
      voicemail: 'no',
      'who-knows': 'nobody',
      'reach-by': 'phone',
      note: 'x',
    },
  });
  assert.deepEqual(
    safeContact.map((row) => row.field),
    ['reach-by', 'safe-when', 'voicemail', 'who-knows', 'phone'],
  );
});

test('every way of reaching the person stands under how to reach them, and a number is read from left to right', () => {
  const details = {
    phone: '07700 900123',
    mobile: '07700 900124',
    email: 'a@b.example',
    address: 'A street',
  };
  const { safeContact, answers } = layOut({ answers: details });
  const stated = safeContact.filter((row) => row.values.length > 0);
  assert.deepEqual(
    stated.map((row) => row.field),
    Object.keys(details),
  );
  assert.deepEqual(
    stated.map((row) => row.values[0]?.kind),
    ['code', 'code', 'code', 'typed'],
  );
  assert.deepEqual(answers, []);
});

test('a rule that was left blank is shown as blank', () => {
  const { safeContact } = layOut();
  assert.deepEqual(
    safeContact.filter((row) => row.values.length === 0).map((row) => row.field),
    ['safe-when', 'who-knows'],
  );
});

test('what a person typed is kept apart from what they chose and from numbers', () => {
  const { safeContact, answers } = layOut({
    answers: { phone: '07700 900123', 'reach-by': 'phone', note: 'ایک بات' },
  });
  const kindOf = (field: string) =>
    [...safeContact, ...answers].find((row) => row.field === field)?.values[0];
  assert.deepEqual(kindOf('phone'), { kind: 'code', text: '07700 900123' });
  assert.deepEqual(kindOf('reach-by'), { kind: 'chosen', text: 'Phone call' });
  assert.deepEqual(kindOf('note'), { kind: 'typed', text: 'ایک بات' });
});

test('answers come in the order of the form, and one the page does not know comes last instead of being lost', () => {
  const { answers } = layOut({ answers: { 'new-question': 'yes', note: 'b', hopes: ['sorry', 'later'] } });
  assert.deepEqual(
    answers.map((row) => [row.label, row.values.map((value) => value.text)]),
    [
      ['Hopes', ['To hear sorry', 'later']],
      ['Note', ['b']],
      ['new-question', ['yes']],
    ],
  );
});

test('every referral says that nobody checked who sent it', () => {
  assert.deepEqual(layOut().banners, ['unverified']);
});

test('a test, a missing kind, a held lane and other versions of the form are each said, most pressing first', () => {
  const { banners } = layOut(
    { test: true, lane: 'held', banners: ['kind-not-given', 'from-the-future'] },
    { supersedes: '00000000', supersededBy: '11111111' },
  );
  assert.deepEqual(banners, [
    'test',
    'replaced',
    'unverified',
    'kind-not-given',
    'held',
    'replaces',
    'other',
  ]);
});

test('each thing agreed to is listed, and so is each that was not', () => {
  assert.deepEqual(layOut().consents, [
    { consent: 'send', given: true },
    { consent: 'police', given: false },
    { consent: 'victimService', given: true },
    { consent: 'fallback', given: false },
  ]);
});
