/** What is posted to a case system. `docs/webhook.openapi.yaml` is made from these schemas. */
import * as z from 'zod';
import { roles } from '../../referral/choices.ts';
import { innerCodeLength, referenceLength } from '../../referral/codes.ts';
import { padded, type Envelope } from '../../referral/envelope.ts';
import { fieldNames, fields, type Field } from '../../referral/fields.ts';

const code = (length: number) => z.string().regex(new RegExp(`^[0-9A-HJKMNP-TV-Z]{${length}}$`));
const reference = code(referenceLength).describe('What both sides call the referral; no secret.');
const lane = z
  .enum(['normal', 'held'])
  .describe('"held": something about how it was sent was unusual. It may still be genuine.');

/** From the schema that reads the form, so that a question added there is a field here. */
const answers = z
  .looseObject(
    Object.fromEntries(
      fieldNames
        .filter((name) => fields[name].sealed)
        .map((name) => [name, answerSchema(fields[name]).optional()]),
    ),
  )
  .describe(
    'By the names of docs/fields.json. What was left blank is absent. Keep fields that you do not know.',
  );

function answerSchema({ type, choices, charactersMax }: Field) {
  if (type === 'choices') return z.array(z.enum(choices ?? []));
  if (choices) return z.enum(choices);
  return z.string().max(charactersMax ?? 0);
}

/** The opened envelope: what the JSON in the sealed text holds as well. */
export const WebhookEnvelope = z.strictObject({
  version: z.literal(1),
  reference,
  innerCode: code(innerCodeLength).describe(
    'Entered at /p/ack once a person has read the referral. Show it to nobody before.',
  ),
  service: z.string(),
  area: z.string().exactOptional().describe('ONS code of the police force area.'),
  council: z.string().exactOptional().describe('ONS code of the council.'),
  createdAt: z.iso.datetime(),
  role: z.enum(roles),
  language: z.string().describe('Code of the language the person used.'),
  lane,
  // A loose object is typed as holding anything; what it lists are texts and lists of them.
  answers: answers as unknown as z.ZodType<Envelope['answers']>,
  consent: z.strictObject({
    send: z.literal(true),
    police: z.boolean(),
    victimService: z.boolean(),
    fallback: z.boolean(),
  }),
  banners: z
    .array(z.string())
    .readonly()
    .describe('Warnings to show above the answers, such as "kind-not-given".'),
  handedOnBy: z
    .string()
    .exactOptional()
    .describe('The service that opened it first and passed it on, with the consent of the person.'),
  test: z
    .literal(true)
    .exactOptional()
    .describe('Made to try the way; no person is waiting. Confirm it all the same.'),
}) satisfies z.ZodType<Envelope>;

const common = { version: z.literal(1), reference, service: z.string() };

const waiting = {
  ...common,
  event: z.enum(['referral', 'reminder']).describe('A reminder carries it once more, in case it was lost.'),
  openAt: z.url().describe('The page where a worker can open it with a key of the service.'),
  supersedes: reference.exactOptional().describe('The same form, sent before with other answers.'),
  supersededBy: reference.exactOptional().describe('The same form, sent again with other answers.'),
};

export const SealedReferralBody = z.strictObject({
  ...waiting,
  format: z.literal('sealed'),
  sealed: z.base64().describe('An age file (https://age-encryption.org/v1) of the envelope as JSON.'),
});

export const JsonReferralBody = z.strictObject({
  ...waiting,
  format: z.literal('json'),
  referral: WebhookEnvelope,
});

/** Somebody has confirmed it, and yet the person has heard nothing. */
export const ReminderBody = z.strictObject({ ...common, event: z.literal('reminder') });

export const WithdrawnBody = z.strictObject({ ...common, event: z.literal('withdrawn') });

export const WebhookBody = z.union([SealedReferralBody, JsonReferralBody, ReminderBody, WithdrawnBody]);
export type WebhookBody = z.infer<typeof WebhookBody>;

/**
 * Padded with spaces to steps of 4 KiB like the sealed text, so that its size says little to whoever watches the
 * network.
 */
export function bytesOf(body: WebhookBody): Uint8Array {
  return padded(JSON.stringify(body));
}
