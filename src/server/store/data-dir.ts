/**
 * The database and the secrets of one installation belong together: neither is made anew beside what is left of the
 * other.
 */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { ConfigError } from '../failure.ts';
import { databaseFile } from './sqlite.ts';
import { isCopy } from './second-copy.ts';
import { tombstoneFile } from './tombstones.ts';

type Place = { dataDir: string; databaseUrl: string | undefined; secondCopyDir: string | undefined };

/** Two processes that start together on an empty folder make the two files within this time. */
const makingMsMax = 3000;

/**
 * Call before either is opened, because opening makes what is not there.
 *
 * @throws ConfigError when part of an installation is missing. An empty database would take referrals, and nobody would
 *   notice that the earlier ones wait for ever; with new secrets no receipt and no link that was given would work.
 */
export async function expectComplete(place: Place): Promise<void> {
  const until = performance.now() + makingMsMax;
  let missing = missingParts(place);
  while (missing.length > 0 && performance.now() < until) {
    await wait(100);
    missing = missingParts(place);
  }
  if (missing.length > 0) throw new ConfigError(missing);
}

/** What is missing, a line each. Nothing where all is there, and nothing where there has never been anything. */
export function missingParts({ dataDir, databaseUrl, secondCopyDir }: Place): string[] {
  const database = databaseFile(dataDir);
  const hasLetGo = existsSync(tombstoneFile(dataDir));
  const hasCopies = secondCopyDir !== undefined && holdsCopies(secondCopyDir);
  const hasSecrets = existsSync(join(dataDir, 'secrets.json'));
  // Made empty for its owner by whoever installs; later on, an empty one is as good as none.
  const hasDatabase = existsSync(database) && (!isEmpty(database) || !(hasLetGo || hasCopies));
  if (hasSecrets && (hasDatabase || databaseUrl !== undefined)) return [];

  const isThere = {
    'secrets.json': hasSecrets,
    'referrals.db': hasDatabase && databaseUrl === undefined,
    'the tombstones': hasLetGo,
    'second copies': hasCopies,
  };
  const left = Object.entries(isThere).flatMap(([name, is]) => (is ? [name] : []));
  if (left.length === 0) return [];
  return [
    `DATA_DIR: ${hasSecrets ? 'referrals.db' : 'secrets.json'} is missing, though there are ${left.join(', ')}; ` +
      'it is not made anew. docs/backups.md says how to bring it back',
  ];
}

/** What was written last may all be in the log beside it. */
function isEmpty(database: string): boolean {
  return statSync(database).size === 0 && !existsSync(`${database}-wal`);
}

function holdsCopies(folder: string): boolean {
  return existsSync(folder) && readdirSync(folder).some(isCopy);
}
