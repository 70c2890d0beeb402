/** `docs/webhook.openapi.yaml`: what a case system is sent and how it confirms, for whoever builds one. */
import { stringify } from 'yaml';
import * as z from 'zod';
import { signedHeaders, keyFrom } from './webhook-signature.ts';
import {
  bytesOf,
  JsonReferralBody,
  ReminderBody,
  SealedReferralBody,
  WithdrawnBody,
} from './webhook-body.ts';

const bodies = { SealedReferralBody, JsonReferralBody, ReminderBody, WithdrawnBody };

/** A key that protects nothing, and a message signed with it: whoever builds a case system can check their arithmetic. */
export const example = {
  key: 'whsec_ZXhhbXBsZSBrZXksIHByb3RlY3RzIG5vdGhpbmc=',
  keyId: 'example-1',
  date: new Date('2026-11-20T12:00:00Z'),
  body: { version: 1, event: 'withdrawn', reference: '7K2Q9FXB', service: 'example-service' },
} as const;

/** Many readers of YAML take a bare yes or no for a boolean, as YAML 1.1 did: such answers stand in quotes. */
const yamlStyle = { blockQuote: 'literal', lineWidth: 0, compat: 'yaml-1.1' } as const;

/** OpenAPI 3.1 in YAML. The same text every time, so that a test can compare it. */
export function webhookDescription(): string {
  return `# Made by \`npm run fields\` from src/server/delivery/webhook-*.ts. Change it there.\n${stringify(document(), yamlStyle)}`;
}

function document() {
  return {
    openapi: '3.1.1',
    info: {
      title: 'Restorative justice portal: referrals for case systems',
      version: '1',
      description: about,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: 'https://portal.example', description: 'The portal, for the two calls under paths' }],
    security: [],
    tags: [
      { name: 'webhook', description: 'What the portal sends' },
      { name: 'confirm', description: 'What the case system calls' },
    ],
    webhooks: { referral: { post: sent() } },
    paths: { '/p/ack': { post: acknowledge }, '/p/open': { post: fetchAgain } },
    components: {
      schemas: Object.fromEntries(Object.entries(bodies).map(([name, schema]) => [name, schemaOf(schema)])),
    },
  };
}

/** The dialect is that of OpenAPI 3.1, so it is not named in each. What is readonly in our code may well be sent. */
function schemaOf(schema: z.ZodType) {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, {
    override: ({ jsonSchema }) => delete jsonSchema.readOnly,
  });
  return rest;
}

const about = `The portal POSTs each referral to the address in its directory, over https with a verified certificate, and follows no
redirect. It tries again until it has an answer, so the same message can come more than once.

Do these in this order:

1. Keep the body as the bytes that came. Look up the key by \`Webhook-Key-Id\`; compute HMAC-SHA-256 over
   \`<Webhook-Id>.<Webhook-Timestamp>.<body>\`; compare it, in constant time, with what stands in base64 after \`v1,\` in
   \`Webhook-Signature\`. The key is what stands in base64 after \`whsec_\`. This is Standard Webhooks 1, so its libraries work.
2. Refuse a timestamp more than five minutes from now. Every attempt has a fresh one.
3. Look whether you have taken this \`Webhook-Id\` before. If so answer 200 and do nothing.
4. Put it where a person will see it, safely on disk, and only then answer 2xx. The portal calls this handed over.
   It does not count as read.

When a person of the service has read the referral, and not before, send its \`innerCode\` to \`/p/ack\`. Until then the portal
reminds the service, and after two working days somebody phones it. A program that confirms by itself switches this off,
and a person may be left waiting for nobody.

| What you answer | What the portal does |
|---|---|
| 2xx | takes it as handed over; the body of your answer is not read |
| 408, 425, 429, 5xx, or nothing within 30 seconds | tries again after 1, 2, 5, 10, 20, 40 minutes, then every hour |
| any other status, a redirect too | tells the service by mail, calls the operator, tries again every six hours |
| TLS that cannot be trusted | sends nothing, does the same, and tries again every five minutes |

How to contact the person safely is in the answers \`safe-when\`, \`voicemail\` and \`who-knows\`: show these first. Nobody has checked
who filled in the form. After \`withdrawn\`, make no contact and delete what you have.

A referral may come as \`sealed\` although the directory says \`json\`: it was then sealed before the service asked for that.

Check your arithmetic: with the key \`${example.key}\` the example below has the signature that stands with it.`;

