/** What happened, in order. Events and details are codes; no personal data can be passed in, because there is no place for it. */
import type { Change } from './store.ts';

export type AuditEvent =
  | 'accepted'
  | 'superseded'
  | 'handed-over'
  | 'notice-refused'
  | 'acknowledged'
  | 'wrong-code'
  | 'withdrawn'
  | 'purged'
  | 'task-raised'
  | 'task-closed';

export type AuditEntry = { at: Date; event: AuditEvent; reference?: string; detail?: string };

export async function record(change: Change, { at, event, reference, detail }: AuditEntry): Promise<void> {
  await change
    .insertInto('audit')
    .values({ at: at.getTime(), event, reference: reference ?? null, detail: detail ?? null })
    .execute();
}
