/** People of every kind are sent to the right door. One test for each row of the routing rules. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Catalogue } from '../../src/routing/catalogue.ts';
import { routeFor, type Place, type Question, type Route } from '../../src/routing/route.ts';
import { readCatalogue } from '../../src/server/catalogue.ts';

const content = readCatalogue();
const catalogue: Catalogue = { ...content, open: content.services.map((service) => service.id) };

const area = (slug: string): Place => {
  const code = content.areas.find((one) => one.slug === slug)?.code;
  assert.ok(code, `no area ${slug}`);
  return { kind: 'area', area: code };
};

const routed = (question: Partial<Question>, known: Catalogue = catalogue): Route =>
  routeFor({ role: 'harmed', place: area('kent'), ...question }, known);

/** What stands on the page: the answer first, then what is shown beside it. */
const shown = (route: Route): string[] => [
  route.kind === 'service' ? route.service : route.signpost,
  ...route.also.map((one) => (one.kind === 'service' ? one.service : one.signpost)),
];

test('1: an adult harmed by an adult goes to the service where they live, and sees that of the place of the crime', () => {
  const route = routed({ age: 'adult', otherAge: 'adult', crimePlace: area('london') });
  assert.deepEqual(shown(route), ['rj-kent', 'calm-mediation']);
  assert.equal(route.why, 'home');
  assert.ok(route.notes.includes('crime-place-second'));
});

test('2: when the other person was under 18, youth justice comes first and the local service beside it', () => {
  assert.deepEqual(shown(routed({ otherAge: 'under-18' })), ['youth-justice', 'rj-kent']);
});

test('3: when they were under 18 but are grown up, or their order is over, the local service takes it', () => {
  for (const since of [{ otherAgeNow: 'adult' }, { stage: 'finished' }] as const)
    assert.deepEqual(shown(routed({ otherAge: 'under-18', ...since })), ['rj-kent', 'youth-justice']);
});

test('4: a child who was harmed sees Childline beside the service, and is not refused because nobody asked about age', () => {
  const route = routed({ age: 'under-18', place: area('dorset') });
  assert.deepEqual(shown(route), ['rj-dorset', 'young-people']);
  assert.ok(route.notes.includes('age-not-confirmed'));
  assert.deepEqual(route.banners, ['under-18']);

  const refused = routed({ age: 'under-18', place: area('merseyside') });
  assert.equal(refused.why, 'service-adults-only');
  assert.deepEqual(shown(refused), ['why-me', 'rj-merseyside', 'young-people']);
});

test('5: a bereaved relative goes to the service where they live, beside the Homicide Service', () => {
  const route = routed({ kind: 'bereaved', crimePlace: area('essex') });
  assert.deepEqual(shown(route), ['rj-kent', 'essex-restorative-and-mediation-service', 'bereaved']);
});

test('6: a parent, partner or witness goes to the service where they live', () => {
  assert.deepEqual(shown(routed({ place: area('thames-valley') })), ['thames-valley-rjs']);
});

test('7: a business gives the postcode of its premises and goes to the service there', () => {
  assert.deepEqual(shown(routed({ place: area('lincolnshire'), kind: 'theft' })), ['rj-lincolnshire']);
});

test('8: somebody on probation sees their service and their probation worker; domestic abuse closes kindly', () => {
  const onProbation = { role: 'responsible', stage: 'community' } as const;
  assert.deepEqual(shown(routed({ ...onProbation, kind: 'burglary' })), ['rj-kent', 'probation']);

  for (const kind of ['domestic', 'sexual', 'stalking'] as const) {
    const closed = routed({ ...onProbation, kind });
    assert.equal(shown(closed)[0], 'victim-led-only', kind);
    assert.equal(closed.form, false);
  }
});

