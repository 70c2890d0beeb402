import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { newKeyPair } from '../../src/referral/seal.ts';
import { readDirectory, recipientsOf } from '../../src/server/directory.ts';
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
  return readDirectory(file, known);
}

const refused = (services: object) => assert.throws(() => read(services), ConfigError);

test('a service with one plain address and two keys can receive', () => {
  const directory = read({ kent });
  assert.deepEqual(recipientsOf(directory.services['kent'] ?? assert.fail(), directory), kent.recipients);
});

test('an escrow key is one more recipient of everything', async () => {
  const { recipient } = await newKeyPair();
  const directory = read({ kent }, { escrow: recipient });
  assert.equal(recipientsOf(directory.services['kent'] ?? assert.fail(), directory).at(-1), recipient);
});

test('an address that could name a second mailbox is refused', () => {
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

test('fewer than two keys, the same key twice, and a private key pasted as a public one are refused', () => {
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
