/** Kysely over Node's own SQLite: its dialect for better-sqlite3, handed a database that answers alike. */
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import {
  CompiledQuery,
  SqliteAdapter,
  SqliteDriver,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type DatabaseConnection,
  type Dialect,
  type SqliteDatabase,
  type SqliteStatement,
} from 'kysely';
import { StoreError } from '../failure.ts';

/** How long a change waits for another process to finish its own, before it is refused. */
export const busyWaitMsMax = 2000;

/** A refusal longer ago than this says nothing about whether the database is busy now. */
const busyMemoryMs = 1000;

export const databaseFile = (dataDir: string): string => join(dataDir, 'referrals.db');

/**
 * Opens `referrals.db`, which only its owner can read.
 *
 * @throws StoreError when the file is damaged: no new database is ever put in its place.
 */
export function openSqlite(dataDir: string): DatabaseSync {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const file = databaseFile(dataDir);
  // SQLite would make it readable to everybody; its log and index files take after it.
  closeSync(openSync(file, 'a', 0o600));
  try {
    return openWhole(file);
  } catch (cause) {
    throw isDamage(cause) ? new StoreError('the database is damaged', { cause }) : cause;
  }
}

function openWhole(file: string): DatabaseSync {
  const database = new DatabaseSync(file);
  database.exec(`
    pragma busy_timeout = 30000;
    pragma journal_mode = wal;
    pragma synchronous = full;
    pragma secure_delete = on;
    pragma temp_store = memory;
    pragma foreign_keys = on;
    pragma trusted_schema = off;
  `);
  // The quick check leaves indexes out, and with them one damaged file in thirty.
  const verdict = database.prepare('pragma integrity_check(1)').get();
  if (verdict?.['integrity_check'] !== 'ok') throw new StoreError('the database is damaged');
  // Opening may wait for another process; after that, SQLite must not hold up the whole process.
  database.exec('pragma busy_timeout = 10');
  return database;
}

export function sqliteDialect(database: DatabaseSync): Dialect {
  const begin = beginnerOf(database);
  return {
    createAdapter: () =>
      Object.defineProperty(new SqliteAdapter(), 'supportsTransactionalDdl', { value: true }),
    createDriver: () =>
      Object.assign(new SqliteDriver({ database: asKyselyExpects(database) }), {
        beginTransaction: begin,
        // A full disk makes SQLite roll back by itself; a second rollback would hide the real error.
        async rollbackTransaction(connection: DatabaseConnection) {
          if (database.isTransaction) await connection.executeQuery(CompiledQuery.raw('rollback'));
        },
      }),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}

/**
 * Begins as the only writer, waiting without blocking the process: SQLite's own busy timeout would stop every request.
 *
 * Changes that wait one behind the other share one patience. Each with its own, the tenth would wait ten times as long.
 */
function beginnerOf(database: DatabaseSync): () => Promise<void> {
  let busyFrom = 0;
  let busyLast = Number.NEGATIVE_INFINITY;
  return async () => {
    const asked = performance.now();
    if (asked - busyLast > busyMemoryMs) busyFrom = asked;
    for (;;) {
      try {
        database.exec('begin immediate');
        return;
      } catch (cause) {
        if (!isBusy(cause)) throw cause;
        busyLast = performance.now();
        if (busyLast - busyFrom > busyWaitMsMax) throw cause;
        await wait(25);
      }
    }
  };
}

/** Does `work` again while another process holds the database, at most `patienceMs` long. */
export async function whileBusy<T>(patienceMs: number, work: () => Promise<T>): Promise<T> {
  const until = performance.now() + patienceMs;
  for (;;) {
    try {
      return await work();
    } catch (cause) {
      if (!isBusy(cause) || performance.now() > until) throw cause;
      await wait(25);
    }
  }
}

/** SQLITE_BUSY. */
const isBusy = (cause: unknown) => sqliteCode(cause) === 5;

/** SQLITE_CORRUPT, SQLITE_NOTADB. */
const isDamage = (cause: unknown) => [11, 26].includes(sqliteCode(cause) ?? 0);

/** Variants carry more in the higher bits. https://sqlite.org/rescode.html */
function sqliteCode(cause: unknown): number | undefined {
  return cause instanceof Error && 'errcode' in cause ? Number(cause.errcode) & 0xff : undefined;
}

function asKyselyExpects(database: DatabaseSync): SqliteDatabase {
  const prepared = new Map<string, SqliteStatement>();
  return {
    close: () => database.close(),
    prepare(text) {
      const known = prepared.get(text);
      if (known) return known;
      const statement = statementOf(database.prepare(text));
      prepared.set(text, statement);
      return statement;
    },
  };
}

function statementOf(statement: StatementSync): SqliteStatement {
  // Every value comes through a table's type, and those hold only what SQLite takes.
  const values = (parameters: readonly unknown[]) => parameters as readonly SQLInputValue[];
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => statement.all(...values(parameters)),
    run: (parameters) => statement.run(...values(parameters)),
    iterate: (parameters) => statement.iterate(...values(parameters)),
  };
}
