/** Kysely over PostgreSQL, for installations that have outgrown one machine. */
import { PostgresDialect, sql, type Dialect, type Kysely } from 'kysely';
import type { ClientBase } from 'pg';
import { StoreError } from '../failure.ts';
import type { Tables } from './schema.ts';

const bigintType = 20;

/** @param answerMsMax how long to wait for a connection, and for the answer to one statement */
export async function postgresDialect(databaseUrl: string, answerMsMax: number): Promise<Dialect> {
  // Loaded only where it is wanted: most installations never do.
  const { default: pg } = await import('pg');
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    connectionTimeoutMillis: answerMsMax,
    statement_timeout: answerMsMax,
    query_timeout: answerMsMax,
    // Shorter, it would end a wait for a turn, or one that PostgreSQL is about to end by itself.
    lock_timeout: answerMsMax,
    // Between its statements a change does nothing that takes time. A process that stands still there, or whose network has
    // gone, keeps what it has locked from everybody else.
    idle_in_transaction_session_timeout: answerMsMax,
    // One whose server has gone without a word waits for the system, a quarter of an hour, and the courier lets none rest
    // long enough to be closed for that.
    maxLifetimeSeconds: 60,
    onConnect: promiseAsWeNeed,
    types: {
      // Instants are below 2^53, so they fit a number; by default they would arrive as text.
      getTypeParser: (type: number, format?: 'text' | 'binary') =>
        type === bigintType ? Number : pg.types.getTypeParser(type, format),
    },
  });
  // A connection that breaks must not end the process: at rest the pool says so, in use the connection itself, also between
  // two statements. The next statement over it finds out, and its change is refused.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return new PostgresDialect({ pool });
}

/**
 * What changes rest on, whatever the server, the database or the role were set to.
 *
 * A receipt is a promise, so a commit must wait until it is on disk; where it waits for a standby too, it goes on doing so.
 * And whoever has waited for a turn must see what was kept in it: a stricter isolation shows what was there before the wait.
 */
async function promiseAsWeNeed(client: ClientBase): Promise<void> {
  await client.query(
    "select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') <> 'remote_apply'",
  );
  await client.query("select set_config('default_transaction_isolation', 'read committed', false)");
}

/** What no connection can set for itself, and without which a power cut takes what was promised, or all. */
const needed: readonly string[] = ['fsync', 'full_page_writes'];

/** @throws StoreError when the server may lose what it says it has kept */
export async function expectDurable(db: Kysely<Tables>): Promise<void> {
  const { rows } = await sql<{ name: string }>`
    select name from pg_settings where name in (${sql.join(needed)}) and setting <> 'on' order by name
  `.execute(db);
  if (rows.length === 0) return;
  const names = rows.map(({ name }) => name).join(' and ');
  throw new StoreError(`PostgreSQL runs with ${names} off: a power cut would lose referrals; switch it on`);
}
