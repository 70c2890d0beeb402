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

const differ = (texts: readonly string[]) => new Set(texts).size === texts.length;

/** First and second mail address. */
const addresses = z.array(mailbox).min(1).max(2).refine(differ, 'the same address twice');

/** Public keys of the service's own. */
const ownKeys = z.array(recipient).refine(differ, 'the same key twice');

const everyService = {
  /** The day somebody there last confirmed a test referral, or null: until then the service shows a phone, no form. */
  canaryAcknowledgedOn: z.iso.date().nullable(),
  /** Somebody there has agreed to be sent a test every four weeks, so that it is seen that it can still receive. */
  regularTest: z.literal(true).optional(),
  /**
   * Who answers for the service, if they have agreed to be told by mail what nobody there has confirmed. A referral keeps
   * no area, so it stands here and not with an area.
   */
  policingBody: mailbox.optional(),
};

/**
 * Where a case system takes referrals: https, a name and a path, and nothing in it that could be a secret. A system on
 * this machine over http is for demonstrations; the courier refuses it anywhere else.
 */
const webhookUrl = z
  .string()
  .max(500)
  .regex(
    /^(?:https:\/\/(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9](?::[1-9]\d{0,4})?|http:\/\/(?:127\.0\.0\.1|localhost):[1-9]\d{0,4})\/[\w./~-]*$/,
    'must be https://<name>/<path>, without user, question mark or #',
  );

const NoticeService = z.strictObject({
  /** 'notice': a mail without personal data that links to the sealed referral. */
  channel: z.literal('notice'),
  addresses,
  /** At least two keys, held by two people: one lost key must not lose a referral. */
  recipients: ownKeys.min(2),
  ...everyService,
});

const ContentService = z.strictObject({
  /** 'content': a mail with the whole referral in it. */
  channel: z.literal('content'),
  addresses,
  /**
   * The day two of us compared the addresses by phone and saw that mail to them goes over enforced TLS all the way, or
   * null: until then the service shows a phone, and nothing of a referral is mailed.
   */
  mailboxVerifiedOn: z.iso.date().nullable(),
  /** May be empty: then the courier's spool key and the escrow key are the two that open it. */
  recipients: ownKeys.default([]),
  ...everyService,
});

const WebhookService = z.strictObject({
  /** 'webhook': a POST to a case system, described in docs/webhook.openapi.yaml. */
  channel: z.literal('webhook'),
  webhook: z.strictObject({
    url: webhookUrl,
    /** Which key of `WEBHOOK_KEYS_FILE` signs what is sent there. */
    keyId: z.string().regex(/^[a-z0-9-]{1,64}$/),
    /** 'sealed': the case system opens it with a key of its own. 'json': in the clear inside TLS. */
    format: z.enum(['sealed', 'json']),
  }),
  /** Who is told by a notice when the case system does not take a referral. */
  addresses,
  /** At least two for 'sealed'. */
  recipients: ownKeys.default([]),
  ...everyService,
});

const DirectoryService = z.discriminatedUnion('channel', [NoticeService, ContentService, WebhookService]);

/** `DIRECTORY_FILE`: which services can receive here, and how. Keys of `services` are names of files in the catalogue. */
export const Directory = z
  .strictObject({
    $schema: z.string().optional(),
    version: z.literal(1),
    /** Its keys lie beside it, with their passphrase: nothing but a demonstration may use it. */
    demonstration: z.literal(true).optional(),
    services: z.record(z.string().regex(/^[a-z0-9-]+$/), DirectoryService),
    /** Where an hourly test goes: a program that opens and confirms by itself, with keys that open nothing else. */
    canary: z.strictObject({ address: mailbox, recipients: z.array(recipient).min(2) }).optional(),
    /** Optional offline key of the operator, to re-seal what a service can no longer open. */
    escrow: recipient.optional(),
    /** The public half of the courier's own key (`SPOOL_KEY_FILE`): what it sends in the clear is sealed to it as well. */
    spool: recipient.optional(),
  })
  .superRefine((directory, context) => {
    for (const [id, service] of Object.entries(directory.services)) {
      const path = ['services', id, 'recipients'];
      if (needsSpool(service) && !directory.spool)
        context.addIssue({
          code: 'custom',
          path: ['spool'],
          message: `missing: ${id} receives in the clear`,
        });
      const own = needsSpool(service) ? recipientsOf(service, directory) : service.recipients;
      if (new Set(own).size < 2)
        context.addIssue({ code: 'custom', path, message: 'fewer than two keys that would open a referral' });
    }
    // What opens everything, or opens by itself, is nobody's key besides.
    const apart = { canary: directory.canary?.recipients, escrow: directory.escrow, spool: directory.spool };
    const ofServices = Object.values(directory.services).flatMap((service) => service.recipients);
    for (const [name, keys = []] of Object.entries(apart)) {
      const others = [
        ...ofServices,
        ...Object.entries(apart).flatMap(([other, key = []]) => (other === name ? [] : key)),
      ];
      if ([keys].flat().some((key) => others.includes(key)))
        context.addIssue({ code: 'custom', path: [name], message: 'is the key of somebody else as well' });
    }
  });
export type Directory = z.infer<typeof Directory>;
export type DirectoryService = z.infer<typeof DirectoryService>;

/**
 * @param known ids of the services in the catalogue; an entry for any other is a mistake.
 * @param forDemonstration false for a real portal, which refuses the directory of a demonstration
 * @throws ConfigError with every mistake; values are not repeated in it.
 */
export function readDirectory(
  file: string,
  known: ReadonlySet<string>,
  forDemonstration: boolean,
): Directory {
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
  if (result.data.demonstration && !forDemonstration) {
    throw new ConfigError([`DIRECTORY_FILE: ${file} is of a demonstration, with keys that anybody can have`]);
  }
  const strangers = Object.keys(result.data.services).filter((id) => !known.has(id));
  if (strangers.length > 0) {
    throw new ConfigError(strangers.map((id) => `DIRECTORY_FILE: no service '${id}' in the catalogue`));
  }
  return result.data;
}

/** What is sent to it leaves the seal on the way, so the courier must be able to open it. */
export function needsSpool(service: DirectoryService): boolean {
  return (
    service.channel === 'content' || (service.channel === 'webhook' && service.webhook.format === 'json')
  );
}

/** Every key a referral to this service is sealed to. */
export function recipientsOf(
  service: DirectoryService,
  { escrow, spool }: Pick<Directory, 'escrow' | 'spool'>,
): readonly string[] {
  return [
    ...service.recipients,
    ...(spool && needsSpool(service) ? [spool] : []),
    ...(escrow ? [escrow] : []),
  ];
}

/** Somebody there has confirmed a test, and nothing that its channel needs is missing. */
export function isReady(service: DirectoryService): boolean {
  const isVerified = service.channel !== 'content' || service.mailboxVerifiedOn !== null;
  return isVerified && service.canaryAcknowledgedOn !== null;
}

/** How many ways there are to tell a service: its addresses, after its case system if it has one. */
export function countWays(service: { addresses: readonly string[]; webhook?: unknown }): number {
  return service.addresses.length + (service.webhook === undefined ? 0 : 1);
}