test('9: somebody in prison asks their offender manager first, and the prison decides no area', () => {
  const inside = { role: 'responsible', kind: 'robbery' } as const;
  assert.deepEqual(shown(routed({ ...inside, stage: 'prison' })), ['prison', 'rj-kent']);
  assert.deepEqual(shown(routed({ ...inside, place: { kind: 'prison' } })), ['prison']);
  assert.deepEqual(shown(routed({ role: 'harmed', stage: 'prison' })), ['rj-kent']);
});

test('10: somebody no longer supervised goes to the service where they live', () => {
  assert.deepEqual(shown(routed({ role: 'responsible', stage: 'finished', kind: 'theft' })), ['rj-kent']);
});

test('11: a child who caused harm goes to youth justice', () => {
  const route = routed({ role: 'responsible', age: 'under-18', kind: 'damage' });
  assert.deepEqual(shown(route), ['youth-justice', 'rj-kent', 'young-people']);
});

test('12: somebody harmed here who lives elsewhere goes to the service where it happened', () => {
  const scot = routed({ place: { kind: 'nation', nation: 'scotland' }, crimePlace: area('kent') });
  assert.deepEqual(shown(scot), ['rj-kent', 'scotland']);
  assert.ok(scot.notes.includes('crime-place-not-confirmed'));
  assert.deepEqual(shown(routed({ place: { kind: 'overseas' }, crimePlace: area('london') })), [
    'calm-mediation',
    'abroad',
  ]);
  assert.deepEqual(shown(routed({ place: { kind: 'nation', nation: 'jersey' } })), ['jersey']);
  assert.deepEqual(shown(routed({ place: { kind: 'overseas' } })), ['abroad', 'national']);
});

test('13: somebody who lives here and was harmed elsewhere is shown the services there, and their own beside them', () => {
  const route = routed({ crimePlace: { kind: 'nation', nation: 'northern-ireland' } });
  assert.deepEqual(shown(route), ['northern-ireland', 'rj-kent']);
});

test('14: what happened on the railway goes to the British Transport Police', () => {
  assert.deepEqual(shown(routed({ crimePlace: { kind: 'railway' } })), ['railway', 'rj-kent']);
});

test('15: fraud without a place goes to the service where the person lives', () => {
  assert.deepEqual(shown(routed({ kind: 'fraud' })), ['rj-kent']);
});

test('16: somebody without an address chooses an area, or is helped nationally', () => {
  assert.deepEqual(shown(routed({ place: area('sussex') })), ['sussex-rj-partnership']);
  const nowhere = { kind: 'no-fixed-address' } as const;
  assert.deepEqual(shown(routed({ place: nowhere })), ['why-me']);
  assert.deepEqual(shown(routed({ place: nowhere, crimePlace: area('sussex') })), ['sussex-rj-partnership']);
});

test('17: somebody in a refuge never has to say where, and sees the domestic abuse lines', () => {
  const route = routed({ place: { kind: 'refuge' } });
  assert.deepEqual(shown(route), ['why-me', 'domestic-abuse']);
  assert.equal(route.why, 'refuge');
});

test('18: a Forces address is asked for a home area, and a student for where they live most', () => {
  assert.deepEqual(shown(routed({ place: { kind: 'forces' } })), ['forces', 'national']);
  assert.deepEqual(shown(routed({ place: area('durham') })), ['durham-restorative-hub']);
});

test('19: somebody who has moved goes to the service where they live now', () => {
  const route = routed({ place: area('cleveland'), crimePlace: area('humberside') });
  assert.deepEqual(shown(route), ['restorative-cleveland', 'humberside-rj']);
});

test('20: a professional may choose any area for the person they help', () => {
  for (const { slug, services } of content.areas.filter(({ services: ids }) => ids.length > 0)) {
    const route = routed({ role: 'helping', place: area(slug), kind: 'violence', stage: 'community' });
    assert.equal(shown(route)[0], services[0], slug);
  }
});

