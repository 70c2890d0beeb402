/** The form as a program posts it: every status, and what a post from elsewhere, twice, or too large leads to. */
import { createServer, request as nodeRequest } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { receiptLength, tidyCode } from '../../src/referral/codes.ts';
import { loadSecrets } from '../../src/server/secrets.ts';
import { expect, test } from '../support/browser.ts';
import { ports, siteUrl } from '../support/demonstration.ts';
import { refer } from '../support/person.ts';
import { aFormKey, aReferralForm, encoded, post, receiptIn, send } from '../support/referral-form.ts';

const step = (page: string) => /<main[^>]*data-step="([^"]+)"/.exec(page)?.[1];
const problems = (page: string) => [...page.matchAll(/data-problem="([^"]+)"/g)].map((match) => match[1]);

test('a filled-in form is accepted and answered with a receipt', async () => {
  const { status, page, receipt } = await send();
  expect(status).toBe(200);
  expect(step(page)).toBe('sent');
  expect(receipt).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}$/);
});

test('each step is reached as far as the answers before it allow', async () => {
  const key = await aFormKey();
  const at = async (fields: Record<string, string>) => {
    const response = await post('/en/refer/1/', { 'form-key': key, ...fields });
    const page = await response.text();
    return [response.status, step(page), problems(page)];
  };
  expect(await at({ step: 'answers' })).toEqual([422, 'problems', ['postcode.missing']]);
  expect(await at({ step: 'answers', postcode: 'hello' })).toEqual([422, 'problems', ['postcode.malformed']]);
  expect(await at({ step: 'answers', postcode: 'CB1 0AG' })).toEqual([200, 'answers', []]);
  expect(await at({ step: 'check', postcode: 'CB1 0AG' })).toEqual([
    422,
    'problems',
    ['call-me.missing', 'reach-by.missing', 'consent-send.missing'],
  ]);
  expect(await at({ step: 'where', postcode: 'CB1 0AG' })).toEqual([200, 'where', []]);
});

test('nobody answers before they have read what happens to it: not from the finder, nor after a problem', async () => {
  const key = await aFormKey('/en/refer/2/');
  for (const fields of [{ area: 'E23000032' }, { postcode: 'hello', step: 'answers' }, { postcode: 'SG8' }]) {
    const page = await (await post('/en/refer/2/', { 'form-key': key, step: 'where', ...fields })).text();
    expect(page).toContain('There is one limit');
    expect(page).toContain('Please do not contact the person yourself.');
    expect(page.indexOf('There is one limit')).toBeLessThan(page.indexOf('name="postcode"'));
  }
});

test('nothing typed is lost with a problem, and the postcode stays out of the later steps', async () => {
  const fields = { ...aReferralForm({ note: 'Zwölf & <b>"Fragen"</b>' }), 'consent-send': '', step: 'check' };
  const page = await (await post('/en/refer/1/', fields)).text();
  expect(problems(page)).toEqual(['consent-send.missing']);
  expect(page).toContain('value="Test Person"');
  expect(page).toContain('Zwölf &amp; &lt;b&gt;');
  expect(page).not.toContain('CB1 0AG');
});

test('a missing, forged or old form key costs nobody their words', async () => {
  const form = aReferralForm({
    area: 'E23000023',
    service: 'cambridgeshire-victim-and-witness-hub',
    step: 'send',
  });
  for (const key of [undefined, 'x.y.z', 'a'.repeat(500)]) {
    const response = await post('/en/refer/1/', key === undefined ? form : { ...form, 'form-key': key });
    const page = await response.text();
    expect([response.status, step(page)]).toEqual([422, 'check']);
    expect(page).toContain('value="Test Person"');
    expect(page).toMatch(/name="form-key" value="[0-9a-f]{32}\./);
  }
});

test('a referral goes only to the service that the page named', async () => {
  const form = aReferralForm({ 'form-key': await aFormKey(), service: 'rj-kent', step: 'send' });
  const response = await post('/en/refer/1/', form);
  const page = await response.text();
  expect([response.status, step(page)]).toEqual([422, 'answers']);
});

test('A9: twenty identical posts at once are one referral and twenty equal receipts', async () => {
  const form = aReferralForm({
    'form-key': await aFormKey(),
    postcode: '',
    area: 'E23000010',
    step: 'check',
  });
  const checked = await (await post('/en/refer/1/', form)).text();
  const service = /name="service" value="([^"]+)"/.exec(checked)?.[1] ?? '';
  const pages = await Promise.all(
    Array.from({ length: 20 }, async () =>
      (await post('/en/refer/1/', { ...form, service, step: 'send' })).text(),
    ),
  );
  const receipts = new Set(pages.map((page) => receiptIn(page)));
  expect(receipts.size).toBe(1);
  expect([...receipts][0]).toBeTruthy();
});