function sent() {
  const headers = exampleHeaders();
  const header = (name: keyof typeof headers, description: string, schema: object) => ({
    name,
    in: 'header',
    required: true,
    description,
    schema,
    example: headers[name],
  });
  return {
    tags: ['webhook'],
    operationId: 'takeReferral',
    summary: 'A referral, a reminder of one, or that one was withdrawn',
    parameters: [
      header('Webhook-Id', 'The same for every attempt at this message: take it once.', { type: 'string' }),
      header('Webhook-Timestamp', 'When this attempt was made, in whole seconds since 1970.', {
        type: 'string',
        pattern: '^[0-9]+$',
      }),
      header('Webhook-Key-Id', 'Which of the keys agreed with the operator signed it.', {
        type: 'string',
        pattern: '^[a-z0-9-]{1,64}$',
      }),
      header('Webhook-Signature', '`v1,` and the HMAC in base64.', {
        type: 'string',
        pattern: '^v1,[A-Za-z0-9+/]{43}=$',
      }),
    ],
    requestBody: {
      required: true,
      description: 'JSON in UTF-8, filled up with spaces to a multiple of 4096 bytes. They are signed too.',
      content: {
        'application/json': {
          schema: { oneOf: Object.keys(bodies).map((name) => ({ $ref: `#/components/schemas/${name}` })) },
          examples: {
            withdrawn: { summary: 'Without the spaces after it', value: example.body },
          },
        },
      },
    },
    responses: {
      '2XX': { description: 'It is on disk, and a person will see it.' },
      '401': { description: 'The signature is not ours, or the key is not known.' },
      '5XX': { description: 'Not now.' },
    },
  };
}

function exampleHeaders() {
  const { key, keyId, date, body } = example;
  return signedHeaders(keyFrom(key), {
    keyId,
    id: `${body.reference}.${body.event}`,
    body: bytesOf(body),
    date,
  });
}

const form = (fields: Readonly<Record<string, string>>) => ({
  required: true,
  content: {
    'application/x-www-form-urlencoded': {
      schema: {
        type: 'object',
        properties: Object.fromEntries(
          Object.entries(fields).map(([name, description]) => [name, { type: 'string', description }]),
        ),
        required: Object.keys(fields),
      },
    },
  },
});

const answer = (description: string, states: readonly string[], more: object = {}) => ({
  description,
  content: {
    'application/json': {
      schema: {
        type: 'object',
        properties: { state: { enum: states }, ...more },
        required: ['state'],
      },
    },
  },
});

const day = { type: 'string', format: 'date' };

const acknowledge = {
  tags: ['confirm'],
  operationId: 'confirm',
  summary: 'A person of the service has read the referral',
  requestBody: form({ reference: 'Of the referral', code: 'Its innerCode, which stands nowhere else' }),
  responses: {
    '200': answer('Confirmed. Doing it again changes nothing.', ['acknowledged', 'already'], { goneOn: day }),
    '404': answer('No such reference.', ['unknown']),
    '409': answer('It was handed on to another service: this code is over.', ['handed-on'], {
      to: { type: 'string' },
    }),
    '410': answer('The person has withdrawn it: make no contact.', ['withdrawn']),
    '422': answer('Not the code of this referral.', ['wrong-code']),
    '423': answer('Ten wrong codes: phone the operator.', ['locked']),
    '503': answer('Nothing was confirmed: try again.', ['failed']),
  },
};

const fetchAgain = {
  tags: ['confirm'],
  operationId: 'fetchSealed',
  summary: 'The sealed text once more, while it is kept',
  requestBody: form({
    reference: 'Of the referral',
    capability: 'What stands after the dot in the fragment of openAt',
  }),
  responses: {
    '200': answer('The sealed text, or why there is none.', ['here', 'gone', 'withdrawn', 'handed-on'], {
      reference: { type: 'string' },
      sealed: { type: 'string', contentEncoding: 'base64' },
      acceptedDay: day,
      acknowledged: { type: 'boolean' },
      mayBeHandedOn: { type: 'boolean' },
      to: { type: 'string' },
      goneOn: day,
      supersedes: { type: 'string' },
      supersededBy: { type: 'string' },
    }),
    '404': answer('No such reference, or not its capability.', ['unknown']),
    '503': answer('Try again.', ['failed']),
  },
};
