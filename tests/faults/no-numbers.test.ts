/** Counts are kept and not published: no page, file or answer of the public site depends on how many there are. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { DatabaseSync } from 'node:sqlite';
import { offeredLanguages } from '../../src/site.ts';
import { amount } from '../support/how-long.ts';
import { aRandom } from '../support/random.ts';
import { aReferralForm, encoded } from '../support/referral-form.ts';
import { aWebProcess } from '../support/web-process.ts';
import { ask, formPost } from '../support/wire.ts';

const root = join(import.meta.dirname, '../..');
const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`;

/** Everything that is drawn on demand; the rest are files from before the first referral. */
function requests(): string[] {
  const pages = [
    'find',
    'search',
    'status',
    'refer/1',
    'refer/2',
    'refer/3',
    'refer/4',
    'p',
    'areas',
    'privacy',
  ];
  const posts: readonly (readonly [page: string, fields: Record<string, string>])[] = [
    ['find', { postcode: 'CB1 0AG' }],
    ['search', { words: 'how many people' }],
    ['status', { code: '7ZZZ-ZZZZ-ZZZZ-ZZZZ', step: 'look' }],
    ['refer/1', aReferralForm({ step: 'answers' }) as Record<string, string>],
    ['refer/1', aReferralForm({ step: 'check' }) as Record<string, string>],
  ];
  const inLanguages = offeredLanguages.flatMap(({ code }) => [
    ...pages.map((page) => get(`/${code}/${page}/`)),
    ...posts.map(([page, fields]) => formPost(`/${code}/${page}/`, encoded(fields).toString())),
  ]);
  const others = [
    '/',
    '/metrics',
    '/health',
    '/operator/',
    '/sitemap.xml',
    '/en/feed.xml',
    '/en/find/data.json',
  ];
  return [...inLanguages, ...others.map(get)];
}

/** As it came, without what is new in every answer: the form's key and the date. */
async function answersOf(web: { port: number }): Promise<string[]> {
  const answers = [];
  for (const request of requests()) {
    const answer = await ask(web, request);
    assert.ok(answer);
    answers.push(`${answer.status}\n${answer.body.replaceAll(/name="form-key" value="[^"]*"/g, '')}`);
  }
  return answers;
}

test('J8: no numbers are published: whatever was counted, every answer of the public site is the same to the byte', async (t) => {
  const web = await aWebProcess(t);
  const before = await answersOf(web);
  const database = new DatabaseSync(join(web.dataDir, 'referrals.db'));
  t.after(() => database.close());
  const raise = database.prepare(
    'insert into counter (month, name, value, total) values (?, ?, ?, ?) on conflict (month, name, value) do update set total = excluded.total',
  );
  const draw = aRandom(8);
  const sets = amount(2, 50);
  for (let set = 0; set < sets; set += 1) {
    // Small cells and large, in every kind of counter there is.
    for (let cell = 0; cell < 200; cell += 1) {
      const area = `E230000${10 + Math.floor(draw() * 40)}`;
      const value = `${area} harmed en normal`;
      const name = ['accepted', 'referral', 'told', 'heard', 'withdrawn'][Math.floor(draw() * 5)] ?? '';
      raise.run('2026-11', name, value, 1 + Math.floor(draw() * (draw() < 0.5 ? 12 : 5_000)));
    }
    const form = formPost('/en/refer/1/', await web.readyForm());
    assert.equal((await ask(web, form))?.status, 200);
    assert.deepEqual(await answersOf(web), before);
  }
  t.diagnostic(`figure: ${sets} sets of counters, ${before.length} answers, all the same`);
});

test('J8: nothing that is built or drawn reads a counter', () => {
  const code = globSync(['src/**/*.{ts,astro,tsx}', 'scripts/**/*.ts'], { cwd: root });
  const reading = code.filter((file) =>
    /(?:selectFrom|from)\(\s*\[?'counter/.test(readFileSync(join(root, file), 'utf8')),
  );
  assert.ok(code.length > 200);
  assert.deepEqual(reading, []);
});
