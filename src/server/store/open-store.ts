/** Opening the database and bringing its tables up to date. */
import { statSync } from 'node:fs';
import { Kysely, sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import { StoreError } from '../failure.ts';
import { migrationsFor } from './migrations.ts';
import { expectDurable, postgresDialect } from './postgres.ts';
import { openSecondCopy } from './second-copy.ts';
import { databaseFile, openSqlite, sqliteDialect, whileBusy } from './sqlite.ts';
import { newVolumeCheck } from './volume.ts';
import type { Tables } from './schema.ts';
import type { Store, StoreKind } from './store.ts';

/** A database that does not answer in this time counts as down: the person must not wait for it. */
const answerMsMax = 2500;

const migrationMsMax = 5 * 60 * 1000;

/**
 * The store in `dataDir`, or in PostgreSQL when there is a `databaseUrl`.
 *
 * @throws StoreError when it cannot be opened, is damaged, was made by a newer version of the portal, or could lose what
 *   it has kept.
 */
export async function openStore(place: {
  dataDir: string;
  databaseUrl?: string | undefined;
  secondCopyDir?: string | undefined;
}): Promise<Store> {
  try {
    const store = place.databaseUrl
      ? await openPostgresStore(place.databaseUrl)
      : await openSqliteStore(place.dataDir);
    const { secondCopyDir } = place;
    return secondCopyDir
      ? { ...store, secondCopy: openSecondCopy(secondCopyDir, newVolumeCheck(store, secondCopyDir)) }
      : store;
  } catch (cause) {
    if (cause instanceof StoreError) throw cause;
    throw new StoreError('the database cannot be opened', { cause });
  }
}

async function openSqliteStore(dataDir: string): Promise<Store> {
  const db = new Kysely<Tables>({ dialect: sqliteDialect(openSqlite(dataDir)) });
  try {
    await whileBusy(migrationMsMax, () => migrate(db, 'sqlite'));
  } catch (cause) {
    await db.destroy();
    throw cause;
  }
  return { kind: 'sqlite', db, isInPlace: newPlaceWatch(databaseFile(dataDir)), close: () => db.destroy() };
}

/**
 * Tells whether a database is still the one that it is now. Its log and the index of that are as much of it: they stay as
 * long as anybody has it open, and what is written to a log that was deleted is gone with the process.
 * https://www.sqlite.org/walformat.html
 */
function newPlaceWatch(database: string): () => boolean {
  const opened = ['', '-wal', '-shm'].map((ending) => {
    const file = `${database}${ending}`;
    const { ino, dev } = statSync(file);
    return { file, ino, dev };
  });
  return () =>
    opened.every(({ file, ino, dev }) => {
      const there = statSync(file, { throwIfNoEntry: false });
      return there?.ino === ino && there.dev === dev;
    });
}

async function openPostgresStore(databaseUrl: string): Promise<Store> {
  // A migration may take longer than any person can be asked to wait, so it has a connection of its own.
  const patient = new Kysely<Tables>({ dialect: await postgresDialect(databaseUrl, migrationMsMax) });
  try {
    await expectDurable(patient);
    await migrate(patient, 'postgres');
  } finally {
    await patient.destroy();
  }
  const db = new Kysely<Tables>({ dialect: await postgresDialect(databaseUrl, answerMsMax) });
  return { kind: 'postgres', db, close: () => db.destroy() };
}

async function migrate(db: Kysely<Tables>, kind: StoreKind): Promise<void> {
  const migrations = migrationsFor(kind);
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
  const { error } = await migrator.migrateToLatest();
  if (error === undefined) return;
  const done = await sql<{ name: string }>`select name from kysely_migration`
    .execute(db)
    .catch(() => undefined);
  if (done?.rows.some(({ name }) => !(name in migrations)))
    throw new StoreError('the database was written by a newer version of the portal: start that one');
  throw error;
}
