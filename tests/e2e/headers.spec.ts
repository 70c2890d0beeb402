/** Every response carries the same headers, byte for byte, and the additions of its class. */
import { request as nodeRequest } from 'node:http';
import { expect, test } from '../support/browser.ts';
import { additions, constantHeaders, type ResponseClass } from '../../src/server/intake/http/headers.ts';
import { kinds } from '../../src/referral/choices.ts';
import { languageCodes } from '../../src/i18n/languages.ts';
import { siteUrl } from '../support/demonstration.ts';
import { aFormKey, aReferralForm, encoded, send, type FormFields } from '../support/referral-form.ts';

const constant = constantHeaders({ origin: siteUrl, hsts: 'host' });

async function expectHeaders(response: Response, responseClass: ResponseClass): Promise<void> {
  for (const [name, value] of Object.entries({ ...constant, ...additions[responseClass] })) {
    expect(response.headers.get(name), `${name} of ${response.url} (${response.status})`).toBe(value);
  }
  for (const name of ['set-cookie', 'server', 'x-powered-by']) expect(response.headers.get(name)).toBeNull();
  if (responseClass !== 'exit') expect(response.headers.get('clear-site-data')).toBeNull();
}

const get = (path: string, init: RequestInit = {}) => fetch(siteUrl + path, { redirect: 'manual', ...init });

