/**
 * The chain of the audit: every row carries a hash over itself and the row before it, so that none can be changed,
 * removed, added or moved without every later hash changing too. Pure.
 *
 * Whoever can write to the database can also compute a whole new chain. That shows only against a head somebody else
 * keeps, which is why the daily digest carries one.
 */
import { createHash } from 'node:crypto';

/** What the hash is over. */
export type AuditRow = {
  seq: number;
  at: number;
  event: string;
  reference: string | null;
  detail: string | null;
};

export type ChainedRow = AuditRow & { hash: string };

/** The newest row: how many there have been, and the hash that stands for all of them. */
export type Head = { seq: number; hash: string };

/**
 * `seq` is the first row that is not as it was written, or for `not-covered` that of a known head so old that the rows up
 * to it are gone: whether they were forgotten in time or erased, nobody can tell by it.
 */
export type Verdict =
  | { isWhole: true; head: Head }
  | { isWhole: false; seq: number; why: 'changed' | 'missing' | 'added' | 'not-covered' };

/** What stands before the first row. */
export const noHead: Head = { seq: 0, hash: '0'.repeat(64) };

/** SHA-256 in hex. JSON frames the parts, so no two rows have the same text. */
export function hashOf(previous: string, { seq, at, event, reference, detail }: AuditRow): string {
  return createHash('sha256')
    .update(JSON.stringify([previous, seq, at, event, reference, detail]))
    .digest('hex');
}

/** The row that comes after `head`. */
export function chained(head: Head, row: Omit<AuditRow, 'seq'>): ChainedRow {
  const numbered = { ...row, seq: head.seq + 1 };
  return { ...numbered, hash: hashOf(head.hash, numbered) };
}

/** Walks rows, given in the order of their numbers, from what stood before them: whole as far as these rows go. */
export function walk(rows: Iterable<ChainedRow>, from: Head): Verdict {
  let head = from;
  for (const row of rows) {
    const due = head.seq + 1;
    if (row.seq < due) return { isWhole: false, seq: row.seq, why: 'added' };
    if (row.seq > due) return { isWhole: false, seq: due, why: 'missing' };
    if (row.hash !== hashOf(head.hash, row)) return { isWhole: false, seq: due, why: 'changed' };
    head = { seq: row.seq, hash: row.hash };
  }
  return { isWhole: true, head };
}

/** Rows cut off at the end leave a chain that is whole, and shorter than it was known to be. */
export function endsAt(head: Head, noted: Head | undefined): Verdict {
  const known = noted ?? noHead;
  if (head.seq < known.seq) return { isWhole: false, seq: head.seq + 1, why: 'missing' };
  if (head.seq > known.seq) return { isWhole: false, seq: known.seq + 1, why: 'added' };
  return head.hash === known.hash
    ? { isWhole: true, head }
    : { isWhole: false, seq: head.seq, why: 'changed' };
}

/** `57 3f0a…`, as the head is written where it is kept. */
export function headText({ seq, hash }: Head): string {
  return `${seq} ${hash}`;
}

/** A head somebody wrote down or pasted from a digest: leading zeros and a colon do no harm. */
export function readHead(text: string): Head | undefined {
  const [, seq, hash] = /^\s*(\d{1,15})[\s:]+([0-9a-f]{64})\s*$/iu.exec(text) ?? [];
  return seq && hash ? { seq: Number(seq), hash: hash.toLowerCase() } : undefined;
}
