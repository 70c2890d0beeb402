/** Nobody falls through: whatever a person says, there is exactly one answer, and somebody to reach. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ages, kinds, matters, otherAges, roles, stages } from '../../src/referral/choices.ts';
import { serviceOf, signpostOf, type Catalogue } from '../../src/routing/catalogue.ts';
import { routeFor, type Place, type Question } from '../../src/routing/route.ts';
import { nations } from '../../src/routing/table.ts';
import { signpostIds } from '../../src/routing/signpost.ts';
import { readCatalogue } from '../../src/server/catalogue.ts';

const content = readCatalogue();
const everybodyOpen: Catalogue = { ...content, open: content.services.map((service) => service.id) };
const blank = undefined;

test('there are 43 areas, and at least 32 of them end at a service with a name', () => {
  assert.equal(content.areas.length, 43);
  const named = content.areas.filter(({ code }) => {
    const route = routeFor({ role: 'harmed', place: { kind: 'area', area: code } }, content);
    return route.kind === 'service' && serviceOf(content, route.service)?.areas.includes(code);
  });
  assert.ok(named.length >= 32, `only ${named.length}`);
});

const kent: Place = { kind: 'area', area: 'E23000032' };
const placesWithoutArea: readonly Place[] = [
  ...nations.map((nation) => ({ kind: 'nation', nation }) as const),
  ...(['overseas', 'forces', 'railway', 'prison', 'no-fixed-address', 'refuge', 'unsaid'] as const).map(
    (kind) => ({ kind }) as const,
  ),
];

/** Everything a person can say besides the place: 4 roles, 3 ages, 4 ages of the other, 9 stages, 16 kinds. */
const saidBesides: readonly Omit<Question, 'place'>[] = roles.flatMap((role) =>
  [blank, ...ages].flatMap((age) =>
    [blank, ...otherAges].flatMap((otherAge) =>
      [blank, ...stages].flatMap((stage) =>
        [blank, ...kinds].map((kind) => ({
          role,
          ...(age && { age }),
          ...(otherAge && { otherAge }),
          ...(stage && { stage }),
          ...(kind && { kind }),
        })),
      ),
    ),
  ),
);

for (const [open, catalogue] of [
  ['no service can receive', content],
  ['every service can receive', everybodyOpen],
] as const) {
  const ids = new Set(catalogue.services.map((service) => service.id));

  test(`every area, role, age, stage and kind ends at one service or one signpost when ${open}`, () => {
    assert.equal(saidBesides.length, 4 * 3 * 4 * 9 * 16);
    for (const { code } of catalogue.areas) {
      const place: Place = { kind: 'area', area: code };
      for (const said of saidBesides) checkOne({ ...said, place }, ids, catalogue);
    }
  });

  test(`people without an area end at one service or one signpost when ${open}`, () => {
    for (const place of placesWithoutArea)
      for (const said of saidBesides) checkOne({ ...said, place }, ids, catalogue);
  });

  test(`so does everybody who says where it happened, or that it may be no crime, when ${open}`, () => {
    for (const place of [kent, ...placesWithoutArea])
      for (const crimePlace of [kent, ...placesWithoutArea])
        for (const matter of matters)
          for (const role of roles) {
            checkOne({ role, place, crimePlace, matter }, ids, catalogue);
            checkOne({ role, place, crimePlace, matter, kind: 'anti-social' }, ids, catalogue);
          }
  });
}

function checkOne(question: Question, services: ReadonlySet<string>, catalogue: Catalogue) {
  const route = routeFor(question, catalogue);
  const say = () => JSON.stringify({ question, route });
  const isService = 'service' in route;
  const isSignpost = 'signpost' in route;
  // Plain comparisons: a million assert calls would take minutes.
  if (isService === isSignpost) assert.fail(`not exactly one end: ${say()}`);
  if (isService && !services.has(route.service)) assert.fail(`no such service: ${say()}`);
  if (isSignpost && !signpostIds.includes(route.signpost)) assert.fail(`no such signpost: ${say()}`);
  if (isService && route.form !== catalogue.open.includes(route.service)) assert.fail(`form: ${say()}`);
  if (isSignpost && route.form) assert.fail(`a signpost with a form: ${say()}`);
  const guarded = question.kind === 'domestic' || question.kind === 'sexual' || question.kind === 'stalking';
  if (question.role === 'responsible' && guarded && isService) assert.fail(`sent unasked: ${say()}`);
  if (question.role === 'responsible' && !question.kind && !route.banners.includes('kind-not-given'))
    assert.fail(`no banner: ${say()}`);
}

test('every signpost has a way to reach a person, also when unchecked numbers are hidden', () => {
  for (const id of signpostIds) {
    const { ways, helplines } = signpostOf(content, id);
    const reachable =
      ways.some(({ phone, email, website }) => phone ?? email ?? website) ||
      content.helplines.some((line) => helplines.includes(line.id) && line.confidence === 'high');
    assert.ok(reachable, id);
  }
});
