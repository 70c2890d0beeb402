/**
 * What a person decided about a task, kept under their name.
 *
 * The name is that of a worker of the operator, who answers for the decision; it stands in the audit and nowhere else.
 */
import { record } from './audit.ts';
import { endEscalation } from './escalation.ts';
import { askAgain, cancelDueNotices, hastenNotices } from './notices.ts';
import { oweScrub, scrub } from './scrub.ts';
import { formOf, formTurn, inTurn, type Change, type Store } from './store.ts';
import type { TaskRow } from './schema.ts';
import type { TaskCode } from './tasks.ts';

/**
 * `mended`: what was wrong is put right, and what waited for it goes. `phoned`, `told`, `passed-on`: a person has done it.
 * `kept`: it goes on waiting. `sent-again`: we send at once. `unlocked`: wrong codes are forgiven, by two people.
 * `may-hand-on`: the service may hand it on once more. `no-contact`: the service knows by phone that it must not make
 * contact, so no mail need say it. `deleted`: the referral goes although nobody has read it.
 */
export type Choice =
  | 'mended'
  | 'phoned'
  | 'told'
  | 'passed-on'
  | 'kept'
  | 'sent-again'
  | 'unlocked'
  | 'may-hand-on'
  | 'no-contact'
  | 'deleted';

export type Decision = {
  task: number;
  choice: Choice;
  /** Of the person who decides. */
  name: string;
  /** Of a second person, who agreed. */
  second?: string | undefined;
  now: Date;
  /** How many addresses a service has. */
  addressesOf: (service: string) => number;
};

/** Tasks whose notices wait for hours, because no sooner try could help. */
const putOffBy: readonly string[] = [
  'address-refused',
  'mailbox-full',
  'webhook-refused',
] satisfies TaskCode[];

export function findTask(store: Store, id: number): Promise<TaskRow | undefined> {
  return store.db
    .selectFrom('task')
    .selectAll()
    .where('id', '=', id)
    .where('closed', 'is', null)
    .executeTakeFirst();
}

/** Does what was decided, closes the task and notes who it was. False when the task was closed already, or never was. */
export async function decide(store: Store, decision: Decision): Promise<boolean> {
  const { now, choice, name, second, addressesOf } = decision;
  const task = await findTask(store, decision.task);
  if (!task) return false;
  const form = await formOf(store, task.reference);
  const done = await inTurn(store, form === undefined ? 'tasks' : formTurn(form), async (change) => {
    const { numUpdatedRows } = await change
      .updateTable('task')
      .set({ closed: now.getTime() })
      .where('id', '=', task.id)
      .where('closed', 'is', null)
      .executeTakeFirst();
    if (numUpdatedRows === 0n) return false;
    const detail = `${task.code} ${choice} by ${name}${second ? ` with ${second}` : ''}`;
    const about = task.reference === '' ? {} : { reference: task.reference };
    await record(change, { at: now, event: 'decided', ...about, detail });
    if (choice === 'mended' && putOffBy.includes(task.code)) await hastenNotices(change, task.service, now);
    if (choice === 'sent-again') {
      const { reference, service } = task;
      await askAgain(change, { reference, service, addresses: addressesOf(service), dueAt: now });
    }
    if (choice === 'unlocked') {
      await change
        .updateTable('referral')
        .set({ wrong_codes: 0 })
        .where('reference', '=', task.reference)
        .execute();
    }
    if (choice === 'may-hand-on') {
      await change
        .updateTable('referral')
        .set({ hand_ons_left: 1 })
        .where('reference', '=', task.reference)
        .execute();
    }
    if (choice === 'no-contact') await cancelDueNotices(change, task.reference, 'withdrawn', task.service);
    // Only where a decision was demanded can there be one to delete.
    if (choice === 'deleted' && task.code === 'decide') await deleteUnread(change, task.reference, now);
    return true;
  });
  if (done && choice === 'deleted') await scrub(store);
  return done;
}

/** The one way in which a referral goes that nobody has confirmed, with the versions before it. */
async function deleteUnread(change: Change, reference: string, now: Date): Promise<void> {
  const newest = await change
    .selectFrom('referral')
    .select(['form_key_mac', 'version'])
    .where('reference', '=', reference)
    .where('state', 'in', ['waiting', 'handed-over'])
    .executeTakeFirst();
  if (!newest) return;
  const deleted = await change
    .updateTable('referral')
    .set({ state: 'closed', sealed: null, content_mac: null, closed_at: now.getTime() })
    .where('form_key_mac', '=', newest.form_key_mac)
    .where('version', '<=', newest.version)
    .where('state', 'in', ['waiting', 'handed-over', 'superseded'])
    .returning('reference')
    .execute();
  for (const each of deleted) {
    await cancelDueNotices(change, each.reference, 'referral');
    await endEscalation(change, each.reference, now, ['heard-nothing', 'inner-code-locked', 'not-ours']);
    await record(change, { at: now, event: 'purged', reference: each.reference });
  }
  await oweScrub(change);
}
