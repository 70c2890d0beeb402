/** What one message is called, in every attempt to send it. */
import { createHash } from 'node:crypto';
import type { NoticeRow } from '../store/schema.ts';

/** The same for every attempt at the same message. One that tells of several is only the same when it tells of the same. */
export function messageId(
  { reference, kind, round, handed_on }: NoticeRow,
  references: readonly string[],
): string {
  if (references.length > 1) {
    return `several.${createHash('sha256').update(references.toSorted().join(' ')).digest('hex').slice(0, 32)}`;
  }
  // Another service may keep its mail in the same mailbox, and must not lose the notice as a copy.
  const whose = handed_on === 0 ? reference : `${reference}.${handed_on}`;
  return round === 1 ? `${whose}.${kind}` : `${whose}.${kind}-${round}`;
}
