/**
 * What happens to a posted form: read ▶ route ▶ seal ▶ accept.
 *
 * The form keeps no state on the server. Every post carries all that was typed, is read from the start, and leads to
 * one thing to show. Whatever goes wrong, what was typed comes back with it.
 */
import type { Role } from '../../referral/choices.ts';
import { newInnerCode, newReference } from '../../referral/codes.ts';
import { canonicalText, contentText, padded, type Envelope } from '../../referral/envelope.ts';
import { trapName, type FieldName } from '../../referral/fields.ts';
import { readStep, sealedAnswers, type Answers, type Form, type Problem } from '../../referral/referral.ts';
import { seal } from '../../referral/seal.ts';
import { catalogueOn, type Catalogue } from '../../routing/catalogue.ts';
import type { Choice, Tables } from '../../routing/lookup.ts';
import type { Place, Route } from '../../routing/route.ts';
import type { Clock } from '../clock.ts';
import { recipientsOf, type Directory } from '../directory.ts';
import { Failure, SealError } from '../failure.ts';
import type { Secrets } from '../secrets.ts';
import { accept } from '../store/accept.ts';
import type { Counter } from '../store/counters.ts';
import { sentBefore } from '../store/sent-before.ts';
import type { Store } from '../store/store.ts';
import { routeFrom } from './destination.ts';
import { fewAtOnce } from './few-at-once.ts';
import { newFormKey, readFormKey, receiptFor, type FormKey } from './form-key.ts';
import type { Guesses } from './guesses.ts';
import { isOneOfMany, laneOf, type Sender } from './lane.ts';
import { placeFrom } from './place.ts';
import type { Tide } from './tide.ts';

/** What stands behind the form. */
export type Desk = {
  readonly store: Store;
  readonly secrets: Secrets;
  readonly directory: Directory;
  readonly catalogue: Catalogue;
  readonly tables: Tables;
  /** ONS code of the police force area a council lies in. */
  readonly areaOfCouncil: (council: string) => string | undefined;
  readonly councilName: (council: string, language: string) => string;
  readonly clock: Clock;
  readonly tide: Tide;
  readonly guesses: Guesses;
  readonly log: (event: { code: string; reference?: string; service?: string }) => void;
};

export type Posted = {
  readonly role: Role;
  readonly language: string;
  readonly form: Form;
  readonly sender: Sender;
};

/** Something to say above the form that belongs to no field. */
export type FormNotice = 'key-renewed' | 'service-changed';

/** What the page draws. `form` is what was typed, to fill the fields with. */
export type Shown = { readonly formKey: string; readonly form: Form; readonly notice?: FormNotice } & (
  | { readonly step: 'where'; readonly problems: readonly Problem[]; readonly choices: readonly Choice[] }
  | (Destined & { readonly step: 'answers'; readonly problems: readonly Problem[] })
  | (Destined & { readonly step: 'check' })
  | (Destined & { readonly step: 'failed' })
  | (Destined & { readonly step: 'signpost' })
  | { readonly step: 'sent'; readonly receipt: string; readonly service: string }
  | { readonly step: 'already-sent'; readonly isTakenBack: boolean }
);

type Destined = {
  readonly answers: Answers;
  readonly place: Place;
  readonly route: Route;
  /** Areas across a near border, to offer. */
  readonly neighbours: readonly string[];
};

/** The form as somebody first sees it. */
export function blankForm(desk: Desk): Shown {
  return {
    step: 'where',
    problems: [],
    choices: [],
    form: new Map(),
    formKey: newFormKey(desk.secrets, desk.clock()),
  };
}

/**
 * Answers one post of the form.
 *
 * The value of the pressed button names where the person wants to go: `where`, `answers`, `check`, `change` (back to
 * the answers, without looking for problems) or `send`. They get as far as the answers before it allow.
 */
export async function submit(posted: Posted, desk: Desk): Promise<Shown> {
  const { form, role } = posted;
  const wanted = form.get('step')?.[0] ?? 'answers';
  const now = desk.clock();
  const key = readFormKey(form.get('form-key')?.[0], desk.secrets, now);
  const common = { form, formKey: key ? (form.get('form-key')?.[0] ?? '') : newFormKey(desk.secrets, now) };

  // Back after sending leads here. The answers must not come up again on a screen somebody else may hold.
  const before = key && (await whatBecameOf(key, desk));
  if (before === 'taken-back' || (before && wanted !== 'send')) {
    return alreadySent(desk, now, before === 'taken-back');
  }

  const where = readStep(form, role, 'where');
  const read = placeFrom(where.answers, desk);
  const [first] = where.problems;
  if (first || read.kind === 'ask' || wanted === 'where') {
    const problems = first ? where.problems : read.kind === 'ask' ? [read.problem] : [];
    const choices = read.kind === 'ask' ? read.choices : [];
    return { ...common, step: 'where', choices, problems: wanted === 'where' ? [] : problems };
  }

  const rest = readStep(form, role, 'answers');
  const answers: Answers = { ...where.answers, ...rest.answers };
  const catalogue = catalogueOn(desk.catalogue, now.toISOString().slice(0, 10));
  const route = routeFrom(role, read.place, answers, catalogue);
  const destined = { ...common, answers, place: read.place, neighbours: read.neighbours, route };

  if (!route.form) return { ...destined, step: 'signpost' };
  if (wanted !== 'check' && wanted !== 'send') return { ...destined, step: 'answers', problems: [] };
  if (rest.problems.length > 0) return { ...destined, step: 'answers', problems: rest.problems };

  // A referral goes only to the service named on the page when the person pressed Send.
  const named = form.get('service')?.[0];
  const changed = named !== undefined && named !== route.service;
  if (changed) return { ...destined, step: 'answers', problems: [], notice: 'service-changed' };
  if (wanted === 'check' || named === undefined) return { ...destined, step: 'check' };
  if (!key) return { ...destined, step: 'check', notice: 'key-renewed' };

  try {
    return await send(posted, { key, answers, place: read.place, route, now }, desk);
  } catch (failure) {
    desk.log({ code: failure instanceof Failure ? failure.code : 'accept-failed', service: route.service });
    return { ...destined, step: 'failed' };
  }
}

