/** One mail to the operator about all that has come to wait for a person since the last. Each task is told once. */
import { claimUntold, settleTold, settleUntold } from '../store/operator-mail.ts';
import type { CourierParts } from './courier.ts';
import { operatorSubject, operatorText } from './operator-text.ts';
import { waitMsAfterRefusal } from './schedule.ts';
import type { Outcome } from './outcome.ts';

/** A mail that did not go is tried again after this; what has come to wait since then goes with it. */
const tryAgainMs = 10 * 60 * 1000;

/** Undefined when there was nothing to tell, or nobody to tell it to. */
export async function tellOperator(parts: CourierParts): Promise<Outcome | undefined> {
  const { store, channel, operatorEmail, now, random, log } = parts;
  if (operatorEmail === undefined) return undefined;
  const begun = now();
  const untold = await claimUntold(store, begun);
  if (!untold) return undefined;

  const outcome = await channel.send({
    to: operatorEmail,
    // The same for every attempt of a day, and never that of an earlier mail about a task of which this one tells again.
    id: `operator.${untold.ids.at(-1)}.${begun.toISOString().slice(0, 10)}`,
    subject: operatorSubject(untold),
    text: operatorText(untold),
    date: begun,
  });
  log({ code: `operator-mail-${outcome.kind}` });
  if (outcome.kind === 'handed-over') {
    await settleTold(store, untold, now());
  } else {
    const waitMs = outcome.kind === 'refused' ? waitMsAfterRefusal(random()) : tryAgainMs;
    await settleUntold(store, now(), waitMs);
  }
  return outcome;
}
