/** What people type, and what programs send in their name: it reaches the service as it was typed, and only the service. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { after, type TestContext } from 'node:test';
import fc from 'fast-check';
import PostalMime from 'postal-mime';
import { parseEnvelope, type Envelope } from '../../src/referral/envelope.ts';
import { fieldNames, fields, trapName, type Field } from '../../src/referral/fields.ts';
import { open } from '../../src/referral/seal.ts';
import type { Recipient } from '../../src/server/delivery/courier.ts';
import { openSqlite } from '../../src/server/store/sqlite.ts';
import { aCourierWorld } from '../support/courier.ts';
import { aDesk, type DeskWorld } from '../support/desk.ts';
import { amount } from '../support/how-long.ts';
import { aReferralForm, encoded } from '../support/referral-form.ts';
import { anSmtpSink } from '../support/smtp-sink.ts';
import { aFolderInMemory } from '../support/stores.ts';
import { aWebProcess, formPath } from '../support/web-process.ts';
import { ask, formPost } from '../support/wire.ts';

const root = join(import.meta.dirname, '../..');
const web = await aWebProcess({ after });

/** A courier that takes what the desk accepts: to every service whole, or to half of them by notice. */
async function aWayOut(t: TestContext, world: DeskWorld, how: 'whole' | 'half' = 'whole') {
  const contentSink = await anSmtpSink(t, { certificate: 'good' });
  const recipients: Record<string, Recipient> = {};
  for (const [index, [id, { addresses }]] of Object.entries(world.desk.directory.services).entries()) {
    recipients[id] = {
      addresses,
      languages: ['en'],
      content: how === 'whole' || index % 2 === 0 ? 'verified' : undefined,
    };
  }
  const courier = await aCourierWorld(t, {
    store: world.desk.store,
    contentSink,
    recipients,
    spool: [world.identity],
  });
  return { ...courier, contentSink, recipients };
}

/** Everything sealed so far, opened, oldest first. */
async function envelopes(world: DeskWorld): Promise<Envelope[]> {
  const rows = await world.desk.store.db
    .selectFrom('referral')
    .select('sealed')
    .orderBy('rowid' as never)
    .execute();
  return Promise.all(
    rows.map(async ({ sealed }) => parseEnvelope(await open(sealed ?? new Uint8Array(), world.identity))),
  );
}

const bodyOf = async (data: string) => (await PostalMime.parse(data)).text ?? '';

/** Fields in which a person writes what they like, and that every role may send. */
const freeText = ['call-me', 'note', 'access', 'safe-when', 'spoken-language'] as const;

/** What a browser would show and put into fields. */
const unescaped = (page: string) =>
  page
    .replaceAll('&#34;', '"')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');

const evil = [
  'victim@elsewhere.example',
  'a@b.example\r\nBcc: evil@evil.example',
  'a\nTo: evil@evil.example\n\nbody',
  '>, <evil@evil.example',
  'a@b.example,evil@evil.example',
  '"evil@evil.example" <a@b.example>',
  '\r\n.\r\nRCPT TO:<evil@evil.example>\r\nDATA\r\n',
  '%0d%0aRCPT%20TO:<evil@evil.example>',
  '\u2028Bcc: evil@evil.example\u0085Cc: evil@evil.example',
  'evil@evil.example\0',
  '../../directory.json',
];

/** What a program might send instead of a form: our names and others, with texts that mean something to a mail server. */
function oddPost(areas: readonly string[]) {
  const foreign = [
    'to',
    'cc',
    'bcc',
    'from',
    'reply-to',
    'addresses',
    'recipients',
    'address',
    '__proto__',
    'constructor',
  ];
  const text = fc.oneof(
    fc.constantFrom(...evil),
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.emailAddress(),
  );
  const names = fc.constantFrom(
    ...fieldNames.filter((name) => !name.startsWith('consent')),
    ...foreign,
    trapName,
  );
  const place = fc.oneof(
    fc.constant({ postcode: 'CB1 0AG' }),
    fc.constantFrom(...areas).map((area) => ({ postcode: '', area })),
  );
  const oneIn = (count: number) => fc.nat(count - 1).map((drawn) => drawn === 0);
  return fc
    .tuple(
      fc.array(fc.tuple(names, text), { maxLength: 6 }),
      fc.tuple(...freeText.map(() => text)),
      place,
      oneIn(3),
    )
    .map(([odd, texts, where, isOdd]) => ({
      ...Object.fromEntries(freeText.map((name, index) => [name, texts[index] ?? ''])),
      // A third is odd in any field, and mostly not taken; the rest is odd where anything may be written.
      ...(isOdd ? Object.fromEntries(odd) : where),
    }));
}

