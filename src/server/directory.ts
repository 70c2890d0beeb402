/** The directory: how each service receives. Private, outside the repository, read once at start. */
import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { ConfigError } from './failure.ts';

/**
 * One plain mailbox: no display name, no quotes, no comma, no space, no line break, ASCII only. A looser pattern would
 * let an entry add a recipient: nodemailer was seen to deliver only to the address behind a CR LF.
 */
export const mailbox = z
  .string()
  .max(254)
  .regex(
    /^[a-z0-9](?:[a-z0-9._+-]*[a-z0-9])?@[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$/i,
  );

/** The public half of an age key. A private one pasted here by mistake does not match. */
const recipient = z.string().regex(/^age1[02-9ac-hj-np-z]{58}$/, 'not an age public key (age1…)');

const DirectoryService = z.strictObject({
  /** 'notice': a mail without personal data that links to the sealed referral. */
  channel: z.literal('notice'),
  /** First and second address. */
  addresses: z.array(mailbox).min(1).max(2),
  /** At least two keys, held by two people: one lost key must not lose a referral. */
  recipients: z
    .array(recipient)
    .min(2)
    .refine((keys) => new Set(keys).size === keys.length, 'the same key twice'),
  /** The day somebody there last confirmed a test referral, or null: until then the service shows a phone, no form. */
  canaryAcknowledgedOn: z.iso.date().nullable(),
  /**
   * Who answers for the service, if they have agreed to be told by mail what nobody there has confirmed. A referral keeps
   * no area, so it stands here and not with an area.
   */
  policingBody: mailbox.optional(),
});

/** `DIRECTORY_FILE`: which services can receive here, and how. Keys of `services` are names of files in the catalogue. */
export const Directory = z.strictObject({
  $schema: z.string().optional(),
  version: z.literal(1),
  services: z.record(z.string().regex(/^[a-z0-9-]+$/), DirectoryService),
  /** Where an hourly test goes: a program that opens and confirms by itself, with keys that open nothing else. */
  canary: z.strictObject({ address: mailbox, recipients: z.array(recipient).min(2) }).optional(),
  /** Optional offline key of the operator, to re-seal what a service can no longer open. */
  escrow: recipient.optional(),
});
export type Directory = z.infer<typeof Directory>;
export type DirectoryService = z.infer<typeof DirectoryService>;

/**
 * @param known ids of the services in the catalogue; an entry for any other is a mistake.
 * @throws ConfigError with every mistake; values are not repeated in it.
 */
export function readDirectory(file: string, known: ReadonlySet<string>): Directory {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new ConfigError([`DIRECTORY_FILE: cannot read ${file}`]);
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new ConfigError([`DIRECTORY_FILE: ${file} is not JSON`]);
  }
  const result = Directory.safeParse(json);
  if (!result.success) {
    throw new ConfigError(
      result.error.issues.map((issue) => `DIRECTORY_FILE: ${issue.path.join('.')}: ${issue.message}`),
    );
  }
  const strangers = Object.keys(result.data.services).filter((id) => !known.has(id));
  if (strangers.length > 0) {
    throw new ConfigError(strangers.map((id) => `DIRECTORY_FILE: no service '${id}' in the catalogue`));
  }
  return result.data;
}

/** Every key a referral to this service is sealed to. */
export function recipientsOf(service: DirectoryService, directory: Directory): readonly string[] {
  return directory.escrow ? [...service.recipients, directory.escrow] : service.recipients;
}
