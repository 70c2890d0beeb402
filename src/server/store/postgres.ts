/** Kysely over PostgreSQL, for installations that have outgrown one machine. */
import { PostgresDialect, type Dialect } from 'kysely';

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
