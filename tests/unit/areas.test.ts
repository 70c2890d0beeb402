/** The page of every area can be drawn, tells what is known, and says what is not; every council leads to one of them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { areaIndex } from '../../src/components/find/area-index.ts';
import { areaPage, areaPath, type Council, type KnownAreas } from '../../src/components/find/area-page.ts';
import { areaEntry } from '../../src/content/schemas.ts';
import { languageCodes } from '../../src/i18n/languages.ts';
import type { Area } from '../../src/routing/area.ts';
import { readCatalogue } from '../../src/server/catalogue.ts';
import councilsJson from '../../data/postcodes/councils.json' with { type: 'json' };

const councils: Readonly<Record<string, Council>> = councilsJson;
const catalogue = readCatalogue();
const known: KnownAreas = { catalogue, councils };
const day = '2026-11-20';

function area(slug: string): Area {
  const found = catalogue.areas.find((one) => one.slug === slug);
  assert.ok(found, slug);
  return found;
}
const facts = catalogue.areas.flatMap(({ slug, country, localFacts = [] }) =>
  localFacts.map((fact) => ({ slug, country, ...fact })),
);

test('every area has its page in every language, at an address that is plain to type', () => {
  assert.equal(catalogue.areas.length, 43);
  for (const one of catalogue.areas) {
    assert.match(one.slug, /^[a-z]+(-[a-z]+)*$/);
    for (const language of languageCodes) {
      const page = areaPage(one, known, language, day);
      assert.equal(areaPath(one, language), `/${language}/areas/${one.slug}/`);
      assert.ok(page.title && page.name.text && page.body);
      assert.equal(page.neighbours.length, one.neighbours.length);
      assert.equal(page.councils.length, one.councils.length);
      assert.equal(page.services.length, one.services.length);
    }
  }
});

test('no page is without a person to call or write to', () => {
  for (const one of catalogue.areas) {
    const { services, national, needsPhone, local } = areaPage(one, known, 'en', day);
    for (const { way } of local) assert.ok(way.phone ?? way.email ?? way.website, way.name);
    const reached = services.some(({ reachable, unsure }) => reachable && !unsure);
    assert.ok(reached || (national?.ways.length ?? 0) > 0, one.slug);
    const sure = services.filter(({ unsure }) => !unsure).flatMap(({ card }) => card.ways);
    assert.equal(
      needsPhone,
      sure.every(({ phone }) => phone === null),
      one.slug,
    );
  }
  assert.equal(areaPage(area('kent'), known, 'en', day).national, undefined);
  assert.ok(areaPage(area('gwent'), known, 'en', day).national, 'no service is known there');
  assert.ok(areaPage(area('london'), known, 'en', day).national, 'its service is not known for certain');
  assert.ok(
    areaPage(area('west-midlands'), known, 'en', day).national,
    'nobody knows how to reach its service',
  );
});

test('every council of England and Wales stands in one area, the one that postcodes lead to', () => {
  const here = Object.entries(councils).filter(([code]) => /^[EW]/.test(code));
  assert.equal(here.length, 318);
  for (const [code, { area: expected, name }] of here) {
    const areas = catalogue.areas.filter((one) => one.councils.includes(code));
    assert.deepEqual(
      areas.map((one) => one.code),
      [expected],
      name,
    );
  }
});

test('the index leads from every council to its area, in the language of the reader', () => {
  for (const language of languageCodes) {
    const countries = areaIndex(known, language);
    const links = countries.flatMap((country) => country.councils);
    assert.equal(links.length, 318);
    assert.equal(countries.flatMap((country) => country.areas).length, 43);
    const pages = new Set(catalogue.areas.map((one) => areaPath(one, language)));
    assert.deepEqual(
      links.filter(({ href }) => !pages.has(href)),
      [],
    );
  }
  const find = (language: 'en' | 'cy', text: string) =>
    areaIndex(known, language)
      .flatMap((country) => country.councils)
      .find((link) => link.text === text)?.href;
  assert.equal(find('en', 'Cardiff'), '/en/areas/south-wales/');
  assert.equal(find('cy', 'Caerdydd'), '/cy/areas/south-wales/');
});

test('readers of Welsh find Wales first, and English names are marked where they are foreign', () => {
  const marks = (language: 'en' | 'cy' | 'ur') =>
    areaIndex(known, language).map(({ country, lang }) => [country, lang]);
  assert.deepEqual(marks('en'), [
    ['england', undefined],
    ['wales', undefined],
  ]);
  assert.deepEqual(marks('cy'), [
    ['wales', undefined],
    ['england', 'en'],
  ]);
  assert.deepEqual(marks('ur'), [
    ['england', 'en'],
    ['wales', 'en'],
  ]);
});

test('a Welsh title says the name with its own “in”, and other names stand by themselves', () => {
  assert.equal(areaPage(area('gwent'), known, 'cy', day).title, 'Gwasanaethau yng Ngwent');
  assert.equal(areaPage(area('kent'), known, 'cy', day).title, 'Gwasanaethau: Kent');
  assert.equal(areaPage(area('gwent'), known, 'en', day).title, 'Services in Gwent');
});

test('English names of services and bodies are marked on a page in another language', () => {
  const page = areaPage(area('greater-manchester'), known, 'pl', day);
  assert.deepEqual(page.name, { text: 'Greater Manchester', lang: 'en' });
  assert.deepEqual(page.body?.called.at(-1), { text: 'Mayor of Greater Manchester', lang: 'en' });
  assert.equal(page.body?.called.length, 2);
  assert.equal(areaPage(area('greater-manchester'), known, 'en', day).body?.called.length, 1);
  const runBy = areaPage(area('avon-and-somerset'), known, 'ur', day)
    .services.flatMap(({ rows }) => rows)
    .flatMap(({ values }) => values)
    .find(({ text }) => text === 'Resolve West');
  assert.equal(runBy?.lang, 'en');
});

test('a harm that a service does not take at all is not also said to be taken when the person harmed asks', () => {
  const notTaken = (slug: string) =>
    areaPage(area(slug), known, 'en', day)
      .services[0]?.rows.slice(1, 3)
      .map(({ label, values }) => [label, ...values.map(({ text }) => text)]);
  assert.deepEqual(notTaken('north-wales'), [
    [
      'What it does not take',
      'It does not take: Domestic abuse',
      'It does not take: Sexual violence or abuse',
    ],
    ['If you caused the harm', 'The person who was harmed must ask first: Stalking'],
  ]);
  const [, ifResponsible] = notTaken('kent') ?? [];
  assert.match(ifResponsible?.join() ?? '', /^If you caused the harm,.*domestic abuse, sexual harm, and/);
});

test('a commissioner is said to end in May 2028, and is not named after it', () => {
  assert.match(
    areaPage(area('kent'), known, 'en', day).body?.ends ?? '',
    /plans .* May 2028.* mayor or a board/,
  );
  // Nobody has said who does this in Wales then.
  assert.match(areaPage(area('gwent'), known, 'en', day).body?.ends ?? '', /plans .* May 2028.* do not know/);
  assert.equal(areaPage(area('kent'), known, 'en', '2028-06-01').body, undefined);
  assert.equal(areaPage(area('london'), known, 'en', day).body?.ends, undefined);
});

test('a service that has ended is not on the page of its area', () => {
  const services = catalogue.services.map((service) => ({ ...service, validTo: '2027-04-01' }));
  const later = { ...known, catalogue: { ...catalogue, services } };
  assert.equal(areaPage(area('kent'), later, 'en', '2027-03-31').services.length, 1);
  assert.equal(areaPage(area('kent'), later, 'en', '2027-04-01').services.length, 0);
});

test('what is known of one area only has a source, and no check that nobody made', () => {
  assert.ok(facts.length > 0);
  for (const { slug, source, checkedOn } of facts) {
    assert.ok(source.length > 3, slug);
    assert.equal(checkedOn, null, slug);
  }
});

test('the areas of Wales say it in Welsh too', () => {
  const english = facts.filter(({ country, says }) => country === 'wales' && says.cy === undefined);
  assert.deepEqual(english, []);
});

test('a figure, and a note that a service is busy, are refused without their date', () => {
  const { slug: _, ...entry } = area('kent');
  const fact = {
    says: { en: 'Something of 2025.' },
    website: null,
    source: 'its own pages',
    evidenceDate: null,
    checkedOn: null,
    confidence: 'high',
  };
  const taken = (change: object) =>
    areaEntry.safeParse({ ...entry, localFacts: [{ ...fact, ...change }] }).success;
  assert.equal(taken({ kind: 'practice' }), true);
  assert.equal(taken({ kind: 'figure' }), false);
  assert.equal(taken({ kind: 'busy' }), false);
  assert.equal(taken({ kind: 'busy', evidenceDate: '2026-11-03' }), true);
  assert.equal(taken({ kind: 'practice', source: '' }), false);
});

test('a fact without a translation is shown in English, marked, and a busy note stands apart', () => {
  const busy = {
    kind: 'busy',
    says: { en: 'People wait about six weeks.' },
    website: null,
    source: 'its own pages',
    evidenceDate: '2026-11-03',
    checkedOn: null,
    confidence: 'medium',
  } as const;
  const page = areaPage({ ...area('essex'), localFacts: [busy] }, known, 'pl', day);
  assert.deepEqual(page.facts, []);
  assert.deepEqual(page.busy[0]?.says, { text: busy.says.en, lang: 'en' });
  assert.match(page.busy[0]?.about.join(' ') ?? '', /3 listopada 2026/);
});
