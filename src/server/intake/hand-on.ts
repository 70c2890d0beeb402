/**
 * A service hands a referral on that belongs to another. It has opened it, which the inner code proves, and has sealed it
 * anew in its browser: nothing here can read it before or after.
 */
import { innerCodeLength, tidyCode } from '../../referral/codes.ts';
import type { Form } from '../../referral/referral.ts';
import { looksSealed } from '../../referral/sealed-shape.ts';
import { catalogueOn } from '../../routing/catalogue.ts';
import { recipientsOf } from '../directory.ts';
import { askOperator as ask, handOn as give } from '../store/hand-on.ts';
import type { Unproved } from '../store/opening.ts';
import type { JsonAnswer } from './http/server.ts';
import { linkIn, serviceWith, statusOf, type OpeningDesk } from './opening-link.ts';

/** The services that can receive today, with the keys to seal to; not the one that asks. */
export async function offerServices(form: Form, desk: OpeningDesk): Promise<JsonAnswer> {
  const link = await linkIn(form, desk);
  if (link.kind !== 'current') return link.answer;
  return { status: 200, body: { state: 'here', services: receivers(desk, link.service) } };
}

export async function handOn(form: Form, desk: OpeningDesk): Promise<JsonAnswer> {
  const link = await linkIn(form, desk);
  // A second press comes with the link of a service that has it no more: the answer says where it went.
  if (link.kind !== 'current') return link.answer;
  const { reference } = link;

  const to = receivers(desk, link.service).find(({ service }) => service === form.get('to')?.[0]);
  const nextCode = tidyCode(form.get('next-code')?.[0] ?? '', innerCodeLength);
  const sealed = new Uint8Array(Buffer.from(form.get('sealed')?.[0] ?? '', 'base64'));
  const sealedTo = form.get('recipient') ?? [];
  // The keys may have changed since the page asked for them: it asks again.
  if (!to || !isSame(to.recipients, sealedTo)) return { status: 409, body: { state: 'keys-changed' } };
  const innerCodeMac = codeMac(form, 'code', reference, desk);
  const nextCodeMac = desk.secrets.mac('inner-code', reference, nextCode ?? 'malformed');
  if (!nextCode || nextCodeMac === innerCodeMac || !looksSealed(sealed, to.recipients.length)) {
    return { status: 422, body: { state: 'malformed' } };
  }

  const now = desk.clock();
  const outcome = await give(desk.store, {
    reference,
    innerCodeMac,
    to: to.service,
    sealed,
    nextCodeMac,
    now,
  });
  if (outcome === 'done') {
    desk.log({ code: 'handed-on', reference, service: link.service });
    return { status: 200, body: { state: 'handed-on', to: to.service } };
  }
  return refused(outcome, reference, desk);
}

/** Not theirs, and they may not hand it on: somebody at the operator phones them. */
export async function askOperator(form: Form, desk: OpeningDesk): Promise<JsonAnswer> {
  const link = await linkIn(form, desk);
  if (link.kind !== 'current') return link.answer;
  const { reference } = link;
  const innerCodeMac = codeMac(form, 'code', reference, desk);
  const outcome = await ask(desk.store, { reference, innerCodeMac, now: desk.clock() });
  if (outcome === 'asked' || outcome === 'already') return { status: 200, body: { state: 'asked' } };
  return refused(outcome, reference, desk);
}

async function refused(
  outcome: Unproved | 'replaced' | 'gone' | 'refused',
  reference: string,
  desk: OpeningDesk,
): Promise<JsonAnswer> {
  const to = outcome === 'handed-on' ? await serviceWith(desk, reference) : {};
  return { status: statusOf[outcome], body: { state: outcome, ...to } };
}

function receivers(desk: OpeningDesk, except: string): { service: string; recipients: readonly string[] }[] {
  const { services, open } = catalogueOn(desk.catalogue, desk.clock().toISOString().slice(0, 10));
  return services.flatMap(({ id }) => {
    const listed = desk.directory.services[id];
    if (!listed || !open.includes(id) || id === except) return [];
    return [{ service: id, recipients: recipientsOf(listed, desk.directory) }];
  });
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((key) => other.includes(key));
}

function codeMac(form: Form, name: string, reference: string, desk: OpeningDesk): string {
  // A code of the wrong shape is a wrong try as well: its shape must not be a free way to guess.
  const code = tidyCode(form.get(name)?.[0] ?? '', innerCodeLength);
  return desk.secrets.mac('inner-code', reference, code ?? 'malformed');
}
