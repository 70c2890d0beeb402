/** A courier at work on a real store and a real mail server, with a clock that the test moves. */
import { openNoticeChannel, type MailSettings } from '../../src/server/delivery/channels/notice.ts';
import {
  makeCourier,
  type Courier,
  type CourierEvent,
  type CourierParts,
  type Recipient,
} from '../../src/server/delivery/courier.ts';
import { openContentChannel } from '../../src/server/delivery/channels/content.ts';
import { openWebhookChannel } from '../../src/server/delivery/channels/webhook.ts';
import { spoolFrom } from '../../src/server/delivery/spool.ts';
import { keyFrom } from '../../src/server/delivery/webhook-signature.ts';
import { accept, type SealedReferral } from '../../src/server/store/accept.ts';
import type { NoticeRow } from '../../src/server/store/schema.ts';
import type { Store } from '../../src/server/store/store.ts';
import { openTasks } from '../../src/server/store/tasks.ts';
import { aSealedReferral, minutesAfter, noon } from './sealed-referral.ts';
import { anSmtpSink, testAuthority, type Script, type SmtpSink } from './smtp-sink.ts';
import { aSqliteStore, type Lifetime } from './stores.ts';

export type CourierWorld = {
  store: Store;
  sink: SmtpSink;
  courier: Courier;
  /** Puts one more referral into the outbox. */
  submit(named?: Partial<SealedReferral>): Promise<SealedReferral>;
  /** Lets time pass and makes a round. */
  roundAfter(minutes: number): Promise<void>;
  /** Lets time pass and looks after what nobody confirms; nothing of it goes out before the next round. */
  watchAfter(minutes: number): Promise<void>;
  notices(): Promise<NoticeRow[]>;
  taskCodes(): Promise<string[]>;
  /** What time it is for the courier. */
  now: () => Date;
  /** What the courier wrote into its log. */
  events: CourierEvent[];
};

type Choices = {
  script?: Partial<Script>;
  store?: Store;
  mail?: Partial<MailSettings>;
  smtpUrl?: (sink: SmtpSink) => string;
  recipients?: Readonly<Record<string, Recipient>>;
  operatorEmail?: string;
  /** The mail server for whole referrals; the services with `content` are told by it. */
  contentSink?: SmtpSink;
  contentMail?: Partial<MailSettings>;
  /** What signs webhooks: `whsec_…` by key id. */
  webhookKeys?: Readonly<Record<string, string>>;
  webhookAttemptMs?: number;
  /** Age identities that open what leaves in the clear. */
  spool?: readonly string[];
};

/** Every service has one address, `team@<service>.example`, unless the test says otherwise. */
export async function aCourierWorld(t: Lifetime, choices: Choices = {}): Promise<CourierWorld> {
  const store = choices.store ?? (await aSqliteStore(t));
  const sink = await anSmtpSink(t, choices.script);
  const events: CourierEvent[] = [];
  let now = noon;
  const courier = makeCourier({
    store,
    ...otherChannels(choices),
    channel: openNoticeChannel({
      smtpUrl: choices.smtpUrl?.(sink) ?? sink.url,
      from: 'portal@sender.example',
      demonstration: sink.script.certificate === undefined,
      ca: testAuthority,
      ...choices.mail,
    }),
    recipientOf: (service) =>
      choices.recipients
        ? choices.recipients[service]
        : { addresses: [`team@${service}.example`], languages: ['en'] },
    linkTo: (reference, language) => `https://portal.example/${language}/p/#${reference}.capability`,
    operatorPhone: '01632 960000',
    operatorEmail: choices.operatorEmail,
    isClockSteady: async () => true,
    now: () => now,
    random: () => 0.5,
    log: (event) => events.push(event),
  });
  return {
    store,
    sink,
    courier,
    events,
    now: () => now,
    async submit(named) {
      const referral = aSealedReferral({ acceptedAt: now, ...named });
      await accept(store, referral);
      return referral;
    },
    async roundAfter(minutes) {
      now = minutesAfter(now, minutes);
      await courier.makeRound();
    },
    async watchAfter(minutes) {
      now = minutesAfter(now, minutes);
      await courier.watch();
    },
    notices: () => store.db.selectFrom('notice').selectAll().orderBy('id').execute(),
    taskCodes: async () => (await openTasks(store)).map((task) => task.code),
  };
}

function otherChannels(choices: Choices): Pick<CourierParts, 'content' | 'webhooks' | 'spool'> {
  const { recipients = {}, contentSink, contentMail, webhookKeys, webhookAttemptMs: attemptMs } = choices;
  const servicesWith = (part: 'content' | 'webhook') =>
    Object.keys(recipients).filter((service) => recipients[service]?.[part] !== undefined);
  const keys = Object.entries(webhookKeys ?? {}).map(([id, secret]) => [id, keyFrom(secret)] as const);
  return {
    spool: choices.spool && spoolFrom(choices.spool),
    content: contentSink && {
      services: servicesWith('content'),
      channel: openContentChannel({
        mail: {
          smtpUrl: contentSink.url,
          from: 'portal@sender.example',
          demonstration: false,
          ca: testAuthority,
          ...contentMail,
        },
        confirmAt: (language) => `https://portal.example/${language}/p/`,
        nameOf: (id) => id,
        operatorPhone: '01632 960000',
      }),
    },
    webhooks: webhookKeys && {
      services: servicesWith('webhook'),
      // This machine is where tests have their case systems; TLS is checked there as anywhere.
      channel: openWebhookChannel({ keys: new Map(keys), demonstration: true, ca: testAuthority, attemptMs }),
    },
  };
}
