/** Walking the whole audit: is it as it was written, and where is it not. */
import { notedHead } from './audit.ts';
import { endsAt, noHead, readHead, walk, type Head, type Verdict } from './chain.ts';
import { auditMs } from './retention.ts';
import type { Store } from './store.ts';

const rowsAtOnce = 5000;

/**
 * @param known a head that somebody outside kept, such as the one in a daily digest: a chain that was rewritten from
 *   start to end is whole, and does not lead through it
 */
export async function checkAudit(store: Store, known?: Head): Promise<Verdict> {
  const noted = await notedHead(store.db);
  // What is written during the walk is left to the next one.
  const until = noted?.seq ?? Number.MAX_SAFE_INTEGER;
  let head = await whereRowsBegin(store);
  if (known && head.seq > 0 && known.seq <= head.seq) {
    return { isWhole: false, seq: known.seq, why: 'not-covered' };
  }
  for (let last = -1; ;) {
    const rows = await store.db
      .selectFrom('audit')
      .selectAll()
      .where('seq', '>', last)
      .where('seq', '<=', until)
      .orderBy('seq')
      .limit(rowsAtOnce)
      .execute();
    const verdict = walk(rows, head);
    if (!verdict.isWhole) return verdict;
    if (isAnother(known, rows)) return { isWhole: false, seq: known?.seq ?? 0, why: 'changed' };
    if (rows.length === 0) break;
    head = verdict.head;
    last = head.seq;
  }
  if (known && known.seq > head.seq) return { isWhole: false, seq: head.seq + 1, why: 'missing' };
  const verdict = endsAt(head, noted);
  return verdict.isWhole && (await hasRowsBeyondHead(store))
    ? { isWhole: false, seq: head.seq + 1, why: 'added' }
    : verdict;
}

/** The head is noted with the rows, so one that is read after them is never behind them. */
async function hasRowsBeyondHead(store: Store): Promise<boolean> {
  const { newest } = await store.db
    .selectFrom('audit')
    .select(({ fn }) => fn.max('seq').as('newest'))
    .executeTakeFirstOrThrow();
  const noted = await notedHead(store.db);
  return Number(newest ?? 0) > (noted?.seq ?? 0);
}

function isAnother(known: Head | undefined, rows: readonly Head[]): boolean {
  return rows.some(({ seq, hash }) => seq === known?.seq && hash !== known.hash);
}

/**
 * Rows older than two years are gone, and the newest entry about that says what stood before the oldest that is left.
 *
 * It is believed only where rows are left from about as long before it: whoever erases what is younger, and puts in such an
 * entry, leaves a chain that begins later than it says.
 */
async function whereRowsBegin(store: Store): Promise<Head> {
  const forgotten = await store.db
    .selectFrom('audit')
    .select(['detail', 'at'])
    .where('event', '=', 'audit-forgotten')
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  const oldest = await store.db.selectFrom('audit').select('at').orderBy('seq').limit(1).executeTakeFirst();
  if (!forgotten || !oldest || forgotten.at - oldest.at < auditMs - quietMsMax) return noHead;
  return readHead(forgotten.detail ?? '') ?? noHead;
}

/** A portal that is alive sends a digest every day; so long nothing at all is noted only where nobody used it yet. */
const quietMsMax = 365 * 24 * 60 * 60 * 1000;
