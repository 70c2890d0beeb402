/**
 * Opens the channels beside the notice, where the directory has services that receive by them. Says all that is
 * missing.
 */
import type { Catalogue } from '../../routing/catalogue.ts';
import type { Config } from '../config.ts';
import { councilNameIn, readCouncilNames } from '../councils.ts';
import { needsSpool, type Directory, type DirectoryService } from '../directory.ts';
import { ConfigError } from '../failure.ts';
import { openContentChannel } from './channels/content.ts';
import { openWebhookChannel } from './channels/webhook.ts';
import type { ContentFacts } from './content-text.ts';
import type { CourierParts } from './courier.ts';
import { loadSpool, type Spool } from './spool.ts';
import { loadWebhookKeys, type WebhookKeys } from './webhook-signature.ts';

type Known = Pick<Catalogue, 'services' | 'areas'>;

/** @throws ConfigError with every mistake; the courier must not start without a key that somebody's referral needs. */
export async function openOtherChannels(
  config: Config,
  directory: Directory,
  known: Known,
): Promise<Pick<CourierParts, 'content' | 'webhooks' | 'spool'>> {
  const mistakes: string[] = [];
  const spool = await spoolFor(config, directory, mistakes);
  const keys = webhookKeysFor(config, directory, mistakes);
  const byContent = idsOf(directory, (service) => service.channel === 'content');
  if (byContent.length > 0 && config.contentSmtpUrl === undefined)
    mistakes.push(
      `CONTENT_SMTP_URL: missing: the mail server for whole referrals, which ${byContent[0]} receives`,
    );
  if (byContent.length > 0 && config.contentMailFrom === undefined)
    mistakes.push(
      'CONTENT_MAIL_FROM: missing: where whole referrals come from; a reply to one brings all of it back there',
    );
  if (mistakes.length > 0) throw new ConfigError(mistakes);

  const { contentSmtpUrl, contentMailFrom: from, demonstration, siteOrigin, operatorPhone } = config;
  const byWebhook = idsOf(directory, (service) => service.channel === 'webhook');
  return {
    spool,
    ...(byContent.length > 0 &&
      contentSmtpUrl !== undefined &&
      from !== undefined && {
        content: {
          services: byContent,
          channel: openContentChannel({
            mail: { smtpUrl: contentSmtpUrl, from, demonstration },
            confirmAt: (language) => `${siteOrigin}/${language}/p/`,
            nameOf: namesFrom(known),
            operatorPhone,
          }),
        },
      }),
    ...(byWebhook.length > 0 && {
      webhooks: { services: byWebhook, channel: openWebhookChannel({ keys, demonstration }) },
    }),
  };
}

async function spoolFor(
  { spoolKeyFile }: Config,
  directory: Directory,
  mistakes: string[],
): Promise<Spool | undefined> {
  const [first] = idsOf(directory, needsSpool);
  if (directory.spool === undefined) return undefined;
  if (spoolKeyFile === undefined) {
    // Nobody needs it any more, or yet. Where it is there, it still opens what waits from before.
    if (first === undefined) return undefined;
    mistakes.push(`SPOOL_KEY_FILE: missing: the key that opens what ${first} receives in the clear`);
    return undefined;
  }
  return noting(mistakes, () => loadSpool(spoolKeyFile, directory.spool ?? ''));
}

function webhookKeysFor(
  { webhookKeysFile, demonstration }: Config,
  directory: Directory,
  mistakes: string[],
) {
  const none: WebhookKeys = new Map();
  const hooks = Object.entries(directory.services).flatMap(([id, service]) =>
    service.channel === 'webhook' ? [{ id, ...service.webhook }] : [],
  );
  if (hooks.length === 0) return none;
  for (const { id, url } of hooks) {
    if (!demonstration && !url.startsWith('https:'))
      mistakes.push(`DIRECTORY_FILE: services.${id}.webhook.url: http is for demonstrations only`);
  }
  if (webhookKeysFile === undefined) {
    mistakes.push(`WEBHOOK_KEYS_FILE: missing: the keys that sign what ${hooks[0]?.id ?? ''} receives`);
    return none;
  }
  let keys = none;
  try {
    keys = loadWebhookKeys(webhookKeysFile);
  } catch (cause) {
    mistakes.push(...mistakesOf(cause));
    return none;
  }
  for (const { id, keyId } of hooks) {
    if (!keys.has(keyId)) mistakes.push(`WEBHOOK_KEYS_FILE: has no key '${keyId}', which ${id} needs`);
  }
  return keys;
}

async function noting<Value>(mistakes: string[], work: () => Promise<Value>): Promise<Value | undefined> {
  try {
    return await work();
  } catch (cause) {
    mistakes.push(...mistakesOf(cause));
    return undefined;
  }
}

function mistakesOf(cause: unknown): readonly string[] {
  if (cause instanceof ConfigError) return cause.mistakes;
  throw cause;
}

function idsOf({ services }: Directory, fits: (service: DirectoryService) => boolean): string[] {
  return Object.entries(services)
    .filter(([, service]) => fits(service))
    .map(([id]) => id);
}

/** Areas and councils by ONS code and services by id: what an envelope holds instead of names. */
function namesFrom({ services, areas }: Known): ContentFacts['nameOf'] {
  const councils = readCouncilNames();
  const areaNames = new Map(areas.map(({ code, name }) => [code, name]));
  const serviceNames = new Map(services.map(({ id, name }) => [id, name]));
  return (id, language) => {
    const area = areaNames.get(id);
    if (area) return (language === 'cy' && area.cy?.plain) || area.en;
    return serviceNames.get(id) ?? councilNameIn(councils, id, language);
  };
}