function alreadySent({ secrets }: Desk, now: Date, isTakenBack: boolean): Shown {
  return { step: 'already-sent', isTakenBack, form: new Map(), formKey: newFormKey(secrets, now) };
}

async function whatBecameOf(key: FormKey, desk: Desk): ReturnType<typeof sentBefore> {
  try {
    return await sentBefore(desk.store, desk.secrets.mac('form', key.key));
  } catch {
    // Not knowing must not cost the person the form: sending the same form twice changes nothing anyway.
    return undefined;
  }
}

type Ready = {
  readonly key: FormKey;
  readonly answers: Answers;
  readonly place: Place;
  readonly route: Route & { kind: 'service' };
  readonly now: Date;
};

/** It keeps a processor busy. Fifty at once went in step, and whoever came next was not let in before all were through. */
const sealing = fewAtOnce(3);

async function send(posted: Posted, ready: Ready, desk: Desk): Promise<Shown> {
  const { secrets } = desk;
  const { route, now } = ready;
  const service = desk.directory.services[route.service];
  if (!service) throw new SealError('the service has no keys');

  const envelope = envelopeFor(posted, ready, desk.tide);
  const text = padded(canonicalText(envelope));
  const recipients = recipientsOf(service, desk.directory);
  const sealed = await sealing(() => seal(text, recipients)).catch((cause: unknown) => {
    throw new SealError('the referral could not be sealed', { cause });
  });
  const receipt = receiptFor(ready.key, secrets);
  const accepted = await accept(desk.store, {
    reference: envelope.reference,
    service: route.service,
    area: envelope.area ?? null,
    role: posted.role,
    language: posted.language,
    lane: envelope.lane,
    formKeyMac: secrets.mac('form', ready.key.key),
    // With the form's own key, which is nowhere kept: whoever has disk and secrets cannot try names and phones against it.
    contentMac: secrets.mac('content', ready.key.key, contentText(envelope)),
    receiptMac: secrets.mac('lookup', receipt),
    innerCodeMac: secrets.mac('inner-code', envelope.reference, envelope.innerCode),
    sealed,
    acceptedAt: now,
    isOneOfMany: envelope.lane === 'normal' && isOneOfMany(route.service, now, desk.tide),
    counters: countersFor(ready),
  });
  // Taken back while this post was under way.
  if (accepted.takenBack) return alreadySent(desk, now, true);
  desk.log({ code: accepted.repeated ? 'accepted-again' : 'accepted', reference: accepted.reference });
  // The answers leave the page with the receipt: a later look at this screen shows no word of them.
  return {
    step: 'sent',
    receipt,
    service: route.service,
    form: new Map(),
    formKey: newFormKey(secrets, now),
  };
}

function envelopeFor(posted: Posted, { key, answers, place, route, now }: Ready, tide: Tide): Envelope {
  const agreed = (name: FieldName) => answers[name] === 'yes';
  return {
    version: 1,
    reference: newReference(),
    innerCode: newInnerCode(),
    service: route.service,
    ...(place.kind === 'area' ? { area: place.area } : {}),
    ...(place.kind === 'area' && place.council ? { council: place.council } : {}),
    createdAt: now.toISOString(),
    role: posted.role,
    language: posted.language,
    lane: laneOf(
      { sender: posted.sender, trapped: posted.form.get(trapName)?.[0], issuedAt: key.issuedAt, now },
      tide,
    ),
    answers: sealedAnswers(answers) as Envelope['answers'],
    consent: {
      send: true,
      police: agreed('consent-police'),
      victimService: agreed('consent-victim-service'),
      fallback: agreed('consent-fallback'),
    },
    banners: route.banners,
  };
}

/** Numbers without people: each is counted on its own, and no row joins them to anybody. */
function countersFor({ answers }: Ready): Counter[] {
  return (['told', 'heard'] as const).flatMap((name) => {
    const value = answers[name];
    return typeof value === 'string' ? [{ name, value }] : [];
  });
}
