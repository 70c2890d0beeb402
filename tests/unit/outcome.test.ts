import assert from 'node:assert/strict';
import test from 'node:test';
import { outcomeOf, type Outcome } from '../../src/server/delivery/outcome.ts';

/** What nodemailer 10.6 reports, row by row; the conversations themselves are in tests/faults. */
const rows: [situation: string, error: object, expected: Outcome][] = [
  ['greylisting', { code: 'EENVELOPE', responseCode: 450, command: 'RCPT TO' }, { kind: 'later' }],
  ['busy at MAIL', { code: 'EENVELOPE', responseCode: 421, command: 'MAIL FROM' }, { kind: 'later' }],
  [
    'a local fault after the dot',
    { code: 'EMESSAGE', responseCode: 451, command: 'DATA' },
    { kind: 'later' },
  ],
  ['no such mailbox', { code: 'EENVELOPE', responseCode: 550, command: 'RCPT TO' }, { kind: 'refused' }],
  ['a name not allowed', { code: 'EENVELOPE', responseCode: 553, command: 'RCPT TO' }, { kind: 'refused' }],
  ['refused after the dot', { code: 'EMESSAGE', responseCode: 554, command: 'DATA' }, { kind: 'refused' }],
  ['a full mailbox', { code: 'EENVELOPE', responseCode: 552, command: 'RCPT TO' }, { kind: 'full' }],
  ['no room on the server', { code: 'EENVELOPE', responseCode: 452, command: 'MAIL FROM' }, { kind: 'full' }],
  [
    'a wrong password',
    { code: 'EAUTH', responseCode: 535, command: 'AUTH PLAIN' },
    { kind: 'stopped', why: 'sign-in' },
  ],
  [
    'a password asked for at MAIL',
    { code: 'EENVELOPE', responseCode: 530, command: 'MAIL FROM' },
    { kind: 'stopped', why: 'sign-in' },
  ],
  [
    'a sender over its quota',
    {
      code: 'EENVELOPE',
      responseCode: 550,
      response: '550 5.4.5 Daily quota exceeded',
      command: 'MAIL FROM',
    },
    { kind: 'stopped', why: 'sender' },
  ],
  [
    'a sender without room',
    { code: 'EENVELOPE', responseCode: 552, command: 'MAIL FROM' },
    { kind: 'stopped', why: 'sender' },
  ],
  ...(
    [
      ['554 5.7.1 <team@service.example>: Relay access denied', true],
      ['550-5.7.1 Unable to relay', true],
      ['550 relay not permitted', true],
      ['553 5.7.1 <portal@sender.example>: Sender address rejected: not owned by user portal', true],
      ['550 5.7.60 SMTP; Client does not have permissions to send as this sender', true],
      ['554 5.7.1 <unknown[192.0.2.1]>: Client host rejected: Access denied', true],
      ['554 5.7.1 <team@service.example>: Recipient address rejected: Access denied', false],
      ['550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup; sender not authenticated', false],
      ['550 5.1.1 no such user, and no relay', false],
    ] as const
  ).map(([response, isAboutUs]): [string, object, Outcome] => [
    `RCPT: ${response}`,
    { code: 'EENVELOPE', responseCode: Number(response.slice(0, 3)), response, command: 'RCPT TO' },
    isAboutUs ? { kind: 'stopped', why: 'relay' } : { kind: 'refused' },
  ]),
  ...(
    [
      ['550-5.7.26 This mail has been blocked because the sender is unauthenticated.', true],
      ['550 5.7.23 SPF validation failed', true],
      ['550 5.7.509 Access denied, sending domain portal.example does not pass DMARC verification', true],
      ['554 5.7.1 Message rejected: sender of spam', false],
      ['550 5.7.133 sender not authenticated for group', false],
    ] as const
  ).map(([response, isAboutUs]): [string, object, Outcome] => [
    `DATA: ${response}`,
    { code: 'EMESSAGE', responseCode: Number(response.slice(0, 3)), response, command: 'DATA' },
    isAboutUs ? { kind: 'stopped', why: 'relay' } : { kind: 'refused' },
  ]),
  ['no way to sign in', { code: 'EAUTH', command: 'API' }, { kind: 'stopped', why: 'sign-in' }],
  ['signing in is down', { code: 'EAUTH', responseCode: 454, command: 'AUTH PLAIN' }, { kind: 'later' }],
  ['no STARTTLS', { code: 'ETLS', responseCode: 502, command: 'STARTTLS' }, { kind: 'stopped', why: 'tls' }],
  [
    'a bad certificate',
    { code: 'ESOCKET', originalCode: 'DEPTH_ZERO_SELF_SIGNED_CERT', command: 'CONN' },
    { kind: 'stopped', why: 'tls' },
  ],
  [
    'nobody listens',
    { code: 'ESOCKET', originalCode: 'ECONNREFUSED', command: 'CONN' },
    { kind: 'unreached' },
  ],
  ['no such host', { code: 'EDNS', command: 'CONN' }, { kind: 'unreached' }],
  [
    'no greeting',
    { code: 'ETIMEDOUT', timeoutType: 'GREETING_TIMEOUT', command: 'CONN' },
    { kind: 'unreached' },
  ],
  [
    'a greeting that refuses',
    { code: 'EPROTOCOL', responseCode: 554, command: 'CONN' },
    { kind: 'unreached' },
  ],
  [
    'silence in the middle',
    { code: 'ETIMEDOUT', timeoutType: 'SOCKET_TIMEOUT', command: 'CONN' },
    { kind: 'unknown' },
  ],
  ['hung up', { code: 'ECONNECTION', command: 'CONN' }, { kind: 'unknown' }],
  ['our own deadline', { code: 'EABORT' }, { kind: 'unknown' }],
];

for (const [situation, error, expected] of rows) {
  test(`${situation} means ${Object.values(expected).join(', ')}`, () => {
    assert.deepEqual(outcomeOf(error), expected);
  });
}

test('an error never seen before costs a retry and nothing else', () => {
  assert.deepEqual(outcomeOf(new TypeError('surprise')), { kind: 'unknown' });
});
