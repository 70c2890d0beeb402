/** What a person can do with a receipt code: see how far it is, take it back, or make the code worthless. */
import { receiptLength, tidyCode } from '../../referral/codes.ts';
import type { Form } from '../../referral/referral.ts';
import { serviceOf } from '../../routing/catalogue.ts';
import { countWays } from '../directory.ts';
import { noteNothingHeard } from '../store/heard-nothing.ts';
import { declineReceipt, progressOf, withdraw, type Progress, type StatusWord } from '../store/status.ts';
import { addWorkingDays, workingDaysBefore } from '../working-time.ts';
import type { Desk } from './submit.ts';

export type ReceiptDesk = Pick<
  Desk,
  'store' | 'secrets' | 'directory' | 'catalogue' | 'clock' | 'guesses' | 'log'
>;

/**
 * `none` for a code that is unknown, expired or withdrawn: one answer for all three, so that it confirms nothing to
 * somebody who found or guessed a code. `malformed` says how a code looks, which is no secret. `too-many` is said to a
 * network from which too many codes opened nothing, whatever the code of this one is.
 */
export type StatusShown =
  | { readonly step: 'ask' }
  | { readonly step: 'malformed'; readonly typed: string }
  | { readonly step: 'none' }
  | { readonly step: 'too-many' }
  | {
      readonly step: 'known';
      readonly code: string;
      readonly status: StatusWord;
      /** The service that has it, where the one named on the page has handed it on. */
      readonly handedOnTo?: string;
      /** The service has had its time, so the person can say that they have heard nothing. */
      readonly isOverdue: boolean;
    }
  | { readonly step: 'heard-nothing'; readonly code: string; readonly already: boolean }
  | { readonly step: 'confirm-withdrawal'; readonly code: string }
  | { readonly step: 'withdrawn' }
  | { readonly step: 'declined' }
  | { readonly step: 'failed'; readonly typed: string };

/**
 * Working days after which a person may say that they have heard nothing, where the service promises none. Pages ask
 * people to phone such a service after five; a reminder through us follows when it has had as long again.
 */
const replyWorkingDaysUsual = 10;

/** A service is not reminded of the same person more often than this. */
const remindWorkingDaysMin = 5;

/**
 * Answers one post of the status page. The pressed button: `look`, `withdraw`, `withdraw-yes`, `decline` or
 * `heard-nothing`.
 *
 * @param network where it came from, as `networkOf` makes it
 */
export async function askAfter(form: Form, desk: ReceiptDesk, network?: string): Promise<StatusShown> {
  const typed = form.get('code')?.[0] ?? '';
  const code = tidyCode(typed, receiptLength);
  if (!code) return { step: 'malformed', typed };
  const mac = desk.secrets.mac('lookup', code);
  const now = desk.clock();
  if (desk.guesses.refuses(network, now)) return { step: 'too-many' };
  try {
    const progress = await progressOf(desk.store, mac, now);
    if (!progress) {
      desk.guesses.note(network, now);
      return { step: 'none' };
    }
    const isOverdue = isOverdueOn(now, progress, desk);
    const { service, isHandedOn } = progress;
    const known = {
      step: 'known',
      code,
      status: progress.word,
      isOverdue,
      ...(isHandedOn && { handedOnTo: serviceOf(desk.catalogue, service)?.name ?? service }),
    } as const;
    switch (form.get('step')?.[0]) {
      case 'withdraw':
        return { step: 'confirm-withdrawal', code };
      case 'withdraw-yes':
        return (await withdraw(desk.store, mac, now)) ? { step: 'withdrawn' } : { step: 'none' };
      case 'decline':
        await declineReceipt(desk.store, mac);
        return { step: 'declined' };
      case 'heard-nothing':
        return isOverdue ? await hearNothing(code, mac, now, desk) : known;
      default:
        return known;
    }
  } catch {
    desk.log({ code: 'status-failed' });
    return { step: 'failed', typed };
  }
}

/**
 * The time that the service itself promises, counted from when it got it; nobody is waiting for what was deleted
 * unread.
 */
function isOverdueOn(now: Date, { word, service, since }: Progress, { catalogue }: ReceiptDesk): boolean {
  const promised = serviceOf(catalogue, service)?.replyWorkingDays ?? replyWorkingDaysUsual;
  return word !== 'unopened' && addWorkingDays(since, promised) <= now;
}

async function hearNothing(code: string, mac: string, now: Date, desk: ReceiptDesk): Promise<StatusShown> {
  const noted = await noteNothingHeard(desk.store, mac, {
    now,
    lastSaidBy: workingDaysBefore(now, remindWorkingDaysMin),
    addressesOf: (service) => {
      const settings = desk.directory.services[service];
      return settings ? countWays(settings) : 1;
    },
  });
  return noted ? { step: 'heard-nothing', code, already: noted === 'already' } : { step: 'none' };
}
