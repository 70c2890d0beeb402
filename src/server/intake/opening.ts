/** The two calls of the page where a service opens a referral: fetch the sealed bytes, and confirm with the inner code. */
import { innerCodeLength, referenceLength, tidyCode } from '../../referral/codes.ts';
import type { Form } from '../../referral/referral.ts';
import { capabilityOf } from '../notice-link.ts';
import { sameSecret } from '../secrets.ts';
import { acknowledge, openSealed } from '../store/opening.ts';
import { sealedMsAfterAcknowledgement } from '../store/retention.ts';
import type { JsonAnswer } from './http/server.ts';
import type { Desk } from './submit.ts';

export function answerOpening(path: string, form: Form, desk: Desk): Promise<JsonAnswer> | undefined {
  if (path === '/p/open') return fetchSealed(form, desk).catch(() => failed(desk));
  if (path === '/p/ack') return confirm(form, desk).catch(() => failed(desk));
  return undefined;
}

const unknown: JsonAnswer = { status: 404, body: { state: 'unknown' } };

function failed(desk: Desk): JsonAnswer {
  desk.log({ code: 'opening-failed' });
  return { status: 503, body: { state: 'failed' } };
}

async function fetchSealed(form: Form, desk: Desk): Promise<JsonAnswer> {
  const reference = tidyCode(form.get('reference')?.[0] ?? '', referenceLength);
  const capability = form.get('capability')?.[0] ?? '';
  if (!reference || !sameSecret(capability, capabilityOf(desk.secrets, reference))) return unknown;

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
      ...(found.supersedes ? { supersedes: found.supersedes } : {}),
      ...(found.supersededBy ? { supersededBy: found.supersededBy } : {}),
      // Before it is confirmed: the day it would go if it were confirmed at once.
      goneOn: day(found.goneOn ?? new Date(desk.clock().getTime() + sealedMsAfterAcknowledgement)),
    },
  };
}

async function confirm(form: Form, desk: Desk): Promise<JsonAnswer> {
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
    case 'wrong-code':
      return { status: 422, body: { state: outcome } };
    case 'withdrawn':
      return { status: 410, body: { state: outcome } };
    case 'locked':
      return { status: 423, body: { state: outcome } };
    case 'unknown':
      return unknown;
  }
}

function day(instant: Date): string {
  return instant.toISOString().slice(0, 10);
}