test('C2: whatever is posted, mail goes to addresses of the directory and to no other', async (t) => {
  const world = await aDesk(t, aFolderInMemory(t));
  const way = await aWayOut(t, world, 'half');
  const posts = amount(200, 10_000);
  const areas = world.desk.catalogue.areas.map(({ code }) => code);
  let taken = 0;
  for (const odd of fc.sample(oddPost(areas), { numRuns: posts, seed: 20_261_120 })) {
    const { step } = await world.send(odd);
    if (step === 'sent') taken += 1;
    if (taken % 100 === 0) await way.roundAfter(0);
  }
  await way.roundAfter(61);
  await way.roundAfter(61);

  const listed = new Set(Object.values(way.recipients).flatMap(({ addresses }) => addresses));
  const mails = [...way.sink.taken, ...way.contentSink.taken];
  const told = [...way.sink.said, ...way.contentSink.said].filter((line) => /^rcpt/i.test(line));
  const addresses = new Set(told.map((line) => /^RCPT TO:<([^<>]*)>/i.exec(line)?.[1] ?? line));
  assert.deepEqual(
    [...addresses].filter((address) => !listed.has(address)),
    [],
  );
  assert.ok(taken >= posts / 3, `${taken} taken`);
  const untold = (await way.notices()).filter(({ state }) => state !== 'sent');
  assert.equal(untold.length, 0, `${untold.length} untold`);
  assert.ok(way.contentSink.taken.length > 0 && way.sink.taken.length > 0);
  for (const { to, data } of mails) {
    assert.equal(to.length, 1);
    const head = data.split('\r\n\r\n', 1)[0] ?? '';
    assert.doesNotMatch(head, /^(?:cc|bcc):|evil/im);
    assert.equal(/^to: <?([^<>\r]*)>?$/im.exec(head)?.[1], to[0]);
  }
  t.diagnostic(
    `figure: ${posts} odd posts, ${taken} taken, ${mails.length} mails to ${addresses.size} addresses of the directory`,
  );
});

const formulas = [
  "=cmd|' /C calc'!A0",
  '+447700900123',
  '-2+3+cmd',
  '@SUM(1+1)*cmd',
  '\t=1+1',
  '\u0000=1+1',
  '=HYPERLINK("http://evil.example")',
];

const templates = [
  '{{7919*6997}}',
  '${7919*6997}',
  '<%= 7919*6997 %>',
  '#{7919*6997}',
  '{7919*6997}',
  '{% print(7919*6997) %}',
  '$t(status.title)',
  '$t(status.title, {{7919*6997}})',
  '{{reference}}',
  '{{-name}} %{name} %s',
];

/** Sends each text in every free field, and expects it in the seal and in the mail, letter by letter. */
async function expectArriving(t: TestContext, texts: readonly string[], arriving: (text: string) => string) {
  const world = await aDesk(t);
  const way = await aWayOut(t, world);
  for (const text of texts) {
    assert.equal((await world.send(Object.fromEntries(freeText.map((name) => [name, text])))).step, 'sent');
  }
  const sealed = await envelopes(world);
  assert.equal(sealed.length, texts.length);
  for (const [index, { answers }] of sealed.entries()) {
    for (const name of freeText) assert.equal(answers[name], arriving(texts[index] ?? ''), name);
  }
  await way.roundAfter(0);
  const mails = await Promise.all(way.contentSink.taken.map(({ data }) => bodyOf(data)));
  assert.equal(mails.length, texts.length);
  for (const text of texts) {
    assert.ok(
      mails.some((mail) => mail.includes(`  ${arriving(text)}\n`)),
      text,
    );
  }
}

/** The places of the site that show what was typed. */
async function pagesWith(text: string): Promise<string[]> {
  const typed = Object.fromEntries(freeText.map((name) => [name, text]));
  const asked: readonly (readonly [path: string, fields: Record<string, string>])[] = [
    [formPath, { ...aReferralForm({ ...typed, step: 'check' }) } as Record<string, string>],
    [formPath, { ...aReferralForm({ ...typed, email: text, step: 'send' }) } as Record<string, string>],
    ['/cy/refer/1/', { ...aReferralForm({ ...typed, step: 'answers' }) } as Record<string, string>],
    ['/en/status/', { code: text, step: 'look' }],
    ['/en/search/', { words: text }],
  ];
  const answers = await Promise.all(
    asked.map(([path, fields]) => ask(web, formPost(path, encoded(fields).toString()))),
  );
  return answers.map((answer, index) => {
    assert.ok([200, 422].includes(answer?.status ?? 0), `${asked[index]?.[0]}: ${answer?.status}`);
    return Buffer.from(answer?.body ?? '', 'latin1').toString();
  });
}

