/** What is missing or stale before launch, a line each. Exit 0 when nothing stands in the way, else 1. `npm run doctor`. */
import { offeredLanguages } from '../src/site.ts';
import { readCatalogue } from '../src/server/catalogue.ts';
import { readConfig } from '../src/server/config.ts';
import { readDirectory } from '../src/server/directory.ts';
import { ConfigError } from '../src/server/failure.ts';

/** A check of a live source is trusted for a quarter of a year. */
const checkDaysMax = 92;

const blocking: string[] = [];
const warnings: string[] = [];
const catalogue = readCatalogue();

try {
  const config = readConfig();
  const known = new Set(catalogue.services.map((service) => service.id));
  const directory = readDirectory(config.directoryFile, known);
  for (const [id, service] of Object.entries(directory.services)) {
    if (service.canaryAcknowledgedOn === null) {
      warnings.push(`${id}: nobody has confirmed a test referral yet, so it is shown without a form`);
    }
  }
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
