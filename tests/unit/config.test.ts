import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mistakesOfWeb, readConfig } from '../../src/server/config.ts';
import { ConfigError } from '../../src/server/failure.ts';
import { realPortal as real } from '../support/real-portal.ts';

function mistakes(environment: Record<string, string>): readonly string[] {
  try {
    readConfig(environment);
    return [];
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.mistakes;
  }
}

test('a real installation starts with its six needed settings', () => {
  const config = readConfig(real);
  assert.equal(config.siteOrigin, 'https://portal.example');
  assert.equal(config.host, '127.0.0.1');
  assert.equal(config.port, 4321);
});

test('production refuses to start and lists everything that is missing at once', () => {
  const names = mistakes({}).map((one) => one.split(':', 1)[0]);
  assert.deepEqual(names, [
    'SITE_ORIGIN',
    'SMTP_URL',
    'MAIL_FROM',
    'CONTROLLER_NAME',
    'DATA_PROTECTION_CONTACT',
    'OPERATOR_PHONE',
  ]);
});

test('an empty variable is the same as none', () => {
  assert.equal(mistakes({ ...real, OPERATOR_PHONE: '' }).length, 1);
});

test('a mistake never repeats the value, because some are secret', () => {
  const said = mistakes({
    ...real,
    SMTP_URL: 'http://user:secret-word@mail.example',
    PORT: 'secret-word',
  }).join(' ');
  assert.match(said, /SMTP_URL/);
  assert.doesNotMatch(said, /secret-word/);
});

test('the demonstration binds to this machine only and refuses an https origin', () => {
  const demonstration = { PORTAL_DEMONSTRATION: '1' };
  assert.deepEqual(mistakes(demonstration), []);
  assert.match(mistakes({ ...demonstration, HOST: '0.0.0.0' }).join(), /HOST/);
  assert.match(mistakes({ ...demonstration, SITE_ORIGIN: 'https://portal.example' }).join(), /SITE_ORIGIN/);
});

test('a database on another machine is reached over verified TLS or not at all', () => {
  const said = (url: string) => mistakes({ ...real, DATABASE_URL: url }).join();
  for (const place of [
    'db.example',
    'db.example:5432',
    '192.0.2.7',
    '[2001:db8::7]',
    'localhost.db.example',
  ]) {
    const url = `postgresql://portal:secret-word@${place}/portal`;
    for (const weak of ['', '?sslmode=disable', '?sslmode=prefer', '?sslmode=no-verify']) {
      assert.match(said(url + weak), /^DATABASE_URL: .*sslmode=verify-full/, url + weak);
      assert.doesNotMatch(said(url + weak), /secret-word/);
    }
    assert.equal(said(`${url}?sslmode=verify-full`), '');
  }
  for (const place of ['localhost/portal', 'portal:secret-word@/portal'])
    assert.match(said(`postgresql://${place}?host=db.example`), /^DATABASE_URL/, place);
  for (const here of [
    'postgres://portal@127.0.0.1:5433/portal',
    'postgresql://localhost/portal',
    'postgresql://[::1]/portal',
    'postgresql:///portal?host=/run/postgresql',
    'postgresql://%2Frun%2Fpostgresql/portal',
  ]) {
    assert.equal(said(here), '', here);
  }
});

test('time can be moved for a rehearsal, and not under an https origin', () => {
  assert.match(mistakes({ ...real, CLOCK_FILE: 'clock.json' }).join(), /CLOCK_FILE/);
  assert.deepEqual(mistakes({ ...real, SITE_ORIGIN: 'http://portal.example', CLOCK_FILE: 'clock.json' }), []);
});

test('an origin has nothing after it, an area is an ONS code, a language is one we have', () => {
  assert.match(mistakes({ ...real, SITE_ORIGIN: 'https://portal.example/' }).join(), /SITE_ORIGIN/);
  assert.match(mistakes({ ...real, AREAS: 'Kent' }).join(), /AREAS/);
  assert.match(mistakes({ ...real, LANGUAGES: 'cy, xx' }).join(), /LANGUAGES/);
});

test('the operator’s address is one plain mailbox, or none', () => {
  assert.equal(
    readConfig({ ...real, OPERATOR_EMAIL: 'duty@trust.example' }).operatorEmail,
    'duty@trust.example',
  );
  assert.equal(readConfig(real).operatorEmail, undefined);
  for (const address of [
    'a@b.example,c@d.example',
    'Duty <a@b.example>',
    'a@b.example\r\nRCPT TO:<c@d.example>',
  ]) {
    assert.match(mistakes({ ...real, OPERATOR_EMAIL: address }).join(), /OPERATOR_EMAIL/);
  }
});

test('F2: the web process refuses to be told where a private key is; the courier and a demonstration may know', () => {
  const told = { ...real, SPOOL_KEY_FILE: '/run/key', WEBHOOK_KEYS_FILE: '/run/keys' };
  const names = mistakesOfWeb(readConfig(told)).map((one) => one.split(':', 1)[0]);
  assert.deepEqual(names, ['SPOOL_KEY_FILE', 'WEBHOOK_KEYS_FILE']);
  assert.deepEqual(mistakesOfWeb(readConfig(real)), []);
  assert.deepEqual(mistakesOfWeb(readConfig({ ...told, PORTAL_DEMONSTRATION: '1', SITE_ORIGIN: '' })), []);
});

test('whole referrals have a mail server only where one is named for them', () => {
  assert.equal(readConfig(real).contentSmtpUrl, undefined);
  const named = { ...real, CONTENT_SMTP_URL: 'smtps://relay.example' };
  assert.equal(readConfig(named).contentSmtpUrl, 'smtps://relay.example');
  assert.match(mistakes({ ...real, CONTENT_SMTP_URL: 'relay.example' }).join(), /CONTENT_SMTP_URL/);
});

test('D7: the header with the network has the name of a header, in any letters, or nobody is counted by it', () => {
  assert.equal(readConfig(real).addressHeader, undefined);
  assert.equal(readConfig({ ...real, ADDRESS_HEADER: 'X-Network' }).addressHeader, 'x-network');
  for (const odd of ['X Network', 'x-network:', '1', 'x\r\ny', 'X-Forwarded-For, X-Real-IP']) {
    assert.deepEqual(mistakes({ ...real, ADDRESS_HEADER: odd }), [
      'ADDRESS_HEADER: must be the name of a header',
    ]);
  }
});
