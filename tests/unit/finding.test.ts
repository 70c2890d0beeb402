/** The finder: from what a person gives it to a place, a question, or something to put right. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findData } from '../../src/components/find/find-data.ts';
import service from '../../src/i18n/strings/en/service.json' with { type: 'json' };
import { findingFor } from '../../src/routing/finding.ts';
import { shownOf } from '../../src/routing/signpost.ts';
import { nations, split, type OutCode, type Tables } from '../../src/routing/table.ts';
import { readCatalogue } from '../../src/server/catalogue.ts';

const allSectors = 0b11_1111_1111;
const outCode = (value: number, more: Partial<OutCode> = {}): OutCode => ({
  value,
  listed: allSectors,
  sectors: [],
  retired: false,
  ...more,
});

/** A small country: KT1 lies in Kent, SG8 on a border, TD5 in Scotland, LS99 is out of use. */
const tables: Tables = {
  areas: {
    source: { name: 'made for a test', date: '2025-11' },
    values: ['E23000032', 'scotland', 'E23000010'],
    outCodes: new Map([
      ['KT1', outCode(0)],
      ['SG8', outCode(split)],
      ['TD5', outCode(1)],
      ['LS99', outCode(2, { retired: true })],
    ]),
  },
  choices: new Map([
    [
      'SG8',
      [
        { council: 'E07000012', area: 'E23000023' },
        { council: 'E07000008', area: 'E23000023' },
        { council: 'E07000099', area: 'E23000027' },
      ],
    ],
  ]),
  neighbours: new Map(),
};

test('a postcode leads to its area, in whatever way it is typed', () => {
  for (const postcode of ['KT1 1AA', ' kt11aa ', 'kt1-1aa'])
    assert.deepEqual(findingFor({ postcode }, tables), {
      kind: 'place',
      place: 'E23000032',
      neighbours: [],
      sure: true,
    });
});

test('a beginning, or a postcode out of use, leads to an area that the person is asked to check', () => {
  for (const postcode of ['KT1', 'LS99 1AA']) {
    const found = findingFor({ postcode }, tables);
    assert.ok(found.kind === 'place' && !found.sure, postcode);
  }
});

test('on a border the council is asked for, and what the person answers decides', () => {
  const postcode = 'SG8';
  const asks = findingFor({ postcode }, tables);
  assert.ok(asks.kind === 'council' && !asks.missing);
  assert.equal(asks.choices.length, 3);

  const unanswered = findingFor({ postcode, council: '' }, tables);
  assert.ok(unanswered.kind === 'council' && unanswered.missing);

  const answered = findingFor({ postcode, council: 'E07000099' }, tables);
  assert.ok(answered.kind === 'place' && answered.place === 'E23000027' && answered.council === 'E07000099');

  // A council from elsewhere is no answer to this question.
  assert.equal(findingFor({ postcode, council: 'E09000001' }, tables).kind, 'council');
});

test('somebody who does not know their council either sees each area it may be, once', () => {
  assert.deepEqual(findingFor({ postcode: 'SG8', council: 'unknown' }, tables), {
    kind: 'either',
    places: ['E23000023', 'E23000027'],
  });
});

test('Scotland, Forces, another country and no fixed address are places of their own', () => {
  for (const [postcode, place] of [
    ['TD5 7AA', 'scotland'],
    ['BT1 5GS', 'northern-ireland'],
    ['JE2 3QA', 'jersey'],
    ['BFPO 61', 'forces'],
    ['KY1-1001', 'overseas'],
    ['ZZ99 3VZ', 'no-fixed-address'],
  ] as const) {
    const found = findingFor({ postcode }, tables);
    assert.ok(found.kind === 'place' && found.place === place, `${postcode}: ${JSON.stringify(found)}`);
  }
});

test('what is no postcode comes back as it was typed, and an area by name needs none', () => {
  const wrong = findingFor({ postcode: 'my house' }, tables);
  assert.ok(wrong.kind === 'problem' && wrong.problem === 'malformed' && wrong.postcode === 'my house');
  assert.equal(findingFor({ postcode: '' }, tables).kind, 'problem');
  assert.equal(findingFor({}, tables).kind, 'blank');
  assert.deepEqual(findingFor({ area: 'refuge', postcode: '' }, tables), {
    kind: 'place',
    place: 'refuge',
    neighbours: [],
    sure: true,
  });
});

const catalogue = readCatalogue();
const known = {
  catalogue,
  tables,
  councilName: (council: string) => council,
  clock: () => new Date('2026-11-20T12:00:00Z'),
};
const data = findData(known, 'en');

test('the finder shows only the numbers that pages show, and says whom to ask for another', () => {
  const unsure = catalogue.helplines.filter((line) => shownOf(line) !== 'number').map(({ phone }) => phone);
  for (const [id, { helplines }] of Object.entries(data.cards)) {
    for (const { number } of helplines) assert.ok(number === undefined || !unsure.includes(number), id);
    const asked = helplines.filter(({ about }) => about.includes(service.helpline.askHere));
    const isMissing = helplines.some(({ number }) => number === undefined);
    assert.equal(asked.length, isMissing ? 1 : 0, id);
    assert.ok(
      asked.every(({ number }) => number !== undefined),
      id,
    );
  }
  const [respect, samaritans] = data.cards['to:victim-led-only']?.helplines ?? [];
  assert.equal(respect?.number, undefined);
  assert.ok(samaritans?.about.includes(service.helpline.askHere));
});

test('in Welsh, the line for Wales comes before the line for England', () => {
  const names = (language: 'en' | 'cy') =>
    findData(known, language).cards['to:domestic-abuse']?.helplines.map(({ name }) => name.text) ?? [];
  assert.deepEqual(names('en').slice(0, 2), ['National Domestic Abuse Helpline', 'Live Fear Free']);
  assert.equal(names('cy')[0], 'Byw Heb Ofn');
  assert.ok(names('cy').includes('National Domestic Abuse Helpline'));
});

test('a service in Wales says that you can use Welsh, and one in England does not', () => {
  const saysSo = (area: string) => {
    const ids = catalogue.areas.find(({ code }) => code === area)?.services ?? [];
    const rows = ids.flatMap((id) => data.cards[id]?.rows ?? []);
    return rows.some(({ lines }) => lines.includes(service.welsh));
  };
  assert.equal(saysSo('W15000001'), true);
  assert.equal(saysSo('E23000032'), false);
});

test('every place of the finder has an answer with a name, and a way to reach somebody', () => {
  assert.equal(data.areas.length, 43);
  for (const code of [...data.areas, ...data.others]) {
    const place = data.places[code];
    assert.ok(place, code);
    const shown = [place.card, ...place.also].map((id) => data.cards[id]);
    for (const card of shown) assert.ok(card?.title.text, code);
    const reachable = shown.some(
      (card) =>
        card?.helplines.length || card?.ways.some(({ phone, email, website }) => phone ?? email ?? website),
    );
    assert.ok(reachable, code);
    const texts = shown.flatMap((card) => card?.text ?? []).join(' ');
    const isAnotherNation = (nations as readonly string[]).includes(code);
    assert.ok(!isAnotherNation || !texts.includes('England and Wales'), `${code}: ${texts}`);
    for (const card of place.also.concat(place.card).filter((id) => id.startsWith('to:')))
      for (const { name, phone, email, website } of data.cards[card]?.ways ?? [])
        assert.ok(phone ?? email ?? website, `${card}: nobody can reach ${name}`);
  }
});
