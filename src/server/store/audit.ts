/**
 * What happened, in order. Events and details are codes; nothing of a person who referred can be passed in, because there
 * is no place for it. The one name in it is that of the operator's own worker, behind a decision of theirs.
 */
import { sql } from 'kysely';
import { chained, headText, noHead, readHead, type Head } from './chain.ts';
import { readMeta, writeMeta } from './meta.ts';
import { oweTombstone } from './tombstones.ts';
import type { Change, StoreKind } from './store.ts';

export type AuditEvent =
  | 'accepted'
  | 'superseded'
  | 'handed-over'
  | 'notice-refused'
  | 'acknowledged'
  | 'wrong-code'
  | 'withdrawn'
  /** The detail says from which service to which. */
  | 'handed-on'
  | 'purged'
  | 'task-raised'
  | 'task-closed'
  | 'escalated'
  | 'heard-nothing'
  /** A person decided about a task; the detail says what, and carries their name. */
  | 'decided'
  | 'digest-sent'
  | 'backed-up'
  | 'restored'
  | 'outbox-released'
  | 'clock-jumped'
  /** Something of it is still to come, by a clock that ran ahead. */
  | 'dated-ahead'
  /** Rows older than two years went; the detail is the head as it was before the oldest row that stayed. */
  | 'audit-forgotten';

export type AuditEntry = { at: Date; event: AuditEvent; reference?: string; detail?: string };

const headName = 'audit-head';

const recorded = new WeakMap<Change, AuditEntry[]>();

/**
 * Notes it in the change that made it happen. It is on disk with that change, or neither is.
 *
 * A text that was purged or withdrawn owes a tombstone as well, whoever let it go.
 */
export async function record(change: Change, entry: AuditEntry): Promise<void> {
  const entries = recorded.get(change);
  if (!entries) throw new Error('an audit entry belongs to a change made in turn');
  entries.push(entry);
  const { at, event, reference } = entry;
  if (reference && (event === 'purged' || event === 'withdrawn')) {
    await oweTombstone(change, { reference, event, at });
  }
}

/** Opens a change for `record`. */
export function beginAudit(change: Change): void {
  recorded.set(change, []);
}

/**
 * Chains what was recorded in a change. It must be the last thing before the change is kept: on PostgreSQL it holds a
 * lock that every writer needs, and whoever asked for another lock after this one could wait for somebody waiting for them.
 */
export async function chainAudit(kind: StoreKind, change: Change): Promise<void> {
  const entries = recorded.get(change) ?? [];
  if (entries.length === 0) return;
  if (kind === 'postgres') {
    await sql`select pg_advisory_xact_lock(hashtextextended('audit', 0))`.execute(change);
  }
  let head = await newestHead(change);
  const rows = entries.map(({ at, event, reference, detail }) => {
    const row = { at: at.getTime(), event, reference: reference ?? null, detail: detail ?? null };
    const next = chained(head, row);
    head = { seq: next.seq, hash: next.hash };
    return next;
  });
  await change.insertInto('audit').values(rows).execute();
  await writeMeta(change, headName, headText(head));
}

/** The head as it was noted when the newest row was written. */
export async function notedHead(change: Pick<Change, 'selectFrom'>): Promise<Head | undefined> {
  return readHead((await readMeta(change, headName)) ?? '');
}

/**
 * What the next row follows. Somebody who tampered with either the rows or the note must not thereby keep referrals out,
 * so the further of the two counts; the doctor finds out what happened.
 */
async function newestHead(change: Change): Promise<Head> {
  const noted = (await notedHead(change)) ?? noHead;
  const last = await change
    .selectFrom('audit')
    .select(['seq', 'hash'])
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  return last && last.seq > noted.seq ? last : noted;
}