test('C8: text that a spreadsheet would run arrives as it was typed, and nothing here makes a spreadsheet', async (t) => {
  const tidied = (text: string) => text.replace(/^[\t\0]/, '');
  await expectArriving(t, formulas, tidied);
  for (const text of formulas) {
    for (const page of await pagesWith(text)) assert.ok(unescaped(page).includes(tidied(text)), text);
  }
  const made = globSync('dist/**/*', { cwd: root }).filter((file) =>
    /\.(?:csv|tsv|xlsx?|xlsm|ods|slk|dif)$/i.test(file),
  );
  assert.deepEqual(made, []);
  const code = globSync(['dist/server/**/*.mjs', 'src/server/**/*.ts', 'src/pages/**/*'], { cwd: root });
  const types = /text\/(?:csv|tab-separated)|spreadsheet|ms-excel/i;
  const makers = code.filter(
    (file) => /\.\w+$/.test(file) && types.test(readFileSync(join(root, file), 'utf8')),
  );
  assert.ok(code.length > 100);
  assert.deepEqual(makers, []);
});

test('C10: template syntax is text: in the page, in the seal and in the mail', async (t) => {
  await expectArriving(t, templates, (text) => text);
  for (const text of templates) {
    for (const page of await pagesWith(text)) {
      assert.ok(unescaped(page).includes(text), text);
      assert.ok(!page.includes('55409243'), text);
    }
  }
});

test('C16: fields that name somebody else are not in the seal, under whatever name they come', async (t) => {
  const world = await aDesk(t);
  const way = await aWayOut(t, world);
  const mark = 'Zqothervkw';
  const names = [
    'other-name',
    'other-phone',
    'their-name',
    'their-address',
    'name',
    'offender',
    'offender-name',
    'victim-name',
    'person-harmed',
    'person-responsible',
    'perpetrator',
    'message',
    'answers',
    'answers[name]',
    'answers.note',
    'call-me[]',
    'call-me2',
    'Call-Me',
    'call-me ',
    'note\u200b',
    'banners',
    'handedOnBy',
    'area',
    'council',
    'consent',
    '__proto__',
  ];
  // Details of ways that were not chosen, and questions that only other roles are asked, are fields of ours.
  const unasked = {
    phone: '07700 900999',
    mobile: '07700 900998',
    address: `${mark} Road 1`,
    relation: 'family',
  };
  const others = Object.fromEntries(
    names.filter((name) => name !== 'area' && name !== 'council').map((name) => [name, mark]),
  );
  assert.equal((await world.send({ ...others, ...unasked })).step, 'sent');
  for (const name of names) await world.send({ [name]: mark });

  const sealed = await envelopes(world);
  assert.ok(sealed.length >= names.length - 2);
  for (const envelope of sealed) {
    const text = JSON.stringify(envelope);
    assert.ok(!text.includes(mark) && !text.includes('9009'), text);
    const unknown = Object.keys(envelope.answers).filter(
      (name) => !(fields as Record<string, Field>)[name]?.sealed,
    );
    assert.deepEqual(unknown, []);
  }
  await way.roundAfter(0);
  for (const { data } of [...way.contentSink.taken, ...way.sink.taken])
    assert.ok(!(await bodyOf(data)).includes(mark));
});

/** Something for every field, as a program fills in whatever it finds. */
function everything(): Record<string, string> {
  const known: Record<string, string> = {
    ...(aReferralForm() as Record<string, string>),
    area: '',
    council: '',
  };
  const numbers: Record<string, string> = { phone: '01632 960001', mobile: '07700 900001' };
  const filled = fieldNames.map((name) => {
    const { choices, charactersMax }: Field = fields[name];
    return [
      name,
      known[name] ?? numbers[name] ?? choices?.[0] ?? 'x'.repeat(Math.min(charactersMax ?? 10, 10)),
    ] as const;
  });
  return { ...Object.fromEntries(filled), railway: '', [trapName]: 'https://filled-in.example' };
}

test('E6: a form in which a program filled in every field, the trap too, is taken and held', async (t) => {
  const world = await aDesk(t);
  const shown = await world.send(everything());
  assert.equal(shown.step, 'sent');
  assert.ok('receipt' in shown);
  const rows = await world.desk.store.db.selectFrom('referral').select('lane').execute();
  assert.deepEqual(
    rows.map(({ lane }) => lane),
    ['held'],
  );
  const [envelope] = await envelopes(world);
  assert.equal(envelope?.lane, 'held', 'the service sees it too');
  assert.equal(envelope.answers['call-me'], 'Test Person');

  const checked = await ask(web, formPost(formPath, encoded({ ...everything(), step: 'check' }).toString()));
  const service = /name="service" value="([^"]+)"/.exec(checked?.body ?? '')?.[1] ?? '';
  const form = await web.readyForm({ ...everything(), service });
  const sent = await ask(web, formPost(formPath, form, [`Origin: ${web.origin}`]));
  assert.equal(sent?.status, 200);
  assert.match(sent.body, /id="receipt"/);
  const database = openSqlite(web.dataDir);
  const lanes = database.prepare('select lane from referral').all();
  database.close();
  assert.deepEqual(
    lanes.map((row) => row['lane']),
    ['held'],
  );
});
