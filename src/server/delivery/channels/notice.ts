/** The channel of ordinary mail: hands one neutral notice to one mail server, over TLS or not at all. */
import { isIP } from 'node:net';
import { createTransport } from 'nodemailer';
import { outcomeOf, type Outcome } from '../outcome.ts';

export type MailSettings = {
  /** `smtp://user:password@host:587` (STARTTLS, required) or `smtps://...`. */
  smtpUrl: string;
  /** Our own mailbox, a plain address. */
  from: string;
  /** Speaks without TLS, and therefore to this machine only. */
  demonstration: boolean;
  /** A certificate authority to trust besides the well-known ones, as PEM. */
  ca?: string | undefined;
  timeouts?: Partial<Timeouts> | undefined;
};

export type Timeouts = {
  /** The whole attempt, whatever the server does: the others only notice silence, and a server can drip bytes. */
  attemptMs: number;
  connectMs: number;
  greetingMs: number;
  silenceMs: number;
  dnsMs: number;
};

const usualTimeouts: Timeouts = {
  attemptMs: 60_000,
  connectMs: 15_000,
  greetingMs: 15_000,
  silenceMs: 30_000,
  dnsMs: 10_000,
};

export type Notice = {
  to: string;
  /** Left part of the Message-ID: the same for every attempt, so that a mailbox can tell a copy. */
  id: string;
  subject: string;
  text: string;
  date: Date;
};

export type NoticeChannel = {
  /** Never throws for what a mail server or a network does: that is an outcome. */
  send(notice: Notice): Promise<Outcome>;
};

/** One plain mailbox and nothing else: with a line break or a comma in it, a mail would go to somebody else as well. */
const plainAddress = /^[a-z0-9._+-]{1,64}@[a-z0-9-]+(?:\.[a-z0-9-]+)+$/i;

const loopback = new Set(['127.0.0.1', '[::1]', 'localhost']);

/** @throws Error when the settings would send in clear to another machine, or from an address that is not plain. */
export function openNoticeChannel(settings: MailSettings): NoticeChannel {
  const { from, demonstration } = settings;
  const server = new URL(settings.smtpUrl);
  if (demonstration && !loopback.has(server.hostname))
    throw new Error('a demonstration mails to this machine only');
  if (!plainAddress.test(from)) throw new Error('not a plain mail address');
  const domain = from.slice(from.indexOf('@') + 1);
  const timeouts = { ...usualTimeouts, ...settings.timeouts };
  const transport = createTransport(transportOptions(server, settings, timeouts));

  return {
    async send({ to, id, subject, text, date }) {
      if (!plainAddress.test(to)) return { kind: 'refused' };
      try {
        await transport.sendMail({
          from,
          to,
          envelope: { from, to: [to] },
          // What comes back may travel and lie in the clear: it has the headers and not a word of the text.
          dsn: { return: 'headers', notify: ['failure', 'delay'] },
          messageId: `<${id}@${domain}>`,
          date,
          subject,
          text,
          textEncoding: 'quoted-printable',
          headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
          xMailer: false,
          signal: AbortSignal.timeout(timeouts.attemptMs),
        });
        return { kind: 'handed-over' };
      } catch (error) {
        return outcomeOf(error);
      }
    },
  };
}

function transportOptions(server: URL, { demonstration, ca }: MailSettings, timeouts: Timeouts) {
  const secure = server.protocol === 'smtps:';
  const host = server.hostname.replace(/^\[|\]$/gu, '');
  const auth = server.username
    ? {
        auth: { user: decodeURIComponent(server.username), pass: decodeURIComponent(server.password) },
        forceAuth: true,
      }
    : {};
  return {
    host,
    port: Number(server.port) || (secure ? 465 : 587),
    secure,
    ...auth,
    // Without requireTLS, a server that offers no TLS was sent the message in clear.
    ...(demonstration ? { ignoreTLS: true } : { requireTLS: !secure }),
    tls: {
      minVersion: 'TLSv1.2' as const,
      rejectUnauthorized: true,
      ...(isIP(host) === 0 && { servername: host }),
      ...(ca && { ca }),
    },
    connectionTimeout: timeouts.connectMs,
    greetingTimeout: timeouts.greetingMs,
    socketTimeout: timeouts.silenceMs,
    dnsTimeout: timeouts.dnsMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}
