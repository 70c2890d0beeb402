/**
 * What was dated by a clock that ran ahead: an instant that is still to come tells nothing of how long ago it was.
 *
 * A referral of which something is dated ahead counts from when that was found, until the instant comes and is believed
 * again. So no step comes before its time, and none is late by more than the clock was ahead, or by more than its own
 * length where that is less.
 *
 * The instants themselves stay as they are. Brought to a now that is wrong, such as that of a clock set years back for an
 * hour, they could not be put right again: every service would be accused of years of silence, and what is deleted by them
 * would go too soon.
 */
import { sql, type RawBuilder } from 'kysely';
import { record } from './audit.ts';
import { inTurn, type Store } from './store.ts';

/** Clocks of two machines, and one that is put right by a time server, differ by less. */
export const aheadMsMax = 5 * 60 * 1000;

/** More than this at a time would keep others waiting; the next minute takes the rest. */
const atATimeMax = 500;

export function isDatedAhead(at: number, now: Date): boolean {
  return at > now.getTime() + aheadMsMax;
}

/** An instant of a referral, or when it was found to be dated ahead. Still to come, when nobody has found it yet. */
export function countedFrom(
  instant: RawBuilder<number>,
  reference: 'referral.reference' | 'notice.reference',
  now: Date,
): RawBuilder<number> {
  const latest = now.getTime() + aheadMsMax;
  return sql<number>`case when ${instant} > ${latest} then coalesce((
    select found.at from escalation as found
    where found.reference = ${sql.ref(reference)} and found.step = 'dated-ahead' and found.at <= ${latest}
  ), ${instant}) else ${instant} end`;
}

/** Notes, for `countedFrom`, what is dated ahead and since when that is known, and forgets it of what is so no more. */
export async function noteDatedAhead(store: Store, now: Date): Promise<void> {
  const { found, over } = await lookAhead(store, now);
  if (found.length === 0 && over.length === 0) return;
  await inTurn(store, 'dated-ahead', async (change) => {
    const at = now.getTime();
    for (const reference of found) {
      await change
        .insertInto('escalation')
        .values({ reference, step: 'dated-ahead', at })
        .onConflict((conflict) => conflict.columns(['reference', 'step']).doUpdateSet({ at }))
        .execute();
      await record(change, { at: now, event: 'dated-ahead', reference });
    }
    if (over.length > 0)
      await change
        .deleteFrom('escalation')
        .where('step', '=', 'dated-ahead')
        .where('reference', 'in', over)
        .execute();
  });
}

/** True while something is dated ahead and nobody has found it yet: how long it has waited is not known. */
export async function isAnythingUnfound(store: Store, now: Date): Promise<boolean> {
  return (await lookAhead(store, now)).found.length > 0;
}

async function lookAhead({ db }: Store, now: Date) {
  const latest = now.getTime() + aheadMsMax;
  const referrals = await db
    .selectFrom('referral')
    .select('reference')
    .where('test', '=', 0)
    .where('state', 'in', ['waiting', 'handed-over', 'acknowledged'])
    .where(({ or, eb }) =>
      or((['accepted_at', 'handed_on_at', 'handed_over_at'] as const).map((at) => eb(at, '>', latest))),
    )
    .execute();
  const takenBack = await db
    .selectFrom('notice')
    .select('reference')
    .where('state', '=', 'due')
    .where('kind', '=', 'withdrawn')
    .where('first_due_at', '>', latest)
    .execute();
  const noted = await db
    .selectFrom('escalation')
    .select(['reference', 'at'])
    .where('step', '=', 'dated-ahead')
    .execute();
  const ahead = new Set([...referrals, ...takenBack].map(({ reference }) => reference));
  // What was found by a clock that itself ran ahead is found anew.
  const known = new Set(noted.filter(({ at }) => at <= latest).map(({ reference }) => reference));
  return {
    found: [...ahead].filter((reference) => !known.has(reference)).slice(0, atATimeMax),
    over: noted
      .map(({ reference }) => reference)
      .filter((reference) => !ahead.has(reference))
      .slice(0, atATimeMax),
  };
}
