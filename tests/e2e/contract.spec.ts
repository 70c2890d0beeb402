/** What programs outside may rely on, line by line as in docs/contract.md. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '../support/browser.ts';
import { mailboxUrl, ports, siteUrl } from '../support/demonstration.ts';
import { mails, post, send } from '../support/referral-form.ts';

const dataDir = () => process.env['PORTAL_TEST_DATA_DIR'] ?? '';

test('[start] a second start on a taken port says so in one sentence and ends', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/start.ts'], {
    encoding: 'utf8',
    env: { ...process.env, ...ports, DATA_DIR: dataDir() },
  });
  expect(status).toBe(1);
  expect(stdout).toBe('');
  expect(stderr).toBe(`Port ${ports.PORT} is in use by another program; set PORT to a free one.\n`);
});

test('[mailbox] every message is a file as received and an entry of messages.json, newest first', async ({
  site,
}) => {
  const notice = await site.sendReferral();
  const listed = await mails();
  const mine = listed.find(({ text }) => text.includes(notice.link));
  expect(Object.keys(mine ?? {}).sort()).toEqual([
    'eml',
    'from',
    'id',
    'receivedAt',
    'subject',
    'text',
    'to',
  ]);
  const received = listed.map((mail) => String((mail as unknown as { receivedAt: string }).receivedAt));
  expect(received).toEqual(received.toSorted().reverse());

  const folder = join(dataDir(), 'mailbox');
  const files = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
  expect(files.every((text) => text.startsWith('X-Envelope-To: '))).toBe(true);
  expect(files.some((text) => text.includes(notice.reference))).toBe(true);
});

test('[mailbox] the demonstration’s keys and passphrase can be fetched from the mailbox', async ({
  site,
}) => {
  const passphrase = await (await fetch(`${mailboxUrl}/passphrase.txt`)).text();
  expect(passphrase.trim()).toBe(site.keys.passphrase);
  for (const name of readdirSync(join(dataDir(), 'demo', 'keys'))) {
    const key = await (await fetch(`${mailboxUrl}/keys/${name}`)).text();
    expect(key).toBe(readFileSync(join(dataDir(), 'demo', 'keys', name), 'utf8'));
  }
  expect((await fetch(`${mailboxUrl}/keys/..%2Fpassphrase.txt`)).status).toBe(404);
});

test('[status] a code is looked up, and taken back in two steps', async ({ site }) => {
  const { receipt } = await site.sendReferral();
  const ask = async (step: string) => (await post('/en/status/', { code: receipt, step })).text();
  // The mail can be read a moment before the courier has noted that it went.
  await expect.poll(() => ask('look')).toMatch(/id="status"[^>]*data-status="sent"/);
  expect(await ask('withdraw')).toMatch(/name="step"[^>]*value="withdraw-yes"/);
  expect(await ask('look')).toMatch(/data-status="sent"/);
  await ask('withdraw-yes');
  expect(await ask('look')).not.toMatch(/data-status=/);
});

test('[opening] a link opens, a code confirms once, and wrong ones say no more than that', async ({
  site,
}) => {
  const { link, reference, innerCode } = await site.sendReferral();
  const capability = link.split('.').at(-1) ?? '';
  const call = async (path: string, fields: Record<string, string>) => {
    const response = await post(path, fields);
    return { status: response.status, ...((await response.json()) as { state: string }) };
  };
  const opened = await call('/p/open', { reference, capability });
  expect(opened).toMatchObject({ status: 200, state: 'here', reference, acknowledged: false });
  expect(Object.keys(opened)).toEqual(expect.arrayContaining(['sealed', 'acceptedDay', 'goneOn']));
  expect(await call('/p/open', { reference, capability: '0'.repeat(32) })).toEqual({
    status: 404,
    state: 'unknown',
  });

  expect(await call('/p/ack', { reference, code: 'ABCDEFGHJKMN' })).toMatchObject({
    status: 422,
    state: 'wrong-code',
  });
  expect(await call('/p/ack', { reference, code: innerCode })).toMatchObject({
    status: 200,
    state: 'acknowledged',
  });
  expect(await call('/p/ack', { reference, code: innerCode })).toMatchObject({
    status: 200,
    state: 'already',
  });
});

test('[operator] health, metrics and what waits stand on a port of their own, and name nobody', async () => {
  const { receipt } = await send({ 'call-me': 'Operator Should Not See' });
  expect(receipt).not.toBe('');
  const operator = `http://127.0.0.1:${ports.OPERATOR_PORT}`;
  for (const [path, type] of [
    ['/health', 'application/json'],
    ['/metrics', 'text/plain; version=0.0.4'],
  ] as const) {
    const response = await fetch(operator + path);
    expect(response.headers.get('content-type')).toBe(type);
    expect(await response.text()).not.toContain('Operator Should Not See');
    expect((await fetch(siteUrl + path)).status).toBe(404);
  }
  const page = await fetch(`${operator}/operator/`);
  expect(page.status).toBeLessThan(504);
  expect(await page.text()).not.toContain('Operator Should Not See');
});
