/** What is missing or stale before launch, a line each. Exit 0 when nothing stands in the way, else 1. `npm run doctor`. */
import { parseArgs } from 'node:util';
import { offeredLanguages } from '../src/site.ts';
import { readCatalogue } from '../src/server/catalogue.ts';
import { readConfig } from '../src/server/config.ts';
import { openOtherChannels } from '../src/server/delivery/other-channels.ts';
import { readDirectory, type Directory } from '../src/server/directory.ts';
import { ConfigError, StoreError } from '../src/server/failure.ts';
import { readHead } from '../src/server/store/chain.ts';
import { databaseFindings } from './doctor/database.ts';
import { installationFindings } from './doctor/installation.ts';

/** A check of a live source is trusted for a quarter of a year. */
const checkDaysMax = 92;

/** `--head <count>:<hash>`, from a daily digest: is the audit still the one it was on that day? */
const { head } = parseArgs({ options: { head: { type: 'string' } } }).values;

const blocking: string[] = [];
const warnings: string[] = [];
const catalogue = readCatalogue();
let services: Directory['services'] = {};

try {
  const config = readConfig();
  const ids = new Set(catalogue.services.map((service) => service.id));
  const directory = readDirectory(config.directoryFile, ids, config.demonstration);
  services = directory.services;
  for (const [id, service] of Object.entries(services)) {
    if (service.channel === 'content' && service.mailboxVerifiedOn === null) {
      warnings.push(`${id}: nobody has verified its mailbox yet, so no referral is mailed there`);
    }
    if (service.canaryAcknowledgedOn === null) {
      warnings.push(`${id}: nobody has confirmed a test referral yet, so it is shown without a form`);
    }
  }
  const untold = Object.values(directory.services).filter(({ policingBody }) => policingBody === undefined);
  if (untold.length > 0) {
    warnings.push(
      `${untold.length} services have no policingBody in the directory: a person must tell it what nobody confirms`,
    );
  }
  for (const [is, missing] of [
    [config.addressHeader, 'ADDRESS_HEADER: behind a proxy no flood from one network is noticed without it'],
    [config.witnessEmail, 'WITNESS_EMAIL: nobody outside could tell that the audit was written anew'],
    [directory.escrow, 'escrow: a service that loses its keys loses the referrals that wait for it'],
  ] as const) {
    if (is === undefined && !config.demonstration) warnings.push(missing);
  }
  // Keys are opened to see that they fit; nothing is sent.
  await openOtherChannels(config, directory, catalogue).catch((cause: unknown) => {
    if (!(cause instanceof ConfigError)) throw cause;
    blocking.push(...cause.mistakes);
  });
  const served = (area: string) => config.areas.length === 0 || config.areas.includes(area);
  for (const area of catalogue.areas.filter(({ code }) => served(code))) {
    const receives = area.services.some((id) => directory.services[id]);
    if (!receives)
      warnings.push(
        `${area.name.en}: no service of this area can receive; people get a phone number or a signpost`,
      );
  }
} catch (cause) {
  if (!(cause instanceof ConfigError)) throw cause;
  blocking.push(...cause.mistakes);
}

const known = head === undefined ? undefined : readHead(head);
if (head !== undefined && !known) blocking.push('--head: must be <count>:<hash>, as a daily digest has it');
try {
  const config = readConfig();
  const now = new Date();
  for (const { stops, warns } of [
    installationFindings(config, { services, now }),
    await databaseFindings(config, { services, known, now }),
  ]) {
    blocking.push(...stops);
    warnings.push(...warns);
  }
} catch (cause) {
  if (cause instanceof StoreError) blocking.push(cause.message);
  // Said already.
  else if (!(cause instanceof ConfigError)) throw cause;
}

for (const { code, ownName } of offeredLanguages) {
  if (code !== 'en')
    warnings.push(
      `language ${code} (${ownName}): no named person has reviewed its form, consent and safety texts`,
    );
}
for (const service of catalogue.services) {
  if (service.status === 'unverified')
    warnings.push(
      `service ${service.id}: not confirmed by the service (evidence: ${service.evidenceDate ?? 'undated'})`,
    );
}
for (const { id, checkedOn } of [...catalogue.helplines, ...catalogue.signposts]) {
  const days = checkedOn ? (Date.now() - Date.parse(checkedOn)) / 86_400_000 : Number.POSITIVE_INFINITY;
  if (days > checkDaysMax)
    warnings.push(
      `${id}: ${checkedOn ? `last checked on ${checkedOn}` : 'never checked against its live source'}`,
    );
}

for (const line of blocking) process.stdout.write(`stops  ${line}\n`);
for (const line of warnings) process.stdout.write(`warns  ${line}\n`);
process.stdout.write(`${blocking.length} that stop a launch, ${warnings.length} warnings\n`);
process.exit(blocking.length === 0 ? 0 : 1);