test('I1: after sending, any other step with the same form shows that it was sent, without the answers', async () => {
  const form = aReferralForm({ 'form-key': await aFormKey() });
  await send(form);
  const page = await (await post('/en/refer/1/', { ...form, step: 'check' })).text();
  expect(step(page)).toBe('already-sent');
  expect(page).not.toContain('Test Person');
});

test('a form that was taken back is not sent anew by loading its page again, and a new one is sent', async () => {
  const form = aReferralForm({ 'form-key': await aFormKey() });
  const checked = await (await post('/en/refer/1/', { ...form, step: 'check' })).text();
  const service = /name="service" value="([^"]+)"/.exec(checked)?.[1] ?? '';
  const { receipt } = await send(form);
  await post('/en/status/', { code: receipt, step: 'withdraw-yes' });
  for (const wanted of ['send', 'check']) {
    const response = await post('/en/refer/1/', { ...form, service, step: wanted });
    const page = await response.text();
    expect([response.status, step(page)]).toEqual([200, 'already-sent']);
    expect(page).toContain('This form was taken back');
    expect(page).toContain('Start a new form');
    expect(page).not.toContain('Test Person');
  }
  const looked = await (await post('/en/status/', { code: receipt, step: 'look' })).text();
  expect(looked).not.toContain('data-status');
  expect(step((await send()).page)).toBe('sent');
});

/** The lane of the referral with this receipt, read from the disk. */
function laneOf(receipt: string): unknown {
  const dataDir = process.env['PORTAL_TEST_DATA_DIR'] ?? '';
  const mac = loadSecrets(dataDir).mac('lookup', tidyCode(receipt, receiptLength) ?? '');
  const database = new DatabaseSync(join(dataDir, 'referrals.db'), { readOnly: true });
  try {
    return database.prepare('select lane from referral where receipt_mac = ?').get(mac)?.['lane'];
  } finally {
    database.close();
  }
}

test('D9: a page of another site that posts the form by itself is taken and held; a page of ours is not held', async ({
  page,
}) => {
  const form = aReferralForm({ 'form-key': await aFormKey(), area: 'E23000023', step: 'check' });
  const service =
    /name="service" value="([^"]+)"/.exec(await (await post('/en/refer/1/', form)).text())?.[1] ?? '';
  const fields = Object.entries({ ...form, service, step: 'send' });
  const elsewhere = createServer((_, response) => {
    const inputs = fields.map(([name, value]) => `<input type="hidden" name="${name}" value="${value}">`);
    response.setHeader('content-type', 'text/html').end(
      `<form method="post" action="${siteUrl}/en/refer/1/">${inputs.join('')}</form>
      <script>HTMLFormElement.prototype.submit.call(document.forms[0])</script>`,
    );
  });
  await new Promise<void>((listening) => elsewhere.listen(0, '127.0.0.1', listening));
  try {
    // For a browser, an address and a name are two sites, also where both are this machine.
    await page.goto(`http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/`);
    await expect(page.locator('#receipt')).toBeVisible();
    expect(laneOf(await page.locator('#receipt').innerText())).toBe('held');
  } finally {
    elsewhere.close();
  }
  expect(laneOf(await refer(page))).toBe('normal');
});

test('who caused domestic, sexual or stalking harm is met kindly, and nothing is sent', async () => {
  for (const kind of ['domestic', 'sexual', 'stalking']) {
    const fields = aReferralForm({ 'form-key': await aFormKey('/en/refer/2/'), kind, step: 'check' });
    const page = await (await post('/en/refer/2/', fields)).text();
    expect(step(page)).toBe('signpost');
    expect(page).toContain('Nothing was sent.');
    expect(page).toContain('Please do not contact them.');
  }
});

