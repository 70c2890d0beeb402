/** A person says that nobody has been in touch: the service is reminded, and somebody at the operator looks into it. */
import { record } from './audit.ts';
import { aheadMsMax } from './dated-ahead.ts';
import { askAgain } from './notices.ts';
import { referralsOf } from './status.ts';
import { formTurn, inTurn, type Store } from './store.ts';
import { raiseTask } from './tasks.ts';

/** `already`: said not long ago, and nothing more is done. Undefined for a code that opens nothing. */
export type HeardNothing = 'noted' | 'already' | undefined;

/**
 * @param lastSaidBy when it was last said after this, it is too early to remind again
 * @param addressesOf how many addresses a service has
 */
export async function noteNothingHeard(
  store: Store,
  receiptMac: string,
  { now, lastSaidBy, addressesOf }: { now: Date; lastSaidBy: Date; addressesOf: (service: string) => number },
): Promise<HeardNothing> {
  const [newest] = await referralsOf(store, receiptMac, now);
  if (!newest) return undefined;
  const { reference } = newest;
  return inTurn(store, formTurn(newest.form_key_mac), async (change) => {
    const noted = await change
      .updateTable('referral')
      .set({ heard_nothing_at: now.getTime() })
      .where('reference', '=', reference)
      .where('state', '!=', 'withdrawn')
      .where((where) =>
        where.or([
          where('heard_nothing_at', 'is', null),
          where('heard_nothing_at', '<=', lastSaidBy.getTime()),
          // Said by a clock that ran ahead: nobody knows when, and asking once too often harms nobody.
          where('heard_nothing_at', '>', now.getTime() + aheadMsMax),
        ]),
      )
      .returning('service')
      .executeTakeFirst();
    if (!noted) return 'already';
    const { service } = noted;
    await askAgain(change, { reference, service, addresses: addressesOf(service), dueAt: now });
    await record(change, { at: now, event: 'heard-nothing', reference });
    await raiseTask(change, { code: 'heard-nothing', reference, service }, now);
    return 'noted';
  });
}
