import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readStep, sealedAnswers, type Form } from '../../src/referral/referral.ts';
import { parseForm } from '../../src/server/intake/http/read-form.ts';

const form = (fields: Readonly<Record<string, string | readonly string[]>>): Form =>
  new Map(Object.entries(fields).map(([name, value]) => [name, [value].flat()]));

const harmed = { 'call-me': 'Sam', 'reach-by': 'email', email: 'sam@mail.example', 'consent-send': 'yes' };
const read = (fields: Readonly<Record<string, string | readonly string[]>>) =>
  readStep(form(fields), 'harmed', 'answers');

test('a name, one safe way and consent are enough', () => {
  assert.deepEqual(read(harmed).problems, []);
});

test('an empty form says all that is missing, in the order of the form', () => {
  assert.deepEqual(read({}).problems, [
    { field: 'call-me', reason: 'missing' },
    { field: 'reach-by', reason: 'missing' },
    { field: 'consent-send', reason: 'missing' },
  ]);
});

test('the way a person chose needs its own detail, and only that', () => {
  const problems = (fields: object) => read({ ...harmed, ...fields }).problems;
  assert.deepEqual(problems({ 'reach-by': 'phone' }), [
    { field: 'phone', reason: 'missing' },
    { field: 'voicemail', reason: 'missing' },
  ]);
  assert.deepEqual(problems({ 'reach-by': 'text', mobile: '01632 9601' }), [
    { field: 'mobile', reason: 'malformed' },
  ]);
  assert.deepEqual(problems({ 'reach-by': 'text', mobile: '+44 (0)1632-960 123' }), []);
  assert.deepEqual(problems({ 'reach-by': 'letter', address: 'here' }), [
    { field: 'address', reason: 'malformed' },
  ]);
  assert.deepEqual(problems({ email: 'sam at mail' }), [{ field: 'email', reason: 'malformed' }]);
});

test('a detail of a way that was not chosen is not sealed', () => {
  const { answers } = read({
    ...harmed,
    phone: '01632 960 123',
    address: '1 Test Street, Testham',
    voicemail: 'yes',
  });
  assert.deepEqual(Object.keys(sealedAnswers(answers)), ['call-me', 'reach-by', 'email']);
});

test('what is only counted, or only routes, is not sealed', () => {
  const { answers } = read({ ...harmed, told: 'no', heard: 'print' });
  assert.equal(answers.told, 'no');
  assert.ok(!('told' in sealedAnswers(answers)) && !('consent-send' in sealedAnswers(answers)));
});

test('C12: 500 four-byte characters fit, and 501 are too long', () => {
  assert.deepEqual(read({ ...harmed, note: '😀'.repeat(500) }).problems, []);
  assert.deepEqual(read({ ...harmed, note: '😀'.repeat(501) }).problems, [
    { field: 'note', reason: 'too-long' },
  ]);
});

test('C7: controls, line breaks and direction overrides leave a one-line answer; joiners stay', () => {
  const { answers } = read({ ...harmed, 'call-me': 'Sa\u0000m\r\nRCPT TO:\u202Ex\u2066 نیم\u200Cفاصله' });
  assert.equal(answers['call-me'], 'Sam RCPT TO:x نیم\u200Cفاصله');
});

test('C12: a lone surrogate becomes the replacement character, so that what is sealed is what is read back', () => {
  assert.equal(read({ ...harmed, note: 'a\uD800b' }).answers.note, 'a\uFFFDb');
});

test('C11: names that are not ours, repeats and __proto__ change nothing', () => {
  const posted = parseForm('__proto__=x&constructor=y&call-me=Sam&call-me=Eve&their-name=Bob&a[]=1');
  const { answers } = readStep(posted, 'harmed', 'answers');
  assert.deepEqual(answers, { 'call-me': 'Sam' });
  assert.equal(({} as Record<string, unknown>)['x'], undefined);
});

test('a code that is not in a list is a problem, and several codes keep only the known ones', () => {
  assert.deepEqual(read({ ...harmed, kind: 'arson' }).problems, [{ field: 'kind', reason: 'not-listed' }]);
  assert.deepEqual(read({ ...harmed, hopes: ['ask', 'money', 'sorry'] }).answers.hopes, ['ask', 'sorry']);
});

test('somebody who wants to talk first is asked nothing about what happened', () => {
  const { answers } = readStep(
    form({ ...harmed, kind: 'theft', stage: 'court', told: 'yes' }),
    'talk',
    'answers',
  );
  assert.deepEqual(Object.keys(answers), ['call-me', 'reach-by', 'email', 'consent-send']);
});

test('reading never throws, whatever was posted', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 400 }),
      fc.constantFrom('harmed', 'responsible', 'helping', 'talk'),
      (text, role) => {
        const posted = form({
          'call-me': text,
          'reach-by': text,
          phone: text,
          note: text,
          hopes: [text, text],
          kind: text,
        });
        readStep(posted, role, 'answers');
        readStep(posted, role, 'where');
      },
    ),
  );
});

test('C13: a hundred kilobytes of anything is read in a moment', () => {
  const long = ['a@'.repeat(50_000), '0'.repeat(100_000), ' '.repeat(100_000), 'á'.repeat(50_000)];
  const started = performance.now();
  for (const text of long) read({ ...harmed, 'reach-by': 'email', email: text, 'call-me': text, note: text });
  assert.ok(performance.now() - started < 2_000);
});