test('21: a dispute goes to a service that takes disputes; elsewhere council mediation stands beside it', () => {
  const dispute = { matter: 'dispute', kind: 'anti-social' } as const;
  assert.deepEqual(shown(routed({ ...dispute, place: area('essex') })), [
    'essex-restorative-and-mediation-service',
  ]);
  const notAsked = routed({ ...dispute, place: area('surrey') });
  assert.deepEqual(shown(notAsked), ['surrey-rj-hub', 'council-mediation']);
  assert.ok(notAsked.notes.includes('dispute-not-confirmed'));

  const never: Catalogue = {
    ...catalogue,
    services: catalogue.services.map((service) => ({
      ...service,
      accepts: { ...service.accepts, disputes: false },
    })),
  };
  assert.deepEqual(shown(routed(dispute, never)), ['council-mediation', 'rj-kent', 'national']);
});

test('a crime the police were never told about is not sent to a service that needs a report', () => {
  const route = routed({ place: area('cambridgeshire'), stage: 'not-reported' });
  assert.equal(route.why, 'service-needs-report');
  assert.deepEqual(shown(route), ['why-me', 'cambridgeshire-victim-and-witness-hub']);
  assert.equal(routed({ place: area('cambridgeshire'), stage: 'unknown' }).kind, 'service');
});

test('a service that waits for the sentence is still the answer, and says so', () => {
  const route = routed({ place: area('essex'), stage: 'court' });
  assert.equal(shown(route)[0], 'essex-restorative-and-mediation-service');
  assert.ok(route.notes.includes('waits-for-sentence'));
});

test('a kind of harm the service never takes leads to specialists', () => {
  const route = routed({ place: area('north-wales'), kind: 'domestic' });
  assert.deepEqual(shown(route), ['domestic-abuse', 'north-wales-police-rj', 'national']);
  assert.equal(routed({ place: area('north-wales'), kind: 'theft' }).kind, 'service');
});

test('an adult service for people who caused harm sends a child to youth justice first', () => {
  const child = { role: 'responsible', place: area('hampshire'), age: 'under-18', kind: 'theft' } as const;
  assert.deepEqual(shown(routed(child)), ['youth-justice', 'rj-hampshire', 'young-people']);
});

test('domestic abuse that the person harmed asks about is sent, with specialists beside it', () => {
  const route = routed({ kind: 'domestic' });
  assert.deepEqual(shown(route), ['rj-kent', 'domestic-abuse']);
  assert.deepEqual(route.notes, ['specialist-first']);
  assert.deepEqual(routed({ role: 'helping', kind: 'domestic' }).banners, ['side-not-given']);
});

test('a service that takes stalking from the person responsible must have said so itself', () => {
  const said: Catalogue = {
    ...catalogue,
    services: catalogue.services.map((service) => ({
      ...service,
      acceptedWhenStartedByResponsible: ['stalking' as const],
    })),
  };
  const question = { role: 'responsible', kind: 'stalking' } as const;
  assert.equal(routed(question).kind, 'signpost');
  assert.deepEqual(shown(routed(question, said)), ['rj-kent']);
});

test('somebody who caused harm and leaves the kind blank is sent under a banner', () => {
  const route = routed({ role: 'responsible' });
  assert.equal(route.kind, 'service');
  assert.deepEqual(route.banners, ['kind-not-given']);
});

test('a service that cannot receive here is still the answer, without a form', () => {
  const route = routed({}, content);
  assert.deepEqual(shown(route), ['rj-kent']);
  assert.equal(route.form, false);
  assert.deepEqual(route.notes, ['no-form']);
});

test('with nothing open, whoever says no place is shown a person to call', () => {
  const route = routed({ place: { kind: 'unsaid' } }, content);
  assert.deepEqual(shown(route), ['national']);
  assert.equal(route.why, 'place-not-said');
});

test('an area nobody knows, such as a word out of the language, is answered like any other', () => {
  for (const code of ['constructor', '__proto__', '', 'E99999999'])
    assert.equal(routed({ place: { kind: 'area', area: code } }).why, 'area-not-known');
});
