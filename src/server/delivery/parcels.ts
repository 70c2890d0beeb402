/** What goes out for what was claimed: by which line, with what in it. Usually one parcel for one notice. */
import type { WorkerLanguageCode } from '../../i18n/languages.ts';
import type { Versions } from '../../referral/letter.ts';
import { openSealed, type SealedForOpening } from '../store/opening.ts';
import type { NoticeRow } from '../store/schema.ts';
import type { Task } from '../store/tasks.ts';
import type { Opened } from './content-text.ts';
import type { CourierParts, Recipient } from './courier.ts';
import { messageId } from './message-id.ts';
import { noticeSubject, noticeText } from './notice-text.ts';
import type { Outcome } from './outcome.ts';
import { bytesOf, type WebhookBody } from './webhook-body.ts';

/** A server or kind of server: when one is down, the others go on. */
export type Line = 'mail' | 'content' | 'webhook';

/** How one notice reaches a service. */
export type Way =
  { line: 'mail' | 'content'; to: string; carriesReferral: boolean } | { line: 'webhook'; webhook: Webhook };

export type Webhook = { url: string; keyId: string; format: 'sealed' | 'json' };

export type Parcel = {
  notices: readonly NoticeRow[];
  send: () => Promise<Outcome>;
  /** What the operator must see to, whatever comes of it. */
  tasks?: readonly Task[];
};

/** Undefined when the directory has none for it. */
export function wayOf(
  { kind, address, tried_at: triedAt }: NoticeRow,
  recipient: Recipient,
): Way | undefined {
  const { webhook, content, addresses, policingBody } = recipient;
  if (kind === 'policing-body')
    return policingBody === undefined
      ? undefined
      : { line: 'mail', to: policingBody, carriesReferral: false };
  // Where somebody was told of it, they are told that it was taken back, though their service receives otherwise by now.
  const wasTold = kind === 'withdrawn' ? addresses.find((one) => one === triedAt) : undefined;
  if (webhook && address === 0 && !wasTold) return { line: 'webhook', webhook };
  const to =
    wasTold ?? addresses[address - (webhook ? 1 : 0)] ?? (kind === 'withdrawn' ? addresses[0] : undefined);
  if (to === undefined) return undefined;
  const carriesReferral = content === 'verified' && (kind === 'referral' || kind === 'reminder');
  return { line: content ? 'content' : 'mail', to, carriesReferral };
}

/** @param together notices to one address and of one lane */
export async function parcelsFor(
  way: Way,
  together: readonly NoticeRow[],
  recipient: Recipient,
  parts: CourierParts,
): Promise<readonly Parcel[]> {
  if (way.line === 'webhook')
    return Promise.all(together.map((notice) => webhookParcel(notice, way.webhook, parts)));
  if (!way.carriesReferral) {
    const tasks = await Promise.all(together.map((notice) => linkWithoutKey(notice, recipient, parts)));
    return [{ ...noticeParcel(way, together, recipient, parts), tasks: tasks.filter(isThere) }];
  }

  const whole: { notice: NoticeRow; opened: Opened }[] = [];
  const bare: { notice: NoticeRow; task: Task | undefined }[] = [];
  for (const notice of together) {
    const found = await lookInto(notice, parts);
    if (found.opened) whole.push({ notice, opened: found.opened });
    else bare.push({ notice, task: found.task });
  }
  return [
    ...(whole.length > 0 ? [contentParcel(way.to, whole, recipient, parts)] : []),
    ...bare.map(({ notice, task }) => ({
      ...noticeParcel(way, [notice], recipient, parts),
      tasks: [task].filter(isThere),
    })),
  ];
}

function isThere(task: Task | undefined): task is Task {
  return task !== undefined;
}

/**
 * A link opens with keys of the service's own. One that receives in the clear need have none; and what our key opens, of a
 * service that is told by notices, was sealed while it received in the clear, perhaps before it had any.
 */
async function linkWithoutKey(
  notice: NoticeRow,
  { content, webhook, hasKeys = false }: Recipient,
  { store, spool }: CourierParts,
): Promise<Task | undefined> {
  const { kind, reference, service } = notice;
  if (kind !== 'referral' && kind !== 'reminder') return undefined;
  // A mail beside a case system brings something new only where that refused it; a reminder never does.
  if (webhook && (kind === 'reminder' || webhook.format === 'sealed')) return undefined;
  const receivesInClear = content !== undefined || webhook !== undefined;
  if (receivesInClear ? hasKeys : !spool) return undefined;
  const found = await openSealed(store, reference);
  if (!isUnread(found, notice)) return undefined;
  const isShut = receivesInClear || (await spool?.open(found.sealed, reference)) !== undefined;
  return isShut ? { code: 'link-without-key', reference, service } : undefined;
}

