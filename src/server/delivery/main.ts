/** The courier process: hands notices over until a person has confirmed. `npm run courier` runs it. */
import { readBuildStamp } from '../build-stamp.ts';
import { clockFrom, machineClock } from '../clock.ts';
import { readConfig } from '../config.ts';
import { isReady, readDirectory, recipientsOf, type Directory } from '../directory.ts';
import { ConfigError } from '../failure.ts';
import { endOnUncaught, silenceConsole, standardLog } from '../log.ts';
import { linkTo } from '../notice-link.ts';
import { canaryService } from '../store/canary.ts';
import { openInstallation } from '../store/installation.ts';
import { readCatalogue } from '../catalogue.ts';
import { newClockTrust } from './clock-trust.ts';
import { makeCourier, type CourierParts, type Recipient } from './courier.ts';
import { openNoticeChannel } from './channels/notice.ts';
import { openOtherChannels } from './other-channels.ts';
import { runCourier } from './run-courier.ts';
import type { ServiceTests } from './service-tests.ts';

const log = standardLog('courier');
try {
  await start();
} catch (cause) {
  const mistakes =
    cause instanceof ConfigError ? cause.mistakes : [cause instanceof Error ? cause.message : 'failed'];
  process.stderr.write(`The courier cannot start:\n${mistakes.map((one) => `  - ${one}\n`).join('')}`);
  process.exit(1);
}

async function start(): Promise<void> {
  const config = readConfig();
  const { services, areas } = readCatalogue();
  const ids = new Set(services.map((service) => service.id));
  const directory = readDirectory(config.directoryFile, ids, config.demonstration);
  const { store, secrets } = await openInstallation(config);
  const recipientOf = (id: string): Recipient | undefined => {
    if (id === canaryService && directory.canary) {
      return { addresses: [directory.canary.address], languages: ['en'] };
    }
    const service = services.find((one) => one.id === id);
    const settings = directory.services[id];
    if (!service || !settings) return undefined;
    // Public bodies in Wales must not treat Welsh less favourably, so their notices say everything in both.
    const isWelsh = service.areas.some((area) => area.startsWith('W'));
    const { addresses, policingBody, channel, recipients } = settings;
    return {
      addresses,
      policingBody,
      name: service.name,
      hasKeys: recipients.length > 0,
      languages: isWelsh ? ['en', 'cy'] : ['en'],
      ...(channel === 'webhook' && { webhook: settings.webhook }),
      ...(channel === 'content' && {
        content: settings.mailboxVerifiedOn === null ? 'unverified' : 'verified',
      }),
    };
  };
  const now = config.clockFile ? clockFrom(config.clockFile) : machineClock;
  const parts: CourierParts = {
    store,
    channel: openNoticeChannel({
      smtpUrl: config.smtpUrl,
      from: config.mailFrom,
      demonstration: config.demonstration,
    }),
    ...(await openOtherChannels(config, directory, { services, areas })),
    recipientOf,
    linkTo: linkTo(config.siteOrigin, secrets),
    operatorPhone: config.operatorPhone,
    operatorEmail: config.operatorEmail,
    digest: {
      to: [config.operatorEmail, config.witnessEmail].filter((address) => address !== undefined),
      origin: config.siteOrigin,
      build: readBuildStamp()?.sources ?? '',
    },
    canary: directory.canary && { secrets, recipients: directory.canary.recipients },
    serviceTests: { secrets, services: testedIn(directory) },
    lettingGo: { secrets, dataDir: config.dataDir },
    // One that is moved on purpose may jump.
    isClockSteady: config.clockFile
      ? async () => true
      : newClockTrust({ store, now, log }, () => performance.now()),
    now,
    random: Math.random,
    log,
  };

  silenceConsole(log);
  endOnUncaught(log);
  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop.abort());
  process.stdout.write('courier ready\n');
  await runCourier(makeCourier(parts), parts, stop.signal);
  await parts.store.close();
}

/** Those that people can refer themselves to: of the others the operator knows already. */
function testedIn(directory: Directory): ServiceTests['services'] {
  return Object.entries(directory.services)
    .filter(([, service]) => service.regularTest && isReady(service))
    .map(([id, service]) => ({ service: id, recipients: recipientsOf(service, directory) }));
}
