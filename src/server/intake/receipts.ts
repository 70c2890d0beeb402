/** What a person can do with a receipt code: see how far it is, take it back, or make the code worthless. */
import { receiptLength, tidyCode } from '../../referral/codes.ts';
import type { Form } from '../../referral/referral.ts';
import { declineReceipt, statusFor, withdraw, type StatusWord } from '../store/status.ts';
import type { Desk } from './submit.ts';

/**
 * `none` for a code that is unknown, expired or withdrawn: one answer for all three, so that it confirms nothing to
 * somebody who found or guessed a code. `malformed` says how a code looks, which is no secret.
 */
export type StatusShown =
  | { readonly step: 'ask' }
  | { readonly step: 'malformed'; readonly typed: string }
  | { readonly step: 'none' }
  | { readonly step: 'known'; readonly code: string; readonly status: StatusWord }
  | { readonly step: 'confirm-withdrawal'; readonly code: string }
  | { readonly step: 'withdrawn' }
  | { readonly step: 'declined' }
  | { readonly step: 'failed'; readonly typed: string };

/** Answers one post of the status page. The pressed button: `look`, `withdraw`, `withdraw-yes` or `decline`. */
export async function askAfter(form: Form, desk: Desk): Promise<StatusShown> {
  const typed = form.get('code')?.[0] ?? '';
  const code = tidyCode(typed, receiptLength);
  if (!code) return { step: 'malformed', typed };
  const mac = desk.secrets.mac('lookup', code);
  const now = desk.clock();
  try {
    const status = await statusFor(desk.store, mac, now);
    if (!status) return { step: 'none' };
    switch (form.get('step')?.[0]) {
      case 'withdraw':
        return { step: 'confirm-withdrawal', code };
      case 'withdraw-yes':
        return (await withdraw(desk.store, mac, now)) ? { step: 'withdrawn' } : { step: 'none' };
      case 'decline':
        await declineReceipt(desk.store, mac);
        return { step: 'declined' };
      default:
        return { step: 'known', code, status };
    }
  } catch {
    desk.log({ code: 'status-failed' });
    return { step: 'failed', typed };
  }
}
