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
const assurances: string[] = [];
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
  const isServed = (area: string) => config.areas.length === 0 || config.areas.includes(area);
  const unserved = catalogue.areas.filter(
    ({ code, services: ids }) => isServed(code) && !ids.some((id) => directory.services[id]),
  );
  warnings.push(
    ...summedUp(
      'areas where no service can receive (AREAS names those you serve); people get a phone number or a signpost',
      unserved.map(({ name }) => name.en),
    ),
  );
} catch (cause) {
  if (!(cause instanceof ConfigError)) throw cause;
  blocking.push(...cause.mistakes);
}

const known = head === undefined ? undefined : readHead(head);
if (head !== undefined && !known) blocking.push('--head: must be <count>:<hash>, as a daily digest has it');
try {
  const config = readConfig();
  const now = new Date();
  for (const { stops, warns, assures = [] } of [
    installationFindings(config, { services, now }),
    await databaseFindings(config, { services, known, now }),
  ]) {
    blocking.push(...stops);
    warnings.push(...warns);
    assurances.push(...assures);
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
const evidence = catalogue.services
  .filter(({ status }) => status === 'unverified')
  .map(({ id, evidenceDate }) => `${id} (${evidenceDate ?? 'undated'})`);
warnings.push(...summedUp('services not confirmed by themselves (and the date of our evidence)', evidence));
const unchecked = [...catalogue.helplines, ...catalogue.signposts]
  .filter(({ checkedOn }) => !checkedOn || Date.now() - Date.parse(checkedOn) > checkDaysMax * 86_400_000)
  .map(({ id, checkedOn }) => `${id} (${checkedOn ?? 'never'})`);
warnings.push(
  ...summedUp(
    'helplines and signposts not checked against their live source in the last quarter (and when last)',
    unchecked,
  ),
);

for (const line of assurances) process.stdout.write(`well   ${line}\n`);
for (const line of blocking) process.stdout.write(`stops  ${line}\n`);
for (const line of warnings) process.stdout.write(`warns  ${line}\n`);
process.stdout.write(`${blocking.length} that stop a launch, ${warnings.length} warnings\n`);
process.exit(blocking.length === 0 ? 0 : 1);

/** One line for all of a kind: among dozens of lines nobody finds the one that matters. */
function summedUp(kind: string, names: readonly string[]): string[] {
  return names.length === 0 ? [] : [`${names.length} ${kind}: ${names.join(', ')}`];
}
