/** The courier process: hands notices over until a person has confirmed. `npm run courier` runs it. */
import { clockFrom, machineClock } from '../clock.ts';
import { readConfig } from '../config.ts';
import { readDirectory } from '../directory.ts';
import { ConfigError } from '../failure.ts';
import { endOnUncaught, silenceConsole, standardLog } from '../log.ts';
import { linkTo } from '../notice-link.ts';
import { loadSecrets } from '../secrets.ts';
import { openStore } from '../store/open-store.ts';
import { readCatalogue } from '../catalogue.ts';
import { makeCourier, runCourier, type CourierParts, type Recipient } from './courier.ts';
import { openNoticeChannel } from './channels/notice.ts';

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
  const { services } = readCatalogue();
  const directory = readDirectory(config.directoryFile, new Set(services.map((service) => service.id)));
  const recipientOf = (id: string): Recipient | undefined => {
    const service = services.find((one) => one.id === id);
    const addresses = directory.services[id]?.addresses;
    if (!service || !addresses) return undefined;
    // Public bodies in Wales must not treat Welsh less favourably, so their notices say everything in both.
    const isWelsh = service.areas.some((area) => area.startsWith('W'));
    return { addresses, languages: isWelsh ? ['en', 'cy'] : ['en'] };
  };
  const parts: CourierParts = {
    store: await openStore(config),
    channel: openNoticeChannel({
      smtpUrl: config.smtpUrl,
      from: config.mailFrom,
      demonstration: config.demonstration,
    }),
    recipientOf,
    linkTo: linkTo(config.siteOrigin, loadSecrets(config.dataDir)),
    operatorPhone: config.operatorPhone,
    now: config.clockFile ? clockFrom(config.clockFile) : machineClock,
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
