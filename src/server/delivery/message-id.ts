/** What one message is called, in every attempt to send it. */
import { createHash } from 'node:crypto';
import type { NoticeRow } from '../store/schema.ts';

/** The same for every attempt at the same message. One that tells of several is only the same when it tells of the same. */
export function messageId({ reference, kind, round }: NoticeRow, references: readonly string[]): string {
  if (references.length > 1) {
    return `several.${createHash('sha256').update(references.toSorted().join(' ')).digest('hex').slice(0, 32)}`;
  }
  return round === 1 ? `${reference}.${kind}` : `${reference}.${kind}-${round}`;
}
