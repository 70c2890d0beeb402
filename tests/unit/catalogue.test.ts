/** The content folder is taken as a whole, or refused with every mistake at once. */
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { policingBodyOn } from '../../src/routing/area.ts';
import { catalogueOn, nationalService } from '../../src/routing/catalogue.ts';
import { readCatalogue } from '../../src/server/catalogue.ts';
import { ConfigError } from '../../src/server/failure.ts';

/** A copy of the real content that a test may spoil. */
function aContentFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'content-'));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const collection of ['areas', 'services', 'signposts', 'helplines'])
    cpSync(join('src/content', collection), join(folder, collection), { recursive: true });
  return folder;
}

function change(folder: string, file: string, change: (entry: Record<string, unknown>) => void): void {
  const path = join(folder, file);
  const entry = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
  change(entry);
  writeFileSync(path, JSON.stringify(entry));
}

function mistakesIn(folder: string): readonly string[] {
  try {
    readCatalogue(folder);
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.mistakes;
  }
  return [];
}

test('the catalogue travels to a browser as JSON and arrives unchanged', () => {
  const catalogue = readCatalogue();
  assert.deepEqual(JSON.parse(JSON.stringify(catalogue)), catalogue);
  assert.deepEqual(catalogue.open, []);
});

test('every mistake of every file is named at once', (t) => {
  const folder = aContentFolder(t);
  change(folder, 'services/rj-kent.json', (entry) => (entry['status'] = 'perhaps'));
  change(folder, 'areas/gwent.json', (entry) => delete entry['country']);
  writeFileSync(join(folder, 'signposts/national.json'), '{');
  writeFileSync(join(folder, 'signposts/nowhere.json'), '{}');

  const mistakes = mistakesIn(folder).join('\n');
  for (const said of [
    'services/rj-kent.json: status',
    'areas/gwent.json: country',
    'signposts/national.json: not JSON',
  ])
    assert.ok(mistakes.includes(said), `${said}\n${mistakes}`);
});

test('an area and its service must name each other, and neighbours too', (t) => {
  const folder = aContentFolder(t);
  change(folder, 'areas/kent.json', (entry) => (entry['services'] = ['rj-knet']));
  change(folder, 'areas/sussex.json', (entry) => (entry['neighbours'] = []));
  assert.deepEqual(mistakesIn(folder), [
    'areas/hampshire.json: neighbour E23000033 does not agree',
    'areas/kent.json: no service rj-knet',
    'areas/kent.json: neighbour E23000033 does not agree',
    'areas/surrey.json: neighbour E23000033 does not agree',
    'services/rj-kent.json: area E23000032 does not name it',
  ]);
});

test('a signpost that is missing or names a helpline nobody has is refused', (t) => {
  const folder = aContentFolder(t);
  rmSync(join(folder, 'signposts/scotland.json'));
  change(folder, 'signposts/jersey.json', (entry) => (entry['helplines'] = ['the-good-line']));
  assert.deepEqual(mistakesIn(folder), [
    'signposts/jersey.json: no helpline the-good-line',
    'signposts/scotland.json: missing',
  ]);
});

test('a folder that is not there is a mistake, not an empty catalogue', () => {
  assert.throws(() => readCatalogue(join(tmpdir(), 'no-such-content')), ConfigError);
});

test('a service is used from its first day to the day before its last', () => {
  const catalogue = readCatalogue();
  const services = catalogue.services.map((service) => ({
    ...service,
    validFrom: '2027-01-01',
    validTo: '2027-04-01',
  }));
  const on = (day: string) => catalogueOn({ ...catalogue, services }, day).services.length;
  assert.deepEqual([on('2026-12-31'), on('2027-01-01'), on('2027-03-31'), on('2027-04-01')], [0, 36, 36, 0]);
});

test('commissioners answer for policing until they end in May 2028, and mayors go on', () => {
  const { areas } = readCatalogue();
  const bodyOn = (slug: string, day: string) => {
    const area = areas.find((one) => one.slug === slug);
    return area && policingBodyOn(area, day)?.type;
  };
  assert.equal(bodyOn('kent', '2028-04-30'), 'police-and-crime-commissioner');
  assert.equal(bodyOn('kent', '2028-06-01'), undefined);
  assert.equal(bodyOn('london', '2030-01-01'), 'mayor');
});

test('there is one service for people whom no local service can take', () => {
  assert.equal(nationalService(readCatalogue())?.id, 'why-me');
});
