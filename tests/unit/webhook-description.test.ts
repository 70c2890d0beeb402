import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parse } from 'yaml';
import { fieldNames, fields } from '../../src/referral/fields.ts';
import { example, webhookDescription } from '../../src/server/delivery/webhook-description.ts';
import { keyFrom, signatureOf } from '../../src/server/delivery/webhook-signature.ts';

type Parameter = { name: string; example: string };
type Described = {
  openapi: string;
  webhooks: { referral: { post: { parameters: Parameter[] } } };
  paths: Record<string, unknown>;
  components: {
    schemas: {
      JsonReferralBody: { properties: { referral: { properties: { answers: { properties: object } } } } };
    };
  };
};

const onDisk = readFileSync('docs/webhook.openapi.yaml', 'utf8');
const described = parse(onDisk) as Described;

test('the committed description of the webhook is the one the code makes', () => {
  assert.equal(onDisk, webhookDescription(), 'run `npm run fields`');
  assert.match(described.openapi, /^3\.1\./u);
  assert.deepEqual(Object.keys(described.paths), ['/p/ack', '/p/open']);
});

test('every answer that is sealed is described, and none that is not', () => {
  const { properties } = described.components.schemas.JsonReferralBody.properties.referral.properties.answers;
  assert.deepEqual(
    Object.keys(properties),
    fieldNames.filter((name) => fields[name].sealed),
  );
});

test('the signature of the example is right, worked out by the words of the description alone', () => {
  const header = (wanted: string) =>
    described.webhooks.referral.post.parameters.find(({ name }) => name === wanted)?.example ?? '';
  const body = JSON.stringify(example.body).padEnd(4096);
  const mac = createHmac('sha256', Buffer.from(example.key.slice('whsec_'.length), 'base64'))
    .update(`${header('Webhook-Id')}.${header('Webhook-Timestamp')}.${body}`)
    .digest('base64');
  assert.equal(header('Webhook-Signature'), `v1,${mac}`);
});

/** From the reference implementation: https://docs.svix.com/receiving/verifying-payloads/how-manual */
test('a signature is the one that Standard Webhooks publishes as its example', () => {
  const signed = {
    id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    timestamp: 1614265330,
    body: Buffer.from('{"test": 2432232314}'),
  };
  assert.equal(
    signatureOf(keyFrom('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'), signed),
    'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  );
});

test('another key, id, time or byte gives another signature', () => {
  const key = keyFrom(example.key);
  const signed = { id: 'a.referral', timestamp: 1, body: Buffer.from('{}') };
  const right = signatureOf(key, signed);
  for (const other of [
    signatureOf(keyFrom('whsec_b3RoZXIga2V5LCBwcm90ZWN0cyBub3RoaW5nIQ=='), signed),
    signatureOf(key, { ...signed, id: 'b.referral' }),
    signatureOf(key, { ...signed, timestamp: 2 }),
    signatureOf(key, { ...signed, body: Buffer.from('{} ') }),
  ])
    assert.notEqual(other, right);
});
