/** What the form says of a service concerns whoever reads it, and what nobody knows does not bury what somebody does. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { serviceFacts, serviceRows } from '../../src/components/find/service-rows.ts';
import { wordsIn } from '../../src/i18n/translate.ts';
import { roles } from '../../src/referral/choices.ts';
import { serviceOf } from '../../src/routing/catalogue.ts';
import { readCatalogue } from '../../src/server/catalogue.ts';

const catalogue = readCatalogue();
const t = wordsIn('en');
const said = (id: string, role: (typeof roles)[number]) => {
  const service = serviceOf(catalogue, id);
  assert.ok(service, id);
  const { known, unknown } = serviceFacts(service, role, 'en', t);
  return { known: known.flatMap(({ lines }) => lines), unknown, rows: serviceRows(service, 'en', t) };
};

test('a person who was harmed is not told what people who caused harm must know', () => {
  for (const { id } of catalogue.services) {
    const { known, unknown } = said(id, 'harmed');
    assert.doesNotMatch([...known, ...unknown].join(' '), /must ask first|who caused harm/, id);
  }
  assert.match(said('rj-west-yorkshire', 'responsible').known.join(' '), /must ask first/);
});

test('what is not known stands apart, once, and nothing else of a service is left out', () => {
  for (const { id } of catalogue.services) {
    const { known, unknown, rows } = said(id, 'talk');
    assert.doesNotMatch(known.join(' '), /We do not know/, id);
    for (const line of unknown) assert.match(line, /^We do not know/, id);
    assert.deepEqual([...known, ...unknown].sort(), rows.flatMap(({ lines }) => lines).sort(), id);
  }
  assert.ok(!said('rj-west-yorkshire', 'responsible').unknown.includes(t('service.who.responsibleNotKnown')));
});