/** The neutral words, by the server that the address takes mail from. */
function noticeParcel(
  { line, to }: { line: Line; to: string },
  notices: readonly NoticeRow[],
  recipient: Recipient,
  { channel: mail, content, linkTo, operatorPhone, now }: CourierParts,
): Parcel {
  const [first] = notices;
  const channel = line === 'content' ? content?.channel : mail;
  if (!first || !channel) return { notices, send: () => Promise.resolve({ kind: 'unreached' }) };
  const { kind, lane, service } = first;
  const references = notices.map(({ reference }) => reference);
  const handedOn = new Map(notices.map((notice) => [notice.reference, notice.handed_on]));
  const linkIn = (reference: string, language: WorkerLanguageCode) =>
    linkTo(reference, language, handedOn.get(reference) ?? 0);
  const facts = { kind, references, lane, linkIn, operatorPhone, service: recipient.name ?? service };
  return {
    notices,
    send: () =>
      channel.send({
        to,
        id: messageId(first, references),
        subject: noticeSubject(kind, references),
        text: noticeText({ ...facts, hadContent: line === 'content' }, recipient.languages),
        date: now(),
      }),
  };
}

function contentParcel(
  to: string,
  whole: readonly { notice: NoticeRow; opened: Opened }[],
  { languages }: Recipient,
  { content, now }: CourierParts,
): Parcel {
  const notices = whole.map(({ notice }) => notice);
  const [first] = notices;
  if (!first || !content) return { notices, send: () => Promise.resolve({ kind: 'unreached' }) };
  const references = notices.map(({ reference }) => reference);
  return {
    notices,
    send: () =>
      content.channel.sendReferrals({
        to,
        id: messageId(first, references),
        subject: noticeSubject(first.kind, references),
        kind: first.kind === 'reminder' ? 'reminder' : 'referral',
        referrals: whole.map(({ opened }) => opened),
        languages,
        date: now(),
      }),
  };
}

async function webhookParcel(notice: NoticeRow, webhook: Webhook, parts: CourierParts): Promise<Parcel> {
  const { body, task } = await webhookBodyFor(notice, webhook, parts);
  const { url, keyId } = webhook;
  return {
    notices: [notice],
    tasks: [task].filter(isThere),
    send: async () => {
      const id = messageId(notice, [notice.reference]);
      const message = { url, keyId, id, body: bytesOf(body), date: parts.now() };
      return parts.webhooks?.channel.send(message) ?? { kind: 'unreached' };
    },
  };
}

type Addressed = { body: WebhookBody; task?: Task | undefined };

async function webhookBodyFor(
  notice: NoticeRow,
  { format }: Webhook,
  parts: CourierParts,
): Promise<Addressed> {
  const { reference, service, kind } = notice;
  const common = { version: 1, reference, service } as const;
  if (kind === 'withdrawn') return { body: { ...common, event: 'withdrawn' } };
  const found = await openSealed(parts.store, reference);
  if (!isUnread(found, notice)) return { body: { ...common, event: 'reminder' } };

  const waiting = {
    ...common,
    event: kind === 'reminder' ? 'reminder' : 'referral',
    openAt: parts.linkTo(reference, 'en', notice.handed_on),
    ...versionsOf(found),
  } as const;
  const sealed = Buffer.from(found.sealed).toString('base64');
  const { opened, task } = format === 'json' ? await lookInto(notice, parts) : {};
  if (opened) return { body: { ...waiting, format: 'json', referral: opened.envelope } };
  return { body: { ...waiting, format: 'sealed', sealed }, task };
}

/**
 * The referral in the clear, while somebody waits for it to be read: afterwards nothing of it leaves this machine
 * again.
 */
async function lookInto(
  notice: NoticeRow,
  { store, spool }: CourierParts,
): Promise<{ opened?: Opened; task?: Task }> {
  const { reference, service } = notice;
  const found = await openSealed(store, reference);
  if (!isUnread(found, notice)) return {};
  const envelope = await spool?.open(found.sealed, reference);
  if (!envelope) return { task: { code: 'spool-shut', reference, service } };
  return { opened: { envelope, versions: versionsOf(found) } };
}

type Found = Awaited<ReturnType<typeof openSealed>>;

/** Handed on since this notice was claimed, its text is for another service and has a code of theirs in it. */
function isUnread(found: Found, { handed_on }: NoticeRow): found is SealedForOpening {
  return (
    typeof found === 'object' &&
    found.handedOn === handed_on &&
    (found.state === 'waiting' || found.state === 'handed-over')
  );
}

function versionsOf({ supersedes, supersededBy }: SealedForOpening): Versions {
  return { ...(supersedes && { supersedes }), ...(supersededBy && { supersededBy }) };
}
