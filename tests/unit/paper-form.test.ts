/** Paper asks what the form online asks, and leads to nothing that tells of a person or a place. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { neutralAddress } from '../../src/components/print/neutral-address.ts';
import { paperGroups, type PaperQuestion } from '../../src/components/print/paper-questions.ts';
import { printedService } from '../../src/components/print/printed.ts';
import { qrSvg } from '../../src/components/print/qr.ts';
import { fieldWords } from '../../src/components/refer/field-words.ts';
import { languageCodes } from '../../src/i18n/languages.ts';
import { fieldNames, fields, type Field, type FieldName } from '../../src/referral/fields.ts';
import type { Service } from '../../src/routing/service.ts';
import { readCatalogue } from '../../src/server/catalogue.ts';

const withDetails = (question: PaperQuestion): readonly PaperQuestion[] => [
  question,
  ...question.choices.flatMap(({ under }) => under).flatMap(withDetails),
];
const questionsIn = (language: (typeof languageCodes)[number]) =>
  paperGroups(language)
    .flatMap(({ questions }) => questions)
    .flatMap(withDetails);

/** Online these decide the way or are counted; nothing of them reaches a service. */
const onlineOnly: readonly FieldName[] = ['council', 'told', 'heard'];

test('every field of the dictionary is asked on paper, but for those that mean something only online', () => {
  const asked = new Set(questionsIn('en').map(({ name }) => name));
  assert.deepEqual(
    fieldNames.filter((name) => !asked.has(name)),
    onlineOnly,
  );
  // What goes into the seal online must reach the service on paper too.
  for (const name of onlineOnly) assert.equal(fields[name].sealed, false, name);
});

test('everybody who is asked a question online finds their own answers to it, once', () => {
  for (const name of fieldNames.filter((field) => !onlineOnly.includes(field))) {
    const field: Field = fields[name];
    const versions = questionsIn('en').filter((question) => question.name === name);
    for (const role of field.roles) {
      const own = versions.filter(({ onlyFor }) => onlyFor.length === 0 || onlyFor.includes(role));
      assert.equal(own.length, 1, `${name} for ${role}`);
      const words = fieldWords('en', role, name);
      assert.deepEqual(
        own[0]?.choices.map(({ label }) => label),
        (field.choices ?? []).map((code) => words.choice?.[code]),
      );
    }
  }
});

test('the numbers of the questions are the same in every language', () => {
  const order = (language: (typeof languageCodes)[number]) =>
    questionsIn(language).map(({ name, onlyFor }) => [name, ...onlyFor]);
  for (const language of languageCodes) assert.deepEqual(order(language), order('en'), language);
});

test('no hint on paper speaks of sending or of the website', () => {
  const hints = questionsIn('en').flatMap((question) => question.hints.map(({ text }) => text));
  assert.deepEqual(
    hints.filter((text) => /characters|we can send|We only count|this site|website|press/i.test(text)),
    [],
  );
});

test('the address on paper is the first page of a language and nothing more', () => {
  const site = new URL('https://rj.example/');
  assert.deepEqual(neutralAddress(site, 'cy'), { href: 'https://rj.example/cy/', shown: 'rj.example/cy/' });
});

test('a QR code is one drawing of squares with white round it', () => {
  const svg = qrSvg('https://rj.example/en/');
  assert.match(svg, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" viewBox="0 0 (\d+) \1"/);
  const [, size = '0'] = /viewBox="0 0 (\d+)/.exec(svg) ?? [];
  const runs = [...svg.matchAll(/M(\d+) (\d+)h(\d+)v1h-\3z/g)].map(([, x, y, length]) =>
    [x, y, length].map(Number),
  );
  assert.ok(runs.length > 100);
  for (const [x = 0, y = 0, length = 0] of runs) {
    assert.ok(x >= 4 && y >= 4 && x + length <= Number(size) - 4 && y < Number(size) - 4);
  }
  // The three squares in the corners begin with a row of seven.
  assert.equal(runs.filter(([, y, length]) => y === 4 && length === 7).length, 2);
});

test('paper names a service only where a person checked it or our sources are the best', () => {
  const catalogue = readCatalogue();
  const [area] = catalogue.areas.filter(({ services }) => services.length > 0);
  const leading = catalogue.services.find(({ id }) => id === area?.services[0]);
  assert.ok(area && leading);
  const named = (change: Partial<Service>) =>
    printedService(area, { ...catalogue, services: [{ ...leading, ...change }] })?.id;
  const vague = { status: 'unverified', confidence: 'medium', checkedOn: null } as const;
  assert.equal(named(vague), undefined);
  assert.equal(named({ ...vague, confidence: 'low' }), undefined);
  assert.equal(named({ ...vague, confidence: 'high' }), leading.id);
  assert.equal(named({ ...vague, checkedOn: '2026-11-20' }), leading.id);
  assert.equal(named({ ...vague, status: 'confirmed' }), leading.id);
  assert.equal(printedService({ ...area, services: [] }, catalogue), undefined);
});
