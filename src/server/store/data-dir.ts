/**
 * The database and the secrets of one installation belong together: neither is made anew beside what is left of the
 * other.
 */
import { accessSync, constants, existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { ConfigError, StoreError } from '../failure.ts';
import { openStore } from './open-store.ts';
import { databaseFile } from './sqlite.ts';
import { isCopy } from './second-copy.ts';
import type { Store } from './store.ts';
import { tombstoneFile } from './tombstones.ts';

const { R_OK, W_OK, X_OK } = constants;

export type Place = { dataDir: string; databaseUrl: string | undefined; secondCopyDir: string | undefined };

/** Two processes that start together on an empty folder make the two files within this time. */
const makingMsMax = 3000;

/**
 * Call before either is opened, because opening makes what is not there.
 *
 * @throws ConfigError when part of an installation is missing, or this user may not use it. An empty database would take referrals, and nobody would
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

/**
 * The database of an installation that is all there: what every process opens that takes, sends or plants referrals.
 * Open it before the secrets are loaded, because loading makes them.
 *
 * @throws ConfigError as `expectComplete` does, and where PostgreSQL and `DATA_DIR` are of two lives.
 * @throws StoreError when it cannot be opened.
 */
export async function openWholeStore(place: Place): Promise<Store> {
  await expectComplete(place);
  const store = await openStore(place);
  const strange = await strangeParts(store, place).catch(async (cause: unknown) => {
    await store.close();
    throw new StoreError('the database cannot be read', { cause });
  });
  if (strange.length === 0) return store;
  await store.close();
  throw new ConfigError(strange);
}

/**
 * What does not belong together, a line each: an empty PostgreSQL beside what another life has left, and a full one
 * without its secrets. A database in `DATA_DIR` is seen from outside: `missingParts`.
 */
export async function strangeParts(store: Store, place: Place): Promise<string[]> {
  if (store.kind !== 'postgres') return [];
  if (!(await holdsNothing(store))) {
    if (existsSync(join(place.dataDir, 'secrets.json'))) return [];
    return [
      'DATA_DIR: secrets.json is missing, though the database at DATABASE_URL holds referrals; it is not made anew. ' +
        'docs/backups.md says how to bring it back',
    ];
  }
  // Asked no sooner: a volume that hangs keeps nothing from starting that is whole without it.
  const copiesShut = shutCopies(place);
  const left = leftOf(place);
  if (left.length === 0 && !copiesShut) return [];
  // What is there may be of another process that has begun meanwhile, and made rows before second copies.
  if (!(await holdsNothing(store))) return [];
  if (copiesShut) return [copiesShut];
  return [
    `DATABASE_URL: that database is empty, though there are ${left.join(', ')}; nothing starts over it. ` +
      'docs/backups.md, "PostgreSQL", says what to do',
  ];
}

function leftOf({ dataDir, secondCopyDir }: Place): string[] {
  const database = databaseFile(dataDir);
  const isThere = {
    'referrals.db': existsSync(database) && !isEmpty(database),
    'the tombstones': existsSync(tombstoneFile(dataDir)),
    'second copies': !shutCopies({ secondCopyDir }) && holdsCopies(secondCopyDir),
  };
  return Object.entries(isThere).flatMap(([name, is]) => (is ? [name] : []));
}

/** Whatever has happened stands in the audit, also where every referral has gone. */
async function holdsNothing({ db }: Store): Promise<boolean> {
  const referral = await db.selectFrom('referral').select('reference').limit(1).executeTakeFirst();
  const entry = await db.selectFrom('audit').select('seq').limit(1).executeTakeFirst();
  return referral === undefined && entry === undefined;
}

/**
 * What is missing, or kept from this user, a line each. Nothing where all is there, and nothing where there has never
 * been anything.
 */
export function missingParts({ dataDir, databaseUrl, secondCopyDir }: Place): string[] {
  const shut = shutParts(dataDir, databaseUrl === undefined);
  if (shut.length > 0) return shut;

  const database = databaseFile(dataDir);
  const hasLetGo = existsSync(tombstoneFile(dataDir));
  const hasSecrets = existsSync(join(dataDir, 'secrets.json'));
  const isFilled = existsSync(database) && !isEmpty(database);
  if (hasSecrets && (isFilled || databaseUrl !== undefined)) return [];

  // Asked no sooner: a volume that is away keeps nothing from starting that is whole without it.
  const copiesShut = shutCopies({ secondCopyDir });
  if (copiesShut) return [copiesShut];
  const hasCopies = holdsCopies(secondCopyDir);
  // Made empty for its owner by whoever installs; later on, an empty one is as good as none.
  const hasDatabase = isFilled || (existsSync(database) && !(hasLetGo || hasCopies));
  if (hasSecrets && hasDatabase) return [];

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

/** What is brought back belongs to whoever did it, and looks like a lost or damaged file to everybody else. */
function shutParts(dataDir: string, hasDatabase: boolean): string[] {
  // SQLite writes beside the database even to look into it.
  const folder = refusal('DATA_DIR: the folder', dataDir, hasDatabase ? R_OK | W_OK | X_OK : R_OK | X_OK);
  if (folder) return [folder];
  const databases = ['', '-wal', '-shm'].map((end) => databaseFile(dataDir) + end);
  return [
    refusal('DATA_DIR: secrets.json', join(dataDir, 'secrets.json'), R_OK),
    ...(hasDatabase ? databases : []).map((file) =>
      refusal(`DATA_DIR: ${basename(file)}`, file, R_OK | W_OK),
    ),
  ].filter((line) => line !== undefined);
}

function shutCopies({ secondCopyDir }: Pick<Place, 'secondCopyDir'>): string | undefined {
  return secondCopyDir && refusal('SECOND_COPY_DIR: the folder', secondCopyDir, R_OK | X_OK);
}

/** Why this user may not use what is there; undefined where it may, and where nothing is. */
function refusal(what: string, path: string, mode: number): string | undefined {
  try {
    accessSync(path, mode);
    return undefined;
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : 'unknown';
    if (code === 'ENOENT') return undefined;
    return `${what} cannot be used by this user (${code}): see owner and mode, docs/backups.md, "Bringing back"`;
  }
}

/** What was written last may all be in the log beside it. */
function isEmpty(database: string): boolean {
  return statSync(database).size === 0 && !existsSync(`${database}-wal`);
}

function holdsCopies(folder: string | undefined): boolean {
  return folder !== undefined && existsSync(folder) && readdirSync(folder).some(isCopy);
}
