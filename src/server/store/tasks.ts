/** What waits for the operator. A task is raised once and stays open until somebody, or a later success, closes it. */
import { record } from './audit.ts';
import { inTurn, type Change, type Store } from './store.ts';
import type { TaskRow } from './schema.ts';

export type TaskCode =
  | 'address-refused'
  | 'mailbox-full'
  | 'mail-sign-in-refused'
  | 'mail-tls-refused'
  | 'mail-sender-refused'
  | 'mail-relay-refused'
  | 'content-mail-refused'
  | 'webhook-refused'
  | 'webhook-tls-refused'
  | 'spool-shut'
  | 'link-without-key'
  | 'notice-unwritten'
  | 'service-unlisted'
  | 'inner-code-locked'
  | 'not-handed-over-4h'
  | 'not-handed-over-24h'
  | 'no-contact-4h'
  | 'no-contact-24h'
  | 'phone-service'
  | 'tell-policing-body'
  | 'decide'
  | 'heard-nothing'
  | 'not-ours'
  | 'test-unconfirmed';

export type Task = { code: TaskCode; reference?: string; service?: string };

/** Over as soon as an ordinary mail goes out. */
export const mailTasks = [
  { code: 'mail-sign-in-refused' },
  { code: 'mail-tls-refused' },
  { code: 'mail-sender-refused' },
] as const satisfies readonly Task[];

/** Raises a task on its own, where nothing else changes. */
export function noteTask(store: Store, task: Task, now: Date): Promise<void> {
  return inTurn(store, 'task', async (change) => {
    await raiseTask(change, task, now);
  });
}

/** Raises a task unless the same one is already open. True when it was raised. */
export async function raiseTask(change: Change, task: Task, now: Date): Promise<boolean> {
  const { code, reference = '', service = '' } = task;
  const open = await change
    .selectFrom('task')
    .select('id')
    .where('code', '=', code)
    .where('reference', '=', reference)
    .where('service', '=', service)
    .where('closed', 'is', null)
    .executeTakeFirst();
  if (open) return false;
  await change
    .insertInto('task')
    .values({ code, reference, service, at: now.getTime(), told_at: null, closed: null })
    .execute();
  await record(change, { at: now, event: 'task-raised', detail: code, ...(reference && { reference }) });
  return true;
}

/** Closes every open task with this code, of one service or of all. */
export async function closeTasks(change: Change, code: TaskCode, now: Date, service?: string): Promise<void> {
  const { numUpdatedRows } = await change
    .updateTable('task')
    .set({ closed: now.getTime() })
    .where('code', '=', code)
    .$if(service !== undefined, (query) => query.where('service', '=', service ?? ''))
    .where('closed', 'is', null)
    .executeTakeFirst();
  if (numUpdatedRows > 0n) await record(change, { at: now, event: 'task-closed', detail: code });
}

/** Raises a task, or has the operator told once more of one that is still open. */
export async function raiseTaskAgain(change: Change, task: Task, now: Date): Promise<void> {
  if (await raiseTask(change, task, now)) return;
  const { code, reference = '', service = '' } = task;
  await change
    .updateTable('task')
    .set({ told_at: null })
    .where('code', '=', code)
    .where('reference', '=', reference)
    .where('service', '=', service)
    .where('closed', 'is', null)
    .execute();
  await record(change, { at: now, event: 'task-raised', detail: code, ...(reference && { reference }) });
}

/** Closes every open task with one of these codes about one referral, of one service or of all. */
export async function closeTasksOf(
  change: Change,
  reference: string,
  codes: readonly TaskCode[],
  now: Date,
  service?: string,
): Promise<void> {
  const closed = await change
    .updateTable('task')
    .set({ closed: now.getTime() })
    .where('reference', '=', reference)
    .where('code', 'in', codes)
    .$if(service !== undefined, (query) => query.where('service', '=', service ?? ''))
    .where('closed', 'is', null)
    .returning('code')
    .execute();
  for (const { code } of closed)
    await record(change, { at: now, event: 'task-closed', reference, detail: code });
}

/** Oldest first. */
export function openTasks(store: Store): Promise<TaskRow[]> {
  return store.db.selectFrom('task').selectAll().where('closed', 'is', null).orderBy('id').execute();
}