test('a body over 64 KiB is 413, another content type 415, another method 405, each with a page that says so', async () => {
  const large = await fetch(`${siteUrl}/en/refer/1/`, {
    method: 'POST',
    body: `note=${'x'.repeat(65_536)}`,
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
  });
  const json = await fetch(`${siteUrl}/en/refer/1/`, {
    method: 'POST',
    body: '{}',
    headers: { 'Content-Type': 'application/json' },
  });
  const put = await fetch(`${siteUrl}/en/refer/1/`, { method: 'PUT', body: 'x' });
  const elsewhere = await fetch(`${siteUrl}/en/`, { method: 'POST', body: encoded({ a: 'b' }) });
  for (const [response, status] of [
    [large, 413],
    [json, 415],
    [put, 405],
    [elsewhere, 405],
  ] as const) {
    expect(response.status).toBe(status);
    expect(await response.text()).toMatch(/we have not received/i);
  }
  expect(put.headers.get('allow')).toBe('GET, HEAD, POST');
});

test('an endless chunked body is cut at the limit', async () => {
  const status = await new Promise<number | undefined>((answer) => {
    const sending = nodeRequest(`${siteUrl}/en/refer/1/`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded', 'Transfer-Encoding': 'chunked' },
    });
    sending.on('response', (response) => answer(response.statusCode));
    sending.on('error', () => answer(undefined));
    const more = setInterval(() => sending.write('x'.repeat(8_192)), 5);
    sending.on('close', () => clearInterval(more));
  });
  expect([413, undefined]).toContain(status);
});

test('what is not HTTP gets an answer with nothing in it', async () => {
  const answer = await new Promise<string>((done) => {
    const socket = connect(Number(ports.PORT), '127.0.0.1', () => socket.write('GARBAGE\r\n\r\n'));
    let text = '';
    socket.on('data', (chunk) => (text += String(chunk)));
    socket.on('close', () => done(text));
  });
  expect(answer).toMatch(/^HTTP\/1\.1 400/);
});

test('who was harmed at home, sexually or by stalking sees whom to call before they send, and the receipt tells nobody', async () => {
  for (const [kind, named] of [
    ['domestic', 'National Domestic Abuse Helpline'],
    ['sexual', 'Rape and Sexual Abuse Support Line'],
    ['stalking', 'National Stalking Helpline'],
  ] as const) {
    const fields = aReferralForm({ 'form-key': await aFormKey(), kind, step: 'check' });
    const page = await (await post('/en/refer/1/', fields)).text();
    expect(step(page)).toBe('check');
    expect(page).toContain('Specialist helpers can talk with you first.');
    expect(page.indexOf(named)).toBeGreaterThan(0);
    expect(page.indexOf(named)).toBeLessThan(page.indexOf('value="send"'));
  }
  const [one, other] = await Promise.all(
    ['theft', 'domestic'].map(async (kind) => {
      const { page, receipt } = await send({ kind, area: 'E23000010', postcode: '' });
      const main = page.slice(page.indexOf('<main'), page.indexOf('</main>'));
      return main.replaceAll(receipt, '').replaceAll(receipt.replaceAll('-', ''), '');
    }),
  );
  expect(one).toContain('0808 16 89 111');
  expect(other).toBe(one);
});

test('the receipt asks nobody to phone a service whose number is not known, and says who else answers', async () => {
  const { page } = await send({ area: 'E23000014', postcode: '' });
  expect(step(page)).toBe('sent');
  expect(page).not.toContain('phone it.');
  expect(page).toContain('the people below can help');
  expect(page).toContain('href="/en/turned-down/"');
  expect(page).toContain('0808 16 89 111');
});

test('taking a message back is promised in the same words on the receipt, before it is done, and on the page on privacy', async () => {
  const words = 'If the service has been told of your message already, we ask it not to contact you.';
  const { page, receipt } = await send({ area: 'E23000010', postcode: '' });
  const sure = await post('/en/status/', { code: receipt, step: 'withdraw' });
  const privacy = await fetch(`${siteUrl}/en/privacy/`);
  for (const text of [page, await sure.text(), await privacy.text()]) expect(text).toContain(words);
});

test('whoever looks after their message finds the phone, and an unknown code is not told that its message is there', async () => {
  const { receipt } = await send({ area: 'E23000010', postcode: '' });
  const known = await (await post('/en/status/', { code: receipt, step: 'look' })).text();
  expect(known).toContain('If you have heard nothing after 5 working days, phone the service.');
  expect(known).toContain('href="/en/find/"');
  const none = await (await post('/en/status/', { code: 'A'.repeat(16), step: 'look' })).text();
  expect(step(none)).toBe('none');
  expect(none).not.toContain('all the same');
  expect(none).toContain('href="/en/find/"');
});

