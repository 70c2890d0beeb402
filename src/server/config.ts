/** The environment, read once into a typed configuration; every mistake is said at the same time. */
import { join, resolve } from 'node:path';
import * as z from 'zod';
import { languageCodes } from '../i18n/languages.ts';
import { mailbox as strictMailbox } from './directory.ts';
import { ConfigError } from './failure.ts';

const port = (preset: number) => z.coerce.number().int().min(1).max(65_535).default(preset);
const list = z
  .string()
  .default('')
  .transform((text) => text.split(/[\s,]+/).filter((part) => part !== ''));

/** A bare origin: scheme, host and perhaps a port, nothing after it. */
const origin = z.string().refine((text) => {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && url.origin === text;
}, 'must be an origin such as https://example.org, with nothing after it');

const mailbox = z.string().regex(/^[^\s@<>,;"]+@[^\s@<>,;"]+$/, 'must be one plain mail address');

const smtpUrl = z.string().regex(/^smtps?:\/\/\S+$/, 'must be smtp://… or smtps://…');

const Environment = z.object({
  HOST: z.string().default('127.0.0.1'),
  PORT: port(4321),
  OPERATOR_PORT: port(4322),
  MAILBOX_PORT: port(8025),
  SMTP_PORT: port(2525),
  SITE_ORIGIN: origin.optional(),
  AREAS: list,
  LANGUAGES: list,
  DATA_DIR: z.string().default('.portal'),
  SECOND_COPY_DIR: z.string().optional(),
  DIRECTORY_FILE: z.string().optional(),
  SMTP_URL: smtpUrl.optional(),
  MAIL_FROM: mailbox.optional(),
  CONTENT_SMTP_URL: smtpUrl.optional(),
  CONTENT_MAIL_FROM: mailbox.optional(),
  SPOOL_KEY_FILE: z.string().optional(),
  WEBHOOK_KEYS_FILE: z.string().optional(),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\/\S+$/, 'must be postgresql://…')
    .optional(),
  CLOCK_FILE: z.string().optional(),
  ADDRESS_HEADER: z
    .string()
    .regex(/^[a-z][a-z0-9-]*$/i, 'must be the name of a header')
    .optional(),
  HSTS: z.enum(['host', 'subdomains', 'preload']).default('host'),
  CONTROLLER_NAME: z.string().optional(),
  DATA_PROTECTION_CONTACT: z.string().optional(),
  OPERATOR_PHONE: z.string().optional(),
  OPERATOR_EMAIL: strictMailbox.optional(),
  WITNESS_EMAIL: strictMailbox.optional(),
  PORTAL_DEMONSTRATION: z.enum(['0', '1']).default('0'),
});

export type Config = {
  readonly demonstration: boolean;
  readonly host: string;
  readonly port: number;
  readonly operatorPort: number;
  readonly mailboxPort: number;
  readonly smtpPort: number;
  /** Scheme, host and port that people type; links in notices begin with it. */
  readonly siteOrigin: string;
  /** ONS codes of the areas this installation serves; empty means all. */
  readonly areas: readonly string[];
  readonly dataDir: string;
  /** On another volume: every sealed referral is kept there a second time. */
  readonly secondCopyDir: string | undefined;
  readonly directoryFile: string;
  readonly smtpUrl: string;
  readonly mailFrom: string;
  /** The mail server that takes whole referrals; undefined where no service receives them by mail. */
  readonly contentSmtpUrl: string | undefined;
  /** Where replies to whole referrals go, with all that they quote. */
  readonly contentMailFrom: string | undefined;
  /** The age identity that opens what the courier sends in the clear. For the courier only. */
  readonly spoolKeyFile: string | undefined;
  /** The keys that sign webhooks. For the courier only. */
  readonly webhookKeysFile: string | undefined;
  readonly databaseUrl: string | undefined;
  readonly clockFile: string | undefined;
  /** The header in which the proxy says where a request came from, in small letters. */
  readonly addressHeader: string | undefined;
  readonly hsts: 'host' | 'subdomains' | 'preload';
  readonly operatorPhone: string | undefined;
  /** Where the operator hears of what waits for a person; without it, only on the operator's page. */
  readonly operatorEmail: string | undefined;
  /** Outside the operator's reach: has the daily digest as well, and with it what the audit was. */
  readonly witnessEmail: string | undefined;
};

