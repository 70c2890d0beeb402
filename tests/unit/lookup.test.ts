import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { lookUp, type Lookup } from '../../src/routing/lookup.ts';
import { readTables } from '../../src/routing/read-tables.ts';
import { loadPostcodes } from '../../src/server/intake/postcode-tables.ts';

const { tables, councilOf, councilName, areaOfCouncil } = loadPostcodes();

const met = 'E23000001';
const cumbria = 'E23000002';
const lancashire = 'E23000003';
const merseyside = 'E23000004';
const manchester = 'E23000005';
const cheshire = 'E23000006';
const northumbria = 'E23000007';
const northYorkshire = 'E23000009';
const southYorkshire = 'E23000011';
const westMidlands = 'E23000014';
const westMercia = 'E23000016';
const lincolnshire = 'E23000020';
const leicestershire = 'E23000021';
const northamptonshire = 'E23000022';
const cambridgeshire = 'E23000023';
const bedfordshire = 'E23000026';
const hertfordshire = 'E23000027';
const essex = 'E23000028';
const hampshire = 'E23000030';
const surrey = 'E23000031';
const kent = 'E23000032';
const sussex = 'E23000033';
const city = 'E23000034';
const gloucestershire = 'E23000037';
const derbyshire = 'E23000018';
const westYorkshire = 'E23000010';
const northWales = 'W15000001';
const gwent = 'W15000002';
const southWales = 'W15000003';
const dyfedPowys = 'W15000004';

const answerOf = (found: Lookup) =>
  found.kind === 'area' ? found.area : found.kind === 'nation' ? found.nation : found.kind;

const postcodes: Record<string, string> = {
  'SW1A 1AA': met,
  'CR2 6XH': met,
  'M1 1AE': manchester,
  'B33 8TH': westMidlands,
  'CF10 3NQ': southWales,
  'EC2R 8AH': city,
  'EC1A 7HP': city,
  'EC1A 1XW': met,
  'EC1A 1BB': met,
  'SG8 6AD': cambridgeshire,
  'SG8 8BE': hertfordshire,
  'SG8 8QY': essex,
  'SG8 0LF': bedfordshire,
  'LA6 2BQ': cumbria,
  'LA6 1GZ': lancashire,
  'LA6 3FX': northYorkshire,
  'TN16 3LY': met,
  'TN16 1LW': kent,
  'TN16 2DG': surrey,
  'PE9 2HY': lincolnshire,
  'PE9 3EF': cambridgeshire,
  'PE9 4AQ': leicestershire,
  'PE9 3PA': northamptonshire,
  'WA3 2FX': merseyside,
  'UB9 6HZ': hertfordshire,
  'CH4 8BX': cheshire,
  'CH4 0QS': northWales,
  'HR3 6ET': westMercia,
  'HR3 5LZ': dyfedPowys,
  'NP16 7FZ': gloucestershire,
  'NP16 5WE': gwent,
  'TD15 2EL': northumbria,
  'TD15 1TW': 'scotland',
  'DG16 5HZ': cumbria,
  'DG16 5ER': 'scotland',
  'TD9 0TS': cumbria,
  'W1A 0AX': met,
  'E15 2EN': met,
  'BN3 3TY': sussex,
  'DE3 5LF': derbyshire,
  'LS14 6PF': westYorkshire,
  'SK13 0AD': derbyshire,
  'RG21 4AH': hampshire,
  'SA8 4DA': southWales,
  'PO24 1AA': 'nongeographic',
  'SR43 1AA': 'nongeographic',
  'EN77 1AA': 'nongeographic',
  'TW98 1AA': 'nongeographic',
  'BX1 1LT': 'nongeographic',
  'GIR 0AA': 'nongeographic',
  'BF1 2AY': 'forces',
  'BFPO 61': 'forces',
  'ZZ99 3VZ': 'no-fixed-address',
  'KY1-1001': 'overseas',
  'GX11 1AA': 'overseas',
  'ASCN 1ZZ': 'overseas',
  'FIQQ 1ZZ': 'overseas',
};