test('whoever helps somebody harmed by a child is led to youth justice, as the person harmed would be', async () => {
  const asked = await (await fetch(`${siteUrl}/en/refer/3/`)).text();
  expect(asked).toContain('How old was the person who caused the harm, when it happened?');
  const fields = { 'form-key': await aFormKey('/en/refer/3/'), area: 'E23000010', step: 'answers' };
  const led = async (age: string) => {
    const page = await (await post('/en/refer/3/', { ...fields, 'other-age': age })).text();
    return [step(page), page.includes('Your council has a youth justice service')];
  };
  expect(await led('under-18')).toEqual(['signpost', true]);
  expect(await led('adult')).toEqual(['answers', false]);
});

test('people who caused harm read what a blank kind of harm leads to', async () => {
  const fields = { 'form-key': await aFormKey('/en/refer/2/'), area: 'E23000010', step: 'answers' };
  const page = await (await post('/en/refer/2/', fields)).text();
  expect(page).not.toContain('It decides if we can send this.');
  expect(page).toContain('If you do not choose, we tell the service to ask you about it first.');
});

test('whoever leaves before sending is told to close the tab, beside Send and on the page on safety', async () => {
  const fields = aReferralForm({ 'form-key': await aFormKey(), step: 'check' });
  const check = await (await post('/en/refer/1/', fields)).text();
  expect(check).toContain('If you leave before you send, close this tab.');
  expect(await (await fetch(`${siteUrl}/en/safety/`)).text()).toContain('before you send it, close its tab.');
});

test('who only wants to talk is told what is needed, and that is all that is needed', async () => {
  const start = await (await fetch(`${siteUrl}/en/refer/`)).text();
  expect(start).not.toContain('Nothing else.');
  expect(start).toContain('You only need to say where you live, a name, and a safe way to contact you.');
  expect((await send({ area: 'E23000010', postcode: '' }, '/en/refer/4/')).status).toBe(200);
});

test('nothing is promised for a service that nobody has spoken to', async () => {
  const fields = { 'form-key': await aFormKey(), area: 'E23000010', step: 'answers' };
  const form = await (await post('/en/refer/1/', fields)).text();
  expect(form).toContain('Ask if they will fill this in with you.');
  const found = await (await post('/en/find/', { area: 'E23000010' })).text();
  expect(found).toContain('Ask if it can work with the service where it happened.');
});

test('a field to land on is named on the next page, and changes nothing else', async () => {
  const form = aReferralForm({ 'form-key': await aFormKey(), area: 'E23000010', postcode: '' });
  const page = async (fields: Record<string, string>) =>
    (await post('/en/refer/1/', { ...form, ...fields })).text();
  for (const wanted of ['change', 'where', 'check']) {
    const plain = await page({ step: wanted });
    for (const foreign of ['nobody', '__proto__', '"><script>', 'form-key', 'x'.repeat(5_000)]) {
      expect(await page({ step: wanted, 'land-on': foreign })).toBe(plain);
    }
    const named = await page({ step: wanted, 'land-on': 'age' });
    expect(named.includes(' data-land-on="age"')).toBe(wanted !== 'check');
    expect(named.replace(' data-land-on="age"', '')).toBe(plain);
  }
  expect(step((await send({ ...form, 'land-on': 'note' })).page)).toBe('sent');
});

test('I6: no title that stays in the history says that somebody asked, or how far they came', async () => {
  const title = (page: string) => /<title>([^<]*)</.exec(page)?.[1];
  const first = title(await (await fetch(`${siteUrl}/en/refer/1/`)).text());
  expect(first).toMatch(/^Ask a service to contact you/);
  const form = aReferralForm({ 'form-key': await aFormKey(), area: 'E23000010', postcode: '' });
  for (const [wanted, shown] of [
    ['where', 'where'],
    ['change', 'answers'],
    ['check', 'check'],
  ]) {
    const page = await (await post('/en/refer/1/', { ...form, step: wanted ?? '' })).text();
    expect([step(page), title(page)]).toEqual([shown, first]);
  }
  // Heard before all else by whoever does not see the page.
  const problem = await (await post('/en/refer/1/', { ...form, email: 'nobody', step: 'check' })).text();
  expect([step(problem), title(problem)]).toEqual(['problems', `Error: ${first}`]);
  const { page } = await send(form);
  expect([step(page), title(page)]).toEqual(['sent', first]);
  expect(page).toContain('We have your form</h1>');
  const again = await (await post('/en/refer/1/', { ...form, step: 'check' })).text();
  expect([step(again), title(again)]).toEqual(['already-sent', first]);
  expect(title(await (await fetch(`${siteUrl}/en/status/`)).text())).toMatch(/^Look up a code/);
});
