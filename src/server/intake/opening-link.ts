/** Whose link it is: that of the service that has the referral, or of one that has handed it on. */
import { referenceLength, tidyCode } from '../../referral/codes.ts';
import type { Form } from '../../referral/referral.ts';
import { handOfCapability } from '../notice-link.ts';
import { whereaboutsOf, type Unproved } from '../store/opening.ts';
import type { JsonAnswer } from './http/server.ts';
import type { Desk } from './submit.ts';

export type OpeningDesk = Pick<Desk, 'store' | 'secrets' | 'directory' | 'catalogue' | 'clock' | 'log'>;

export type OpeningLink =
  | { readonly kind: 'current'; readonly reference: string; readonly service: string }
  /** It opens nothing; the answer says why. */
  | { readonly kind: 'none'; readonly answer: JsonAnswer };

export const unknown: JsonAnswer = { status: 404, body: { state: 'unknown' } };

/** The HTTP status of each answer that is a refusal. */
export const statusOf = {
  'wrong-code': 422,
  locked: 423,
  withdrawn: 410,
  gone: 410,
  'handed-on': 409,
  replaced: 409,
  refused: 403,
  unknown: 404,
} as const satisfies Readonly<Record<Unproved | 'gone' | 'replaced' | 'refused', number>>;

export async function linkIn(form: Form, desk: OpeningDesk): Promise<OpeningLink> {
  const reference = tidyCode(form.get('reference')?.[0] ?? '', referenceLength);
  const capability = form.get('capability')?.[0] ?? '';
  if (!reference) return { kind: 'none', answer: unknown };
  const found = await whereaboutsOf(desk.store, reference);
  const handedOn = found?.handedOn ?? 0;
  const hand = handOfCapability(desk.secrets, { reference, capability, handedOn });
  if (!found || hand === undefined) return { kind: 'none', answer: unknown };
  if (hand === handedOn) return { kind: 'current', reference, service: found.service };
  // Whoever had it hears of a withdrawal too: they may have kept it.
  if (found.isWithdrawn) return { kind: 'none', answer: { status: 200, body: { state: 'withdrawn' } } };
  return {
    kind: 'none',
    answer: {
      status: 200,
      body: { state: 'handed-on', to: found.service, acknowledged: found.isConfirmed },
    },
  };
}

/** Where a referral is now, for those who had it. */
export async function serviceWith(desk: OpeningDesk, reference: string): Promise<{ to?: string }> {
  const found = await whereaboutsOf(desk.store, reference);
  return found ? { to: found.service } : {};
}