for (const [postcode, expected] of Object.entries(postcodes)) {
  test(`${postcode} leads to ${expected}`, () => assert.equal(answerOf(lookUp(postcode, tables)), expected));
}

test('a postcode of an out-code no longer in use still leads where it lay, and says that it is retired', () => {
  assert.deepEqual(lookUp('DN55 1PT', tables), {
    kind: 'area',
    area: southYorkshire,
    confidence: 'prefix',
    neighbours: [],
    retired: true,
  });
});

test('an out-code on a border is asked about, with every area it lies in among the choices', () => {
  const found = lookUp('SG8', tables);
  assert.ok(found.kind === 'choose');
  assert.deepEqual(
    new Set(found.choices.map((choice) => choice.area)),
    new Set([cambridgeshire, hertfordshire, essex, bedfordshire]),
  );
});

test('SG88 is no out-code, so it is read as the sector SG8 8', () => {
  assert.deepEqual(lookUp('SG88', tables), lookUp('SG8 8', tables));
  assert.equal(lookUp('SG8 8', tables).kind, 'choose');
});

test('a unit that is not listed in a divided sector is asked about, never guessed', () => {
  const found = lookUp('SG8 8ZZ', tables);
  assert.ok(found.kind === 'choose');
  assert.ok(found.choices.length >= 2);
});

test('the beginning of an undivided out-code is enough, and is said to be no more than that', () => {
  assert.deepEqual(lookUp('LS14', tables), {
    kind: 'area',
    area: westYorkshire,
    confidence: 'prefix',
    neighbours: [],
  });
});

test('letters alone decide nothing where the letters lie in two nations', () => {
  assert.equal(lookUp('TD', tables).kind, 'malformed');
  assert.equal(lookUp('LD', tables).kind, 'malformed');
});

test('a unit within 200 metres of another area names it', () => {
  assert.deepEqual(lookUp('EC1M 5PQ', tables), {
    kind: 'area',
    area: met,
    confidence: 'exact',
    neighbours: [city],
  });
});

test('a slip that makes no postcode is met with real ones like it', () => {
  assert.deepEqual(lookUp('SGB 8BE', tables), { kind: 'unknown', didYouMean: ['SG8 8BE'] });
  const slip = lookUp('SG8 8BO', tables);
  assert.ok(slip.kind === 'unknown' && slip.didYouMean?.includes('SG8 8BD'));
  assert.deepEqual(lookUp('QQ1 1AA', tables), { kind: 'unknown' });
});

test('the server knows the council, and its name in Welsh where it has one', () => {
  assert.equal(councilOf('sg8 6ad'), 'E07000012');
  assert.equal(councilName('E07000012'), 'South Cambridgeshire');
  assert.equal(areaOfCouncil('E07000012'), cambridgeshire);
  assert.equal(councilName('W06000015', 'cy'), 'Caerdydd');
  assert.equal(councilOf('SG8'), undefined);
});

test('every council that may be offered has a name and lies in its area', () => {
  for (const { council, area } of [...tables.choices.values()].flat()) {
    assert.notEqual(councilName(council), council);
    assert.equal(areaOfCouncil(council), area);
  }
});

test('nothing that can be typed makes the lookup throw', () => {
  const anything = fc.oneof(
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc.stringMatching(/^[A-Z01]{1,4}[0-9OI]{0,3} ?[0-9OI]?[A-Z0-9]{0,3}$/),
  );
  fc.assert(fc.property(anything, (typed) => typeof lookUp(typed, tables).kind === 'string'));
});

test('a hundred thousand characters take no longer per character than a few', () => {
  const long = 100_000;
  for (const piece of [' ', 'A', '1', 'A1 ', 'SG8 8B', '\u{FDFA}', '.', 'O0', '\u0301']) {
    const started = performance.now();
    lookUp(piece.repeat(long / piece.length), tables);
    // Walking the text again for every character would take minutes.
    assert.ok(performance.now() - started < 5000, piece);
  }
});

test('a damaged table is refused, not half read', () => {
  const nothing = new Uint8Array();
  assert.throws(() => readTables({ areas: nothing, ask: nothing, near: nothing }), /not a table/);
});
