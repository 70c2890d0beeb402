/** The courier does not start without a key that somebody's referral needs, and the doctor says the same. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { newKeyPair } from '../../src/referral/seal.ts';
import { readConfig } from '../../src/server/config.ts';
import { openOtherChannels } from '../../src/server/delivery/other-channels.ts';
import { Directory } from '../../src/server/directory.ts';
import { ConfigError } from '../../src/server/failure.ts';
import { anSmtpSink } from '../support/smtp-sink.ts';
import { realPortal } from '../support/real-portal.ts';
import { escrowKey, spoolKey } from '../support/spool-key.ts';
import { aFolder } from '../support/stores.ts';

const secret = 'whsec_bm9ydGhmaWVsZCwgdGVzdCBrZXkgbnVtYmVyIG9uZQ==';

const directory = {
  version: 1,
  spool: spoolKey.recipient,
  escrow: escrowKey.recipient,
  services: {
    'why-me': {
      channel: 'content',
      addresses: ['team@service.example'],
      mailboxVerifiedOn: '2026-10-30',
      canaryAcknowledgedOn: null,
    },
    'cheshire-rj': {
      channel: 'webhook',
      webhook: { url: 'https://cases.service.example/referrals', keyId: 'service-1', format: 'json' },
      addresses: ['team@service.example'],
      canaryAcknowledgedOn: null,
    },
  },
};

function keyFile(t: TestContext, text: string): string {
  const file = join(aFolder(t), 'key');
  writeFileSync(file, text, { mode: 0o600 });
  return file;
}

type Files = { spool?: string; spoolMode?: number; keys?: string; keysMode?: number };

/** Writes what is given and says what stands in the way of a start. */
async function mistakesWith(t: TestContext, files: Files, environment: Record<string, string> = {}) {
  const folder = aFolder(t);
  const write = (name: string, text: string | undefined, mode: number | undefined) => {
    if (text === undefined) return '';
    writeFileSync(join(folder, name), text);
    chmodSync(join(folder, name), mode ?? 0o600);
    return join(folder, name);
  };
  const config = readConfig({
    ...realPortal,
    CONTENT_SMTP_URL: 'smtps://relay.example',
    CONTENT_MAIL_FROM: 'portal@relay.example',
    SPOOL_KEY_FILE: write('spool-key', files.spool, files.spoolMode),
    WEBHOOK_KEYS_FILE: write('webhook-keys', files.keys, files.keysMode),
    ...environment,
  });
  try {
    await openOtherChannels(config, Directory.parse(directory), { services: [], areas: [] });
    return [];
  } catch (cause) {
    assert.ok(cause instanceof ConfigError);
    return cause.mistakes;
  }
}

const spool = `# created by age-keygen\n${spoolKey.identity}\n`;
const keys = JSON.stringify({ 'service-1': secret });

test('with both keys, each for its owner only, the channels open', async (t) => {
  assert.deepEqual(await mistakesWith(t, { spool, keys }), []);
  assert.deepEqual(await mistakesWith(t, { spool, spoolMode: 0o400, keys, keysMode: 0o400 }), []);
});

test('all that is missing is said at once', async (t) => {
  const said = await mistakesWith(t, {}, { CONTENT_SMTP_URL: '', CONTENT_MAIL_FROM: '' });
  assert.deepEqual(
    said.map((one) => one.split(':', 1)[0]),
    ['SPOOL_KEY_FILE', 'WEBHOOK_KEYS_FILE', 'CONTENT_SMTP_URL', 'CONTENT_MAIL_FROM'],
  );
});

test('F2: a key that others can read or change is refused, and not a letter of it is repeated', async (t) => {
  for (const mode of [0o604, 0o644, 0o622, 0o606, 0o777]) {
    const said = await mistakesWith(t, { spool, spoolMode: mode, keys, keysMode: mode });
    assert.equal(said.length, 2, mode.toString(8));
    assert.match(said.join('\n'), /others can read or change/u);
    assert.doesNotMatch(said.join('\n'), /AGE-SECRET|whsec_/u);
  }
});

test('a wrong spool key, a damaged one, none, and one pasted as public are each refused', async (t) => {
  const other = await newKeyPair();
  const damaged = spoolKey.identity.replace(/.$/u, (last) => (last === 'Q' ? 'P' : 'Q'));
  for (const text of [other.identity, damaged, spoolKey.recipient, '']) {
    const [said = '', ...more] = await mistakesWith(t, { spool: text, keys });
    assert.match(said, /^SPOOL_KEY_FILE: /u);
    assert.ok(!said.includes('AGE-SECRET-KEY-1'));
    assert.deepEqual(more, []);
  }
});

test('a signing key that is missing, short or no JSON is refused, without a word of the file', async (t) => {
  for (const text of [`{"another": "${secret}"}`, '{"service-1": "whsec_c2hvcnQ="}', secret, '[]']) {
    const [said = '', ...more] = await mistakesWith(t, { spool, keys: text });
    assert.match(said, /^WEBHOOK_KEYS_FILE: /u);
    assert.ok(!said.includes(secret.slice(6)) && !said.includes('c2hvcnQ'));
    assert.deepEqual(more, []);
  }
});

test('what a service gets by content comes from the mailbox that is kept for it, not from the ordinary one', async (t) => {
  const sink = await anSmtpSink(t);
  const config = readConfig({
    PORTAL_DEMONSTRATION: '1',
    MAIL_FROM: 'portal@portal.example',
    CONTENT_SMTP_URL: `smtp://127.0.0.1:${sink.port}`,
    CONTENT_MAIL_FROM: 'portal@relay.example',
    SPOOL_KEY_FILE: keyFile(t, spool),
  });
  const { 'why-me': byContent } = directory.services;
  const alone = Directory.parse({ ...directory, services: { 'why-me': byContent } });
  const { content } = await openOtherChannels(config, alone, { services: [], areas: [] });
  const [to] = byContent.addresses;
  assert.ok(content && to);
  await content.channel.send({ to, id: 'one', subject: 'one', text: 'one', date: new Date() });
  assert.deepEqual(
    sink.taken.map(({ from }) => from),
    ['portal@relay.example'],
  );
});

test('the courier ends at its start and the doctor stops a launch, each naming the setting', (t) => {
  const folder = aFolder(t);
  const directoryFile = join(folder, 'directory.json');
  writeFileSync(directoryFile, JSON.stringify(directory));
  const environment = {
    PATH: process.env['PATH'],
    ...realPortal,
    DATA_DIR: folder,
    DIRECTORY_FILE: directoryFile,
    SPOOL_KEY_FILE: join(folder, 'no-such-file'),
  };
  const run = (file: string) => spawnSync(process.execPath, [file], { encoding: 'utf8', env: environment });
  const courier = run('src/server/delivery/main.ts');
  assert.equal(courier.status, 1);
  const doctor = run('scripts/doctor.ts');
  assert.equal(doctor.status, 1);
  assert.match(doctor.stdout, /^warns  ADDRESS_HEADER: /mu);
  for (const name of [
    'SPOOL_KEY_FILE: cannot read',
    'WEBHOOK_KEYS_FILE: missing',
    'CONTENT_SMTP_URL: missing',
    'CONTENT_MAIL_FROM: missing',
  ]) {
    assert.ok(courier.stderr.includes(name), courier.stderr);
    assert.ok(doctor.stdout.includes(`stops  ${name}`), doctor.stdout);
  }
});
