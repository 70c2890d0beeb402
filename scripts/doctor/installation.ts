/** What the doctor finds around the processes: the build, who else can read what is kept, and names that stand twice. */
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readBuildStamp } from '../../src/server/build-stamp.ts';
import type { Config } from '../../src/server/config.ts';
import type { Directory } from '../../src/server/directory.ts';
import type { Findings } from './database.ts';

export function installationFindings(
  config: Config,
  { services, now }: { services: Directory['services']; now: Date },
): Findings {
  const stops = [...buildProblems(config), ...openFiles(config)];
  const warns: string[] = [];
  const today = now.toISOString().slice(0, 10);
  for (const [id, service] of Object.entries(services)) {
    const days = [service.canaryAcknowledgedOn, 'mailboxVerifiedOn' in service && service.mailboxVerifiedOn];
    if (days.some((day) => day && day > today)) stops.push(`${id}: a day in the directory has not come yet`);
    if (service.policingBody && service.addresses.includes(service.policingBody))
      warns.push(`${id}: its policing body is its own address, so nobody else hears what nobody confirms`);
  }
  if (config.witnessEmail && config.witnessEmail === config.operatorEmail)
    warns.push('WITNESS_EMAIL: is OPERATOR_EMAIL: a witness is somebody else');
  return { stops, warns };
}

/** What keeps the web process from starting. */
function buildProblems({ demonstration }: Config): string[] {
  const built = readBuildStamp();
  if (!built) return ['dist: not built, or not to the end; run `npm run build`'];
  if (built.demonstration === demonstration) return [];
  return ['dist: was built for something else; run `npm run build` with this environment'];
}

function openFiles({ dataDir }: Config): string[] {
  return [dataDir, join(dataDir, 'secrets.json'), join(dataDir, 'referrals.db')]
    .filter((path) => existsSync(path) && (statSync(path).mode & 0o007) !== 0)
    .map((path) => `${path}: everybody on this machine can read it: chmod o= ${path}`);
}
