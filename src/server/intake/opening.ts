/**
 * The calls of the page where a service opens a referral: fetch the sealed bytes, confirm with the inner code, hand it
 * on.
 */
import { innerCodeLength, referenceLength, tidyCode } from '../../referral/codes.ts';
import type { Form } from '../../referral/referral.ts';
import { acknowledge, openSealed } from '../store/opening.ts';
import { sealedMsAfterAcknowledgement } from '../store/retention.ts';
import { askOperator, handOn, offerServices } from './hand-on.ts';
import type { JsonAnswer } from './http/server.ts';
import { linkIn, serviceWith, statusOf, unknown, type OpeningDesk } from './opening-link.ts';

const calls: Readonly<Record<string, ((form: Form, desk: OpeningDesk) => Promise<JsonAnswer>) | undefined>> =
  {
    '/p/open': fetchSealed,
    '/p/ack': confirm,
    '/p/services': offerServices,
    '/p/hand-on': handOn,
    '/p/ask-operator': askOperator,
  };

export function answerOpening(path: string, form: Form, desk: OpeningDesk): Promise<JsonAnswer> | undefined {
  return calls[path]?.(form, desk).catch(() => failed(desk));
}

function failed(desk: OpeningDesk): JsonAnswer {
  desk.log({ code: 'opening-failed' });
  return { status: 503, body: { state: 'failed' } };
}

async function fetchSealed(form: Form, desk: OpeningDesk): Promise<JsonAnswer> {
  const link = await linkIn(form, desk);
  if (link.kind !== 'current') return link.answer;
  const { reference } = link;
  const found = await openSealed(desk.store, reference);
  if (found === undefined) return unknown;
  if (found === 'gone' || found === 'withdrawn') return { status: 200, body: { state: found } };
  return {
    status: 200,
    body: {
      state: 'here',
      reference,
      sealed: Buffer.from(found.sealed).toString('base64'),
      acceptedDay: day(found.acceptedAt),
      acknowledged: found.state === 'acknowledged',
      mayBeHandedOn: found.mayBeHandedOn,
      ...(found.supersedes ? { supersedes: found.supersedes } : {}),
      ...(found.supersededBy ? { supersededBy: found.supersededBy } : {}),
      // Before it is confirmed: the day it would go if it were confirmed at once.
      goneOn: day(found.goneOn ?? new Date(desk.clock().getTime() + sealedMsAfterAcknowledgement)),
    },
  };
}

async function confirm(form: Form, desk: OpeningDesk): Promise<JsonAnswer> {
  const reference = tidyCode(form.get('reference')?.[0] ?? '', referenceLength);
  const code = tidyCode(form.get('code')?.[0] ?? '', innerCodeLength);
  if (!reference) return unknown;
  // A code of the wrong shape is a wrong try as well: its shape must not be a free way to guess.
  const innerCodeMac = desk.secrets.mac('inner-code', reference, code ?? 'malformed');
  const now = desk.clock();
  const outcome = await acknowledge(desk.store, { reference, innerCodeMac, now });
  switch (outcome) {
    case 'acknowledged':
    case 'already': {
      const found = await openSealed(desk.store, reference);
      const goneOn = typeof found === 'object' && found.goneOn ? { goneOn: day(found.goneOn) } : {};
      return { status: 200, body: { state: outcome, ...goneOn } };
    }
    case 'handed-on':
      return { status: statusOf[outcome], body: { state: outcome, ...(await serviceWith(desk, reference)) } };
    case 'wrong-code':
    case 'withdrawn':
    case 'locked':
    case 'unknown':
      return { status: statusOf[outcome], body: { state: outcome } };
  }
}

function day(instant: Date): string {
  return instant.toISOString().slice(0, 10);
}
