import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { newKeyPair } from '../../src/referral/seal.ts';
import { isReady, readDirectory, recipientsOf } from '../../src/server/directory.ts';
import { ConfigError } from '../../src/server/failure.ts';

const known = new Set(['kent']);
const [one, two] = [await newKeyPair(), await newKeyPair()];
const kent = {
  channel: 'notice',
  addresses: ['team@kent.example'],
  recipients: [one.recipient, two.recipient],
  canaryAcknowledgedOn: '2026-11-01',
};

function read(services: object, more: object = {}) {
  const file = join(mkdtempSync(join(tmpdir(), 'portal-directory-')), 'directory.json');
  writeFileSync(file, JSON.stringify({ version: 1, services, ...more }));
  return readDirectory(file, known, false);
}

const refused = (services: object) => assert.throws(() => read(services), ConfigError);

test('a service with one plain address and two keys can receive', () => {
  const directory = read({ kent });
  assert.deepEqual(recipientsOf(directory.services['kent'] ?? assert.fail(), directory), kent.recipients);
});

test('the directory of a demonstration, whose keys anybody can have, is of no use to a real portal', () => {
  assert.throws(() => read({ kent }, { demonstration: true }), /is of a demonstration/);
});

test('no address stands twice, and no key is of two who must not be the same', async () => {
  refused({ kent: { ...kent, addresses: ['team@kent.example', 'team@kent.example'] } });
  const { recipient: other } = await newKeyPair();
  const robot = (keys: readonly string[]) => ({
    canary: { address: 'robot@test.example', recipients: keys },
  });
  assert.throws(() => read({ kent }, robot([one.recipient, other])), /canary: is the key of somebody else/);
  assert.throws(() => read({ kent }, { escrow: two.recipient }), /escrow: is the key of somebody else/);
});

test('an escrow key is one more recipient of everything', async () => {
  const { recipient } = await newKeyPair();
  const directory = read({ kent }, { escrow: recipient });
  assert.equal(recipientsOf(directory.services['kent'] ?? assert.fail(), directory).at(-1), recipient);
});

test('C3: an address that could name a second mailbox is refused', () => {
  for (const address of [
    'p@q.example\r\nRCPT TO:<evil@e.example>',
    'a@b.example,c@d.example',
    'Team <a@b.example>',
    '"a b"@c.example',
    'a@b.example ',
    'a@b',
    'ä@b.example',
    '.a@b.example',
  ]) {
    refused({ kent: { ...kent, addresses: [address] } });
  }
});

test('whoever answers for a service can be told by one plain address, or not at all', () => {
  const policingBody = 'body@area.example';
  assert.equal(read({ kent: { ...kent, policingBody } }).services['kent']?.policingBody, policingBody);
  assert.equal(read({ kent }).services['kent']?.policingBody, undefined);
  refused({ kent: { ...kent, policingBody: 'a@b.example,c@d.example' } });
});

test('F5: fewer than two keys, the same key twice, and a private key pasted as a public one are refused', () => {
  refused({ kent: { ...kent, recipients: [] } });
  refused({ kent: { ...kent, recipients: [one.recipient] } });
  refused({ kent: { ...kent, recipients: [one.recipient, one.recipient] } });
  refused({ kent: { ...kent, recipients: [one.recipient, two.identity] } });
});

test('a service nobody knows is a mistake, and a private key is not repeated in the message', () => {
  refused({ dover: kent });
  try {
    read({ kent: { ...kent, recipients: [one.identity, two.recipient] } });
    assert.fail();
  } catch (error) {
    assert.ok(error instanceof ConfigError && !error.message.includes(one.identity));
  }
});

const [spool, escrow] = [(await newKeyPair()).recipient, (await newKeyPair()).recipient];
const content = {
  channel: 'content',
  addresses: ['team@kent.example.cjsm.net'],
  mailboxVerifiedOn: '2026-10-30',
  canaryAcknowledgedOn: '2026-11-01',
};
const webhook = {
  channel: 'webhook',
  webhook: { url: 'https://cases.kent.example/referrals', keyId: 'kent-1', format: 'json' },
  addresses: ['team@kent.example'],
  canaryAcknowledgedOn: '2026-11-01',
};

test('what leaves in the clear is sealed to the courier’s key besides, and so never to a single key', () => {
  for (const service of [content, webhook]) {
    const directory = read({ kent: service }, { spool, escrow });
    assert.deepEqual(recipientsOf(directory.services['kent'] ?? assert.fail(), directory), [spool, escrow]);
    assert.throws(() => read({ kent: service }, { escrow }), ConfigError);
    assert.throws(() => read({ kent: service }, { spool }), ConfigError);
    assert.throws(() => read({ kent: service }, { spool, escrow: spool }), ConfigError);
  }
});

test('a service that opens referrals itself is never sealed to the courier’s key', () => {
  const sealed = { ...webhook, webhook: { ...webhook.webhook, format: 'sealed' } };
  for (const service of [kent, { ...sealed, recipients: kent.recipients }]) {
    const directory = read({ kent: service }, { spool });
    assert.deepEqual(recipientsOf(directory.services['kent'] ?? assert.fail(), directory), kent.recipients);
  }
  assert.throws(() => read({ kent: sealed }, { spool, escrow }), ConfigError);
});

test('a form opens only after a test was confirmed, and for whole referrals by mail only to a verified mailbox', () => {
  const ready = (service: object) =>
    isReady(read({ kent: service }, { spool, escrow }).services['kent'] ?? assert.fail());
  for (const service of [kent, content, webhook]) {
    assert.equal(ready(service), true);
    assert.equal(ready({ ...service, canaryAcknowledgedOn: null }), false);
  }
  assert.equal(ready({ ...content, mailboxVerifiedOn: null }), false);
});

test('a case system has a name, https, and nothing in its address that could be a secret', () => {
  const withUrl = (url: string) => ({ ...webhook, webhook: { ...webhook.webhook, url } });
  for (const url of [
    'http://cases.kent.example/',
    'https://user:word@cases.kent.example/',
    'https://cases.kent.example/?token=1',
    'https://cases.kent.example/#x',
    'https://10.0.0.1/',
    'https://[::1]/',
    'https://localhost/',
    'https://kent/',
    'ftp://cases.kent.example/',
    'https://cases.kent.example\r\n/',
    'file:///etc/passwd',
  ])
    assert.throws(() => read({ kent: withUrl(url) }, { spool, escrow }), ConfigError, url);
  for (const url of ['https://cases.kent.example:8443/a/b-c', 'http://127.0.0.1:8080/'])
    assert.ok(read({ kent: withUrl(url) }, { spool, escrow }));
});
