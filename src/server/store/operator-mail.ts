/** The tasks that the operator has not been told of by mail, and which courier is telling them. */
import { clearMeta, readMeta, writeMeta } from './meta.ts';
import { inTurn, type Change, type Store } from './store.ts';
import { closeTasks, mailTasks, type TaskCode } from './tasks.ts';
import type { TaskRow } from './schema.ts';

/** As long as a mail may take, and a little more: after it, whoever was telling has died. */
const leaseMs = 90 * 1000;

/** No attempt is ever put off for longer, so a later time means that the clock has been set back. */
const putOffMsMax = 8 * 60 * 60 * 1000;

/** What a mail lists; how many there are in all is in it too. */
const listedMax = 50;

/** Databases take only so many values in one statement. */
const settledAtOnce = 500;

const putOff = 'operator-mail-until' as const;

/** While these are true no mail goes out, and one that goes out closes them. */
const saidByNoMail: readonly TaskCode[] = mailTasks.map(({ code }) => code);

export type Untold = {
  /** Oldest first, and at most so many as a mail should list. */
  listed: readonly TaskRow[];
  total: number;
  /** Of all that are meant, in ascending order. A lower one may turn up later: PostgreSQL gives it out before the commit. */
  ids: readonly number[];
};

/** Undefined when there is nothing to tell, another courier is at it, or it is too early to try again. */
export function claimUntold(store: Store, now: Date): Promise<Untold | undefined> {
  return inTurn(store, 'operator-mail', async (change) => {
    // Read once, so that what is listed and what is counted are the same.
    const untold = await untoldTasks(change).selectAll().orderBy('id').execute();
    if (untold.length === 0) return undefined;

    const waitMs = Number((await readMeta(change, putOff)) ?? 0) - now.getTime();
    if (waitMs > 0 && waitMs <= putOffMsMax) return undefined;

    await writeMeta(change, putOff, String(now.getTime() + leaseMs));
    return { listed: untold.slice(0, listedMax), total: untold.length, ids: untold.map(({ id }) => id) };
  });
}

/** A mail server took the mail. */
export function settleTold(store: Store, { ids }: Untold, now: Date): Promise<void> {
  return inTurn(store, 'operator-mail', async (change) => {
    for (let from = 0; from < ids.length; from += settledAtOnce) {
      await change
        .updateTable('task')
        .set({ told_at: now.getTime() })
        .where('id', 'in', ids.slice(from, from + settledAtOnce))
        .where('told_at', 'is', null)
        .where('closed', 'is', null)
        .execute();
    }
    await clearMeta(change, putOff);
    for (const code of saidByNoMail) await closeTasks(change, code, now);
  });
}

export function settleUntold(store: Store, now: Date, waitMs: number): Promise<void> {
  return inTurn(store, 'operator-mail', (change) =>
    writeMeta(change, putOff, String(now.getTime() + waitMs)),
  );
}

function untoldTasks(change: Change) {
  return change
    .selectFrom('task')
    .where('closed', 'is', null)
    .where('told_at', 'is', null)
    .where('code', 'not in', saidByNoMail);
}
