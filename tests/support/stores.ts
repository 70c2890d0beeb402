/** The databases that the store is tested on: SQLite always, PostgreSQL where `TEST_DATABASE_URL` names a server. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { sql } from 'kysely';
import pg from 'pg';
import { openStore } from '../../src/server/store/open-store.ts';
import type { Store } from '../../src/server/store/store.ts';

/** What goes with something: a test, or with `{ after }` of node:test all tests of a file. */
export type Lifetime = { after(end: () => unknown): void };

/** An empty folder that goes with the test. */
export function aFolder(t: Lifetime, within = tmpdir()): string {
  const folder = mkdtempSync(join(within, 'portal-test-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The same in memory where the system has such a place: for tests that write thousands of files. */
export function aFolderInMemory(t: TestContext): string {
  return aFolder(t, existsSync('/dev/shm') ? '/dev/shm' : undefined);
}

export async function aSqliteStore(t: Lifetime, dataDir = aFolder(t)): Promise<Store> {
  const store = await openStore({ dataDir });
  t.after(() => store.close());
  return store;
}

const serverUrl = process.env['TEST_DATABASE_URL'];

/** The address of a fresh database on the server, dropped with the test. */
export async function aPostgresDatabase(t: TestContext): Promise<string> {
  const name = `portal_test_${randomBytes(6).toString('hex')}`;
  await onServer(`create database ${name}`);
  t.after(() => onServer(`drop database ${name} with (force)`));
  return databaseUrl(name);
}

async function aPostgresStore(t: TestContext): Promise<Store> {
  const store = await openStore({ dataDir: '', databaseUrl: await aPostgresDatabase(t) });
  t.after(() => store.close());
  return store;
}

function databaseUrl(name: string): string {
  const url = new URL(serverUrl ?? '');
  url.pathname = `/${name}`;
  return url.href;
}

/** @param url of a database; the server's own where the test names none */
export async function onServer(statement: string, url = serverUrl): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(statement);
  await client.end();
}

/** Ends every connection to a store's database, as a restart of PostgreSQL does. */
export async function cutConnections(store: Store): Promise<void> {
  const { rows } = await sql<{ name: string }>`select current_database() as name`.execute(store.db);
  await onServer(`select pg_terminate_backend(pid) from pg_stat_activity where datname = '${rows[0]?.name}'`);
}

/** Declares one test of what only PostgreSQL does. */
export function testOnPostgres(name: string, body: (t: TestContext, store: Store) => Promise<void>): void {
  const skip = serverUrl ? false : 'no TEST_DATABASE_URL';
  test(`${name} (PostgreSQL)`, { skip }, async (t) => body(t, await aPostgresStore(t)));
}

/** Declares one test on every database. */
export function testOnStores(name: string, body: (t: TestContext, store: Store) => Promise<void>): void {
  test(`${name} (SQLite)`, async (t) => body(t, await aSqliteStore(t)));
  testOnPostgres(name, body);
}

/** Takes a SQLite database back to before referrals could be handed on. */
export const withoutHandingOn = [
  'handed_on',
  'handed_on_from',
  'handed_on_at',
  'handed_on_code_mac',
  'hand_ons_left',
  'copy_owed',
]
  .map((column) => `alter table referral drop column ${column};`)
  .concat('drop index task_open;', 'drop table counter_due;')
  .join('\n');
