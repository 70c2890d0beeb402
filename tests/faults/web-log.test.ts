/**
 * What the web process writes while people send, look, withdraw and open: to its output, and into addresses of other
 * sites.
 */
import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { linkTo, capabilityOf } from '../../src/server/notice-link.ts';
import { loadSecrets } from '../../src/server/secrets.ts';
import { openSqlite } from '../../src/server/store/sqlite.ts';
import { amount } from '../support/how-long.ts';
import { aReferralForm, encoded, receiptIn } from '../support/referral-form.ts';
import { aWebProcess, formPath } from '../support/web-process.ts';
import { ask, formPost } from '../support/wire.ts';

const web = await aWebProcess({ after });
const visitors = amount(10, 500);

const mark = 'Zqxj7vkw';
const marked = {
  'call-me': `${mark} Person`,
  email: `${mark}@mail.example`.toLowerCase(),
  note: `${mark} said so`,
  access: `${mark} stairs`,
  'safe-when': `${mark} mornings`,
  'crime-number': `${mark}/26`,
  postcode: 'CB1 0AG',
};
const browser = 'Mozilla/5.0 (Zqagent; Linux) Zqbrowser/99.1';

const hosts = ['127.0.0.1', 'localhost'];

async function post(path: string, body: string, host?: string) {
  const door = host === undefined ? web : { port: web.port, host };
  return ask(door, formPost(path, body, [`User-Agent: ${browser}`, 'Accept-Language: zq-AB']));
}

/** Everything a visitor does that could be written down, the mistakes too. Gives back the codes that came to light. */
async function visit(host: string): Promise<string[]> {
  const sent = await post(formPath, await web.readyForm(marked), host);
  const receipt = receiptIn(sent?.body) ?? '';
  assert.notEqual(receipt, '');
  await post(
    formPath,
    encoded(aReferralForm({ ...marked, postcode: `${mark} nowhere`, step: 'check' })).toString(),
    host,
  );
  await post(formPath, encoded(aReferralForm({ ...marked, email: mark, step: 'send' })).toString(), host);
  await post('/en/search/', encoded({ words: `${mark} words` }).toString(), host);
  await post('/en/find/', encoded({ postcode: 'CB1 0AG', place: mark }).toString(), host);
  for (const step of ['look', 'withdraw', 'heard-nothing']) {
    assert.equal((await post('/en/status/', encoded({ code: receipt, step }).toString(), host))?.status, 200);
  }
  await post(formPath, 'x'.repeat(70_000) + mark, host);
  await post(`/en/${mark}/`, encoded(marked).toString(), host);
  return [receipt, receipt.replaceAll('-', '')];
}

/** What it wrote, once it has had the time to write. */
async function printed(): Promise<string> {
  await wait(300);
  return web.printed();
}

test('J1, J2: of all that visitors type and send, no word, no address and no browser is in what the web process writes', async (t) => {
  for (let count = 0; count < visitors; count += 1) await visit(hosts[count % hosts.length] ?? '');
  const text = await printed();
  assert.ok(text.split('\n').length > visitors, 'it does write a log');
  for (const word of [
    mark,
    'said so',
    'mornings',
    'cb1 0ag',
    'cb10ag',
    'nowhere',
    'Zqagent',
    'Zqbrowser',
    'Mozilla',
    'zq-AB',
  ])
    assert.ok(!text.toLowerCase().includes(word.toLowerCase()), word);
  assert.doesNotMatch(text, /\bcb1\b/i, 'no part of a postcode; a reference may hold the three characters');
  assert.doesNotMatch(text, /\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\b/, 'no IPv4 address');
  const withoutTimes = text.replace(/"at":"[^"]*"/g, '').replace(/^ready \S+$/m, '');
  assert.doesNotMatch(withoutTimes, /::1|[0-9a-f]{1,4}(?::[0-9a-f]{0,4}){2,}/i, 'no IPv6 address');
  t.diagnostic(
    `figure: ${visitors} visits, ${text.split('\n').length - 1} lines, no word, no address, no browser`,
  );
});

test('G10: no receipt, no capability and no inner code is in the log, and none is ever part of an address', async (t) => {
  const secrets = loadSecrets(web.dataDir);
  const codes = await visit('127.0.0.1');
  const database = openSqlite(web.dataDir);
  const references = database
    .prepare('select reference from referral')
    .all()
    .map((row) => String(row['reference']));
  database.close();
  for (const reference of references) {
    const capability = capabilityOf(secrets, reference);
    codes.push(capability);
    const opened = await post('/p/open', encoded({ reference, capability }).toString());
    assert.equal(opened?.status, 200);
    const code = '0123-4567-89AB';
    codes.push(code, code.replaceAll('-', ''));
    await post('/p/ack', encoded({ reference, code }).toString());
    await post('/p/open', encoded({ reference, capability: capability.slice(1) }).toString());
    // A fragment stays in the browser: what is asked for, and named to others as Referer, ends before it.
    const link = new URL(linkTo(web.origin, secrets)(reference, 'en', 0));
    assert.equal(link.hash, `#${reference}.${capability}`);
    assert.equal(link.pathname + link.search, '/en/p/');
  }
  const text = await printed();
  for (const code of codes) assert.ok(!text.includes(code), 'a code is in the log');
  // A link that was mangled on its way, so that its secret is asked for after all, is not written down either.
  const [reference = ''] = references;
  const capability = capabilityOf(secrets, reference);
  for (const path of [
    `/en/p/${reference}.${capability}`,
    `/en/p/?${reference}.${capability}`,
    `/en/status/?code=${codes[0]}`,
  ]) {
    const asked = await ask(
      web,
      `GET ${path} HTTP/1.1\r\nHost: localhost\r\nReferer: ${web.origin}${path}\r\nConnection: close\r\n\r\n`,
    );
    assert.ok(asked);
    for (const [name, value] of asked.headers) {
      assert.ok(!value.includes(capability) && !value.includes(codes[0] ?? '-'), name);
    }
    assert.ok(!asked.body.includes(capability), path);
  }
  for (const code of codes) assert.ok(!web.printed().includes(code));
  t.diagnostic(`figure: ${codes.length} codes and capabilities, none in the log`);
});

test('G10: no page sends its address, or the code in it, to another site, and no page has a form that asks with GET', async () => {
  const receipt = receiptIn((await post(formPath, await web.readyForm()))?.body) ?? '';
  const pages = [
    await post('/en/status/', encoded({ code: receipt, step: 'look' }).toString()),
    await ask(web, 'GET /en/p/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'),
  ];
  for (const page of pages) {
    assert.equal(page?.status, 200);
    const policy = page.headers.find(([name]) => name.toLowerCase() === 'referrer-policy')?.[1];
    assert.equal(policy, 'same-origin');
    assert.doesNotMatch(page.body, /referrerpolicy|name="referrer"/i, 'no element asks for more');
    assert.doesNotMatch(page.body, /<form(?![^>]*method="post")/i);
    for (const [, address = ''] of page.body.matchAll(/(?:href|action|src)="([^"]*)"/g)) {
      assert.ok(!address.includes(receipt) && !address.includes(receipt.replaceAll('-', '')), address);
    }
  }
});