/**
 * @param environment `process.env`, or a test's own.
 * @throws ConfigError listing every mistake. A value is never repeated in a message: some are secret.
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>> = process.env): Config {
  // An empty variable means the same as none: that is how compose files and systemd units leave one out.
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const result = Environment.safeParse(given);
  if (!result.success) {
    throw new ConfigError(result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`));
  }
  const read = result.data;
  const mistakes = mistakesIn(read);
  if (mistakes.length > 0) throw new ConfigError(mistakes);

  const dataDir = resolve(read.DATA_DIR);
  return {
    demonstration: read.PORTAL_DEMONSTRATION === '1',
    host: read.HOST,
    port: read.PORT,
    operatorPort: read.OPERATOR_PORT,
    mailboxPort: read.MAILBOX_PORT,
    smtpPort: read.SMTP_PORT,
    siteOrigin: read.SITE_ORIGIN ?? `http://localhost:${read.PORT}`,
    areas: read.AREAS,
    dataDir,
    secondCopyDir: read.SECOND_COPY_DIR && resolve(read.SECOND_COPY_DIR),
    directoryFile: resolve(read.DIRECTORY_FILE ?? join(dataDir, 'directory.json')),
    smtpUrl: read.SMTP_URL ?? `smtp://127.0.0.1:${read.SMTP_PORT}`,
    mailFrom: read.MAIL_FROM ?? demonstrationMailbox,
    contentSmtpUrl:
      read.CONTENT_SMTP_URL ??
      (read.PORTAL_DEMONSTRATION === '1' ? `smtp://127.0.0.1:${read.SMTP_PORT}` : undefined),
    contentMailFrom:
      read.CONTENT_MAIL_FROM ?? (read.PORTAL_DEMONSTRATION === '1' ? demonstrationMailbox : undefined),
    spoolKeyFile: read.SPOOL_KEY_FILE && resolve(read.SPOOL_KEY_FILE),
    webhookKeysFile: read.WEBHOOK_KEYS_FILE && resolve(read.WEBHOOK_KEYS_FILE),
    databaseUrl: read.DATABASE_URL,
    clockFile: read.CLOCK_FILE && resolve(read.CLOCK_FILE),
    addressHeader: read.ADDRESS_HEADER?.toLowerCase(),
    hsts: read.HSTS,
    operatorPhone: read.OPERATOR_PHONE,
    operatorEmail: read.OPERATOR_EMAIL,
    witnessEmail: read.WITNESS_EMAIL,
  };
}

const demonstrationMailbox = 'portal@demonstration.example';

const loopback = new Set(['127.0.0.1', 'localhost', '::1']);

function mistakesIn(read: z.infer<typeof Environment>): string[] {
  const mistakes: string[] = [];
  const isHttps = read.SITE_ORIGIN?.startsWith('https:') ?? false;
  for (const language of read.LANGUAGES) {
    if (!languageCodes.some((code) => code === language))
      mistakes.push(`LANGUAGES: no language '${language}'`);
  }
  for (const area of read.AREAS) {
    if (!/^[EW]\d{8}$/.test(area))
      mistakes.push('AREAS: must be ONS codes of police force areas, such as E23000023');
  }
  if (isHttps && read.CLOCK_FILE)
    mistakes.push('CLOCK_FILE: moves time for tests; refused under an https SITE_ORIGIN');

  if (read.PORTAL_DEMONSTRATION === '1') {
    if (!loopback.has(read.HOST)) mistakes.push('HOST: the demonstration binds to 127.0.0.1 only');
    if (isHttps) mistakes.push('SITE_ORIGIN: the demonstration refuses an https origin');
    return mistakes;
  }
  if (read.DATABASE_URL && !isSafeWay(read.DATABASE_URL))
    mistakes.push('DATABASE_URL: a server on another machine needs ?sslmode=verify-full');
  const needed = {
    SITE_ORIGIN: 'the address people type, such as https://example.org',
    SMTP_URL: 'the mail server that takes the notices',
    MAIL_FROM: 'the address notices come from',
    CONTROLLER_NAME: 'who decides why and how personal data is used; shown on the privacy page',
    DATA_PROTECTION_CONTACT: 'how to reach them about personal data; shown on the privacy page',
    OPERATOR_PHONE: 'a phone that a person answers; shown on the privacy page and in notices',
  } as const;
  for (const [name, why] of Object.entries(needed)) {
    if (!read[name as keyof typeof needed]) mistakes.push(`${name}: missing: ${why}`);
  }
  return mistakes;
}

/**
 * Over the network only with TLS that is verified: without being told, the driver uses none, and tells the password to
 * whoever asks.
 */
function isSafeWay(databaseUrl: string): boolean {
  const url = URL.parse(databaseUrl.replace('@/', '@localhost/'));
  // The driver says itself what is wrong with one that cannot be read.
  if (!url || url.searchParams.get('sslmode') === 'verify-full') return true;
  const host = url.searchParams.get('host') ?? url.hostname.replace(/^\[|\]$/gu, '');
  return host === '' || /^(?:\/|%2f)/iu.test(host) || loopback.has(host);
}

/** What the web process must not even be told of: it takes what strangers send, so it never comes near a private key. */
export function mistakesOfWeb(config: Config): readonly string[] {
  if (config.demonstration) return [];
  const courierOnly = { SPOOL_KEY_FILE: config.spoolKeyFile, WEBHOOK_KEYS_FILE: config.webhookKeysFile };
  return Object.entries(courierOnly)
    .filter(([, file]) => file !== undefined)
    .map(([name]) => `${name}: for the courier only; the web process must not have it`);
}