test('D13: pages, files, refusals and the way out carry the constant headers and those of their class', async () => {
  const page = await (await get('/en/')).text();
  const asset = /\/_astro\/[^"]+\.css/.exec(page)?.[0] ?? '';
  const cases: readonly [Promise<Response>, ResponseClass, number][] = [
    [get('/'), 'page', 200],
    [get('/en/'), 'page', 200],
    [get('/ur/find/'), 'page', 200],
    [get('/en/refer/'), 'private', 200],
    [get('/en/refer/1/'), 'private', 200],
    [get('/en/status/'), 'private', 200],
    [get('/en/p/'), 'private', 200],
    [get('/nowhere/'), 'page', 404],
    [get('/en/refer/9/'), 'private', 404],
    [get('/xx/refer/1/'), 'private', 404],
    [get('/en/find'), 'page', 308],
    [get(asset), 'asset', 200],
    [get('/favicon.svg'), 'file', 200],
    [get('/exit'), 'exit', 303],
    [get('/health'), 'page', 404],
    [get('/en/', { method: 'PUT' }), 'page', 405],
    [
      get('/en/refer/1/', { method: 'POST', body: '{}', headers: { 'Content-Type': 'text/plain' } }),
      'private',
      415,
    ],
    [get('/en/refer/1/', { method: 'POST', body: encoded({ note: 'x'.repeat(70_000) }) }), 'private', 413],
    [get('/en/refer/1/', { method: 'POST', body: encoded({}) }), 'private', 422],
    [get('/en/status/', { method: 'POST', body: encoded({ code: 'x' }) }), 'private', 422],
    [get('/p/open', { method: 'POST', body: encoded({}) }), 'private', 404],
    [get('/en/search/', { method: 'POST', body: encoded({ words: 'letter' }) }), 'found', 200],
  ];
  for (const [response, responseClass, status] of cases) {
    const answered = await response;
    expect(answered.status, answered.url).toBe(status);
    await expectHeaders(answered, responseClass);
  }
});

test('D6: a host name that is not loopback gets the same headers, and its name stands nowhere', async () => {
  const [status, headers, body] = await new Promise<[number | undefined, Record<string, unknown>, string]>(
    (done) => {
      const asked = nodeRequest(`${siteUrl}/en/refer/1/`, {
        headers: {
          Host: 'portal.evil.example',
          'X-Forwarded-Host': 'other.evil.example',
          'X-Forwarded-Proto': 'https',
        },
      });
      asked.on('response', (response) => {
        let text = '';
        response.on('data', (chunk) => (text += String(chunk)));
        response.on('end', () => done([response.statusCode, response.headers, text]));
      });
      asked.end();
    },
  );
  expect(status).toBe(200);
  expect(body).not.toContain('evil.example');
  for (const [name, value] of Object.entries(constant)) expect(headers[name.toLowerCase()]).toBe(value);
  expect(headers['strict-transport-security']).toBeUndefined();
  expect(headers['content-security-policy']).not.toContain('upgrade-insecure-requests');
});

test('the way out sends people to a neutral page and tells the browser to forget', async () => {
  const response = await get('/exit');
  expect(response.headers.get('location')).toBe('https://www.bbc.co.uk/weather');
});

test('pages are compressed as the browser accepts, and a HEAD has no body', async () => {
  const key = await aFormKey();
  expect(key).toMatch(/^[0-9a-f]{32}\./);
  for (const [path, status, encoding] of [
    ['/en/', 200, 'br'],
    ['/en/refer/1/', 200, 'gzip'],
    ['/nowhere/', 404, 'br'],
  ] as const) {
    const response = await get(path, { headers: { 'Accept-Encoding': 'gzip, br' } });
    expect(response.status).toBe(status);
    expect(response.headers.get('content-encoding')).toBe(encoding);
    expect(await response.text()).toContain('<main');
    const head = await get(path, { method: 'HEAD' });
    expect(head.status).toBe(status);
    expect(await head.text()).toBe('');
  }
});

test('whoever watches the line sees one size, whatever the form asks, says or was told', async () => {
  const key = await aFormKey();
  const filled = { 'form-key': key, 'call-me': 'x'.repeat(60), note: 'why '.repeat(120), step: 'check' };
  const code = '0000-0000-0000-0000';
  const asked: Promise<Response>[] = [];
  const headers = { 'Accept-Encoding': 'gzip', Origin: siteUrl };
  const post = (path: string, form: FormFields) =>
    asked.push(get(path, { method: 'POST', headers, body: encoded(form) }));
  for (const language of languageCodes) {
    for (const role of [1, 2, 3, 4]) {
      asked.push(get(`/${language}/refer/${role}/`, { headers }));
      post(`/${language}/refer/${role}/`, aReferralForm({ 'form-key': key, step: 'answers' }));
    }
    for (const kind of kinds) post(`/${language}/refer/1/`, aReferralForm({ ...filled, kind }));
    asked.push(get(`/${language}/status/`, { headers }));
    post(`/${language}/status/`, { code, step: 'look' });
  }
  const sizes = (await Promise.all(asked)).map((response) => response.headers.get('content-length'));
  expect(new Set(sizes)).toEqual(new Set(['8192']));
  const { receipt } = await send();
  const known = await get('/en/status/', {
    method: 'POST',
    headers,
    body: encoded({ code: receipt, step: 'look' }),
  });
  expect(await known.text()).toContain('id="status"');
  expect(known.headers.get('content-length')).toBe('8192');
  const plain = await get('/en/refer/1/', { headers: { 'Accept-Encoding': 'identity' } });
  expect(Number(plain.headers.get('content-length')) % 8192).toBe(0);
});

test('C15: paths that climb, double their slashes or hide characters lead nowhere', async () => {
  for (const path of [
    '/..%2f..%2fetc/passwd',
    '/en/%00/',
    '//evil.example/',
    '/en/../../x',
    '/%252e%252e/',
  ]) {
    const status = await new Promise<number | undefined>((done) => {
      const asked = nodeRequest({ port: new URL(siteUrl).port, path, host: '127.0.0.1' });
      asked.on('response', (response) => {
        response.resume();
        done(response.statusCode);
      });
      asked.end();
    });
    expect([400, 404], path).toContain(status);
  }
});

test('G3: unknown, withdrawn and declined codes answer with the same bytes', async () => {
  const look = async (code: string, step = 'look') => {
    const response = await get('/en/status/', { method: 'POST', body: encoded({ code, step }) });
    return [response.status, await response.text()] as const;
  };
  const [withdrawn, declined] = [await send(aReferralForm()), await send(aReferralForm())];
  await look(withdrawn.receipt, 'withdraw-yes');
  await look(declined.receipt, 'decline');
  const unknown = await look('0000-0000-0000-0000');
  expect(await look(withdrawn.receipt)).toEqual(unknown);
  expect(await look(declined.receipt)).toEqual(unknown);
});
