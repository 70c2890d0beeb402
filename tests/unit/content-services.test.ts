/** What the site says of services and helplines can be traced to a source, and what nobody knows is not made up. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import service from '../../src/i18n/strings/en/service.json' with { type: 'json' };
import { kinds } from '../../src/referral/choices.ts';
import { routeFor } from '../../src/routing/route.ts';
import { shownOf, signpostIds } from '../../src/routing/signpost.ts';
import { readCatalogue } from '../../src/server/catalogue.ts';

const { areas, services, signposts, helplines, ...rest } = readCatalogue();
const catalogue = { areas, services, signposts, helplines, ...rest };

test('every area stands once, with its code, in England or Wales', () => {
  const codes = areas.map((area) => area.code);
  const expected = [
    ...Array.from({ length: 39 }, (_, index) => `E230000${String(index + 1).padStart(2, '0')}`),
    ...Array.from({ length: 4 }, (_, index) => `W1500000${index + 1}`),
  ];
  assert.deepEqual([...codes].sort(), expected);
  for (const { code, country, name } of areas) {
    assert.equal(country, code.startsWith('W') ? 'wales' : 'england');
    assert.equal(name.cy !== undefined, country === 'wales', `${code}: the areas of Wales have Welsh names`);
  }
});

test('318 councils each stand in one area', () => {
  const councils = areas.flatMap((area) => area.councils);
  assert.equal(councils.length, 318);
  assert.equal(new Set(councils).size, 318);
});

/** Landline, mobile, 03, 0800 and 0808 numbers, 101, 116 xxx. */
const ukNumber = /^(0[12378]\d{8,9}|08\d{8,9}|08001111|101|116\d{3})$/;

test('every phone number has the shape of a British number, a source, and no invented check', () => {
  const numbers = [
    ...services.map(({ contacts, ...entry }) => ({ ...entry, phone: contacts.phone })),
    ...areas.flatMap((area) => area.localHelp),
    ...signposts.flatMap(({ ways, ...entry }) => ways.map((way) => ({ ...entry, ...way }))),
    ...helplines,
    ...helplines.map((line) => ({ ...line, phone: line.text })),
  ];
  for (const { phone, source, checkedOn } of numbers) {
    if (phone !== null) assert.match(phone.replaceAll(' ', ''), ukNumber);
    assert.ok(source.length > 3);
    assert.equal(checkedOn, null);
  }
  // Ofcom keeps these for drama: one of them here would be an invention that slipped in.
  for (const { phone } of numbers)
    assert.doesNotMatch(phone?.replaceAll(' ', '') ?? '', /^01632|^07700900|^0808157/);
});

test('a number below high confidence is not shown until somebody has checked it, nor a name that nobody is sure of', () => {
  assert.equal(shownOf({ confidence: 'high', checkedOn: null }), 'number');
  assert.equal(shownOf({ confidence: 'medium', checkedOn: null }), 'name');
  assert.equal(shownOf({ confidence: 'low', checkedOn: null }), 'nothing');
  assert.equal(shownOf({ confidence: 'low', checkedOn: '2026-11-20' }), 'number');
});

test('a number that nobody has seen on a page or checked is never of high confidence', () => {
  const unseen = helplines.filter(
    ({ source, checkedOn }) => /general knowledge/.test(source) && checkedOn === null,
  );
  assert.ok(unseen.length > 0);
  for (const { id, confidence } of unseen) assert.notEqual(confidence, 'high', id);
});

test('nothing is said to be confirmed or promised that no service has told us', () => {
  for (const { id, status, replyWorkingDays, languages, checkedOn } of services)
    assert.deepEqual(
      { id, status, replyWorkingDays, languages, checkedOn },
      {
        id,
        status: 'unverified',
        replyWorkingDays: null,
        languages: null,
        checkedOn: null,
      },
    );
});

test('every answer a route can give has its words', () => {
  for (const id of signpostIds) assert.ok(service.signpost[id].title && service.signpost[id].text);
  for (const { id } of helplines) assert.ok(id in service.helpline.for, id);
  const why = new Set<string>();
  const notes = new Set<string>();
  for (const { code } of areas)
    for (const kind of kinds)
      for (const role of ['harmed', 'responsible'] as const)
        for (const stage of ['not-reported', 'court', 'prison'] as const) {
          const route = routeFor({ role, kind, stage, place: { kind: 'area', area: code } }, catalogue);
          why.add(route.why);
          route.notes.forEach((note) => notes.add(note));
        }
  for (const reason of why) assert.ok(reason in service.why, reason);
  for (const note of notes) assert.ok(note in service.note, note);
});

test('no entry names a person or a private address', () => {
  const text = readFileSync('src/content/services/why-me.json', 'utf8');
  assert.match(text, /info@why-me\.org/);
  const emails = services.flatMap(({ contacts }) => contacts.email ?? []);
  assert.deepEqual(emails, ['info@why-me.org']);
});
