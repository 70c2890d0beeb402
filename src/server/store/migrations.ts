/** How the tables came to be. A migration that has run anywhere is never changed: add another. */
import { sql, type ColumnDataType, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { chained, headText, noHead } from './chain.ts';
import type { Tables } from './schema.ts';
import type { StoreKind } from './store.ts';

/**
 * In the order of their names. Only `sealed`, the numbered keys and changed constraints need to know which database it
 * is.
 */
export function migrationsFor(kind: StoreKind): Record<string, Migration> {
  return {
    '0001-referrals': { up: (db) => addReferrals(db, kind) },
    '0002-escalation': { up: addEscalation },
    '0003-audit-chain': { up: addAuditChain },
    '0004-handing-on': { up: (db) => addHandingOn(db, kind) },
    '0005-turns': { up: addTurns },
    '0006-together': { up: addTogether },
    '0007-counters-apart': { up: (db) => setCountersApart(db, kind) },
    '0008-tried-at': { up: addTriedAt },
  };
}

async function addReferrals(db: Kysely<unknown>, kind: StoreKind): Promise<void> {
  const bytes: ColumnDataType = kind === 'postgres' ? 'bytea' : 'blob';
  // On SQLite only the type `integer` makes a key that numbers itself.
  const number: ColumnDataType = kind === 'postgres' ? 'bigserial' : 'integer';

  await db.schema
    .createTable('referral')
    .addColumn('reference', 'text', (column) => column.primaryKey())
    .addColumn('service', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('lane', 'text', (column) => column.notNull())
    .addColumn('form_key_mac', 'text', (column) => column.notNull())
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('content_mac', 'text')
    .addColumn('receipt_mac', 'text')
    .addColumn('inner_code_mac', 'text', (column) => column.notNull())
    .addColumn('wrong_codes', 'integer', (column) => column.notNull())
    .addColumn('sealed', bytes)
    .addColumn('accepted_at', 'bigint', (column) => column.notNull())
    .addColumn('acknowledged_at', 'bigint')
    .addColumn('closed_at', 'bigint')
    .addUniqueConstraint('referral_form_key_version', ['form_key_mac', 'version'])
    .execute();
  await db.schema.createIndex('referral_receipt').on('referral').column('receipt_mac').execute();

  await db.schema
    .createTable('notice')
    .addColumn('id', number, (column) => column.primaryKey())
    .addColumn('reference', 'text', (column) => column.notNull().references('referral.reference'))
    .addColumn('service', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('address', 'integer', (column) => column.notNull())
    .addColumn('lane', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('next_at', 'bigint', (column) => column.notNull())
    .addColumn('attempts', 'integer', (column) => column.notNull())
    .addColumn('lease_until', 'bigint')
    .addColumn('maybe_sent', 'integer', (column) => column.notNull())
    .addColumn('sent_at', 'bigint')
    .addUniqueConstraint('notice_once', ['reference', 'kind', 'address'])
    .execute();
  await db.schema.createIndex('notice_next').on('notice').columns(['state', 'next_at']).execute();

  await db.schema
    .createTable('audit')
    .addColumn('seq', number, (column) => column.primaryKey())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('event', 'text', (column) => column.notNull())
    .addColumn('reference', 'text')
    .addColumn('detail', 'text')
    .execute();

  await db.schema
    .createTable('counter')
    .addColumn('month', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('value', 'text', (column) => column.notNull())
    .addColumn('total', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('counter_key', ['month', 'name', 'value'])
    .execute();

  await db.schema
    .createTable('task')
    .addColumn('id', number, (column) => column.primaryKey())
    .addColumn('code', 'text', (column) => column.notNull())
    .addColumn('reference', 'text', (column) => column.notNull())
    .addColumn('service', 'text', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('closed', 'bigint')
    .execute();

  await db.schema
    .createTable('meta')
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('value', 'text', (column) => column.notNull())
    .execute();
}

async function addEscalation(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('escalation')
    // Gone with the referral, so that purging need not know of it.
    .addColumn('reference', 'text', (column) =>
      column.notNull().references('referral.reference').onDelete('cascade'),
    )
    .addColumn('step', 'text', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('escalation_once', ['reference', 'step'])
    .execute();

  await db.schema.alterTable('referral').addColumn('handed_over_at', 'bigint').execute();
  await db.schema.alterTable('referral').addColumn('heard_nothing_at', 'bigint').execute();
  await db.schema.alterTable('notice').addColumn('first_due_at', 'bigint').execute();
  await db.schema
    .alterTable('notice')
    .addColumn('round', 'integer', (column) => column.notNull().defaultTo(1))
    .execute();
  await db.schema.alterTable('task').addColumn('told_at', 'bigint').execute();

  await sql`
    update referral set handed_over_at = (
      select min(sent_at) from notice where notice.reference = referral.reference and notice.kind = 'referral'
    )
  `.execute(db);
  await db.schema.createIndex('referral_state').on('referral').columns(['state', 'accepted_at']).execute();
  await db.schema.createIndex('task_about').on('task').columns(['reference', 'code']).execute();
}

/** Rows from before the chain are numbered without gaps and chained as they stand. */
async function addAuditChain(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('tombstone')
    .addColumn('reference', 'text', (column) => column.primaryKey())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('day', 'text', (column) => column.notNull())
    .execute();
  await db.schema
    .alterTable('referral')
    .addColumn('test', 'integer', (column) => column.notNull().defaultTo(0))
    .execute();
  await db.schema
    .alterTable('audit')
    .addColumn('hash', 'text', (column) => column.notNull().defaultTo(''))
    .execute();

  const tables = db.$extendTables<Pick<Tables, 'audit' | 'meta'>>();
  let head = noHead;
  for (let last = 0; ;) {
    const rows = await tables
      .selectFrom('audit')
      .select(['seq', 'at', 'event', 'reference', 'detail'])
      .where('seq', '>', last)
      .orderBy('seq')
      .limit(1000)
      .execute();
    for (const { seq: old, ...row } of rows) {
      const { seq, hash } = chained(head, row);
      await tables.updateTable('audit').set({ seq, hash }).where('seq', '=', old).execute();
      head = { seq, hash };
      last = old;
    }
    if (rows.length === 0) break;
  }
  if (head.seq === 0) return;
  await tables
    .insertInto('meta')
    .values({ name: 'audit-head', value: headText(head) })
    .execute();
}

/** A referral that is handed on gets notices of the same kinds once more, for another service. */
async function addHandingOn(db: Kysely<unknown>, kind: StoreKind): Promise<void> {
  const referral = () => db.schema.alterTable('referral');
  await referral()
    .addColumn('handed_on', 'integer', (column) => column.notNull().defaultTo(0))
    .execute();
  await referral().addColumn('handed_on_from', 'text').execute();
  await referral().addColumn('handed_on_at', 'bigint').execute();
  await referral().addColumn('handed_on_code_mac', 'text').execute();
  await referral()
    .addColumn('hand_ons_left', 'integer', (column) => column.notNull().defaultTo(1))
    .execute();
  await referral()
    .addColumn('copy_owed', 'integer', (column) => column.notNull().defaultTo(0))
    .execute();

  if (kind === 'postgres') {
    await db.schema
      .alterTable('notice')
      .addColumn('handed_on', 'integer', (column) => column.notNull().defaultTo(0))
      .execute();
    await db.schema.alterTable('notice').dropConstraint('notice_once').execute();
    await db.schema
      .alterTable('notice')
      .addUniqueConstraint('notice_once_each', ['reference', 'kind', 'address', 'handed_on'])
      .execute();
    return;
  }
  // SQLite changes no constraint of a table that is there: https://www.sqlite.org/lang_altertable.html#otheralter
  await db.schema
    .createTable('notice_anew')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('reference', 'text', (column) => column.notNull().references('referral.reference'))
    .addColumn('service', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('address', 'integer', (column) => column.notNull())
    .addColumn('lane', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('next_at', 'bigint', (column) => column.notNull())
    .addColumn('first_due_at', 'bigint')
    .addColumn('round', 'integer', (column) => column.notNull().defaultTo(1))
    .addColumn('attempts', 'integer', (column) => column.notNull())
    .addColumn('lease_until', 'bigint')
    .addColumn('maybe_sent', 'integer', (column) => column.notNull())
    .addColumn('sent_at', 'bigint')
    .addColumn('handed_on', 'integer', (column) => column.notNull().defaultTo(0))
    .addUniqueConstraint('notice_once_each', ['reference', 'kind', 'address', 'handed_on'])
    .execute();
  await sql`
    insert into notice_anew (id, reference, service, kind, address, lane, state, next_at, first_due_at, round, attempts,
      lease_until, maybe_sent, sent_at)
    select id, reference, service, kind, address, lane, state, next_at, first_due_at, round, attempts,
      lease_until, maybe_sent, sent_at from notice
  `.execute(db);
  await db.schema.dropTable('notice').execute();
  await db.schema.alterTable('notice_anew').renameTo('notice').execute();
  await db.schema.createIndex('notice_next').on('notice').columns(['state', 'next_at']).execute();
}

/** The courier finds the first notice of each service, and what is under way, without reading all that waits. */
async function addTurns(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropIndex('notice_next').execute();
  await db.schema
    .createIndex('notice_turn')
    .on('notice')
    .columns(['state', 'service', 'lane', 'next_at'])
    .execute();
  await db.schema
    .createIndex('notice_leased')
    .on('notice')
    .column('lease_until')
    .where(sql`lease_until`, 'is not', null)
    .execute();
  // Each mail that goes out closes what the mail server was blamed for, among thousands of other tasks after an outage.
  await db.schema
    .createIndex('task_open')
    .on('task')
    .column('code')
    .where(sql`closed`, 'is', null)
    .execute();
}

/** Until here, what was held told of itself by its lane that it goes with others in one mail. */
async function addTogether(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('notice')
    .addColumn('together', 'integer', (column) => column.notNull().defaultTo(0))
    .execute();
  await db
    .$extendTables<Pick<Tables, 'notice'>>()
    .updateTable('notice')
    .set({ together: 1 })
    .where('kind', '=', 'referral')
    .where('lane', '=', 'held')
    .execute();
}

/** Rows written beside a referral, and in that order, told of whom they were. */
async function setCountersApart(db: Kysely<unknown>, kind: StoreKind): Promise<void> {
  await db.schema
    .createTable('counter_due')
    .addColumn('month', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('value', 'text', (column) => column.notNull())
    .execute();
  const anew = db.schema
    .createTable('counter_anew')
    .addColumn('month', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('value', 'text', (column) => column.notNull())
    .addColumn('total', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('counter_once', ['month', 'name', 'value']);
  // In the order of their key, and no other: https://sqlite.org/withoutrowid.html
  await (kind === 'sqlite' ? anew.modifyEnd(sql`without rowid`) : anew).execute();
  await sql`
    insert into counter_anew (month, name, value, total)
    select month, name, value, total from counter order by month, name, value
  `.execute(db);
  await db.schema.dropTable('counter').execute();
  await db.schema.alterTable('counter_anew').renameTo('counter').execute();
}

async function addTriedAt(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('notice').addColumn('tried_at', 'text').execute();
}
