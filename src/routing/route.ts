/**
 * Decides who helps this person. Every question has exactly one answer: one service, or one honest signpost.
 *
 * Home leads, the place of the crime comes second, and what a service has not said never counts as a refusal.
 */
import type { Age, Kind, Matter, OtherAge, Role, Stage } from '../referral/choices.ts';
import { nationalService, servicesIn, type Catalogue } from './catalogue.ts';
import { caveatsOf, isDispute, needsVictimToStart, refusalOf, type Caveat, type Refusal } from './fit.ts';
import type { AreaCode, CouncilCode, Nation } from './lookup.ts';
import type { Service, ServiceId } from './service.ts';
import type { SignpostId } from './signpost.ts';

export type Place =
  | { kind: 'area'; area: AreaCode; council?: CouncilCode }
  | { kind: 'nation'; nation: Nation }
  | { kind: 'overseas' | 'forces' | 'railway' | 'prison' | 'no-fixed-address' | 'refuge' | 'unsaid' };

export type Question = {
  role: Role;
  /** Where the person lives, or the premises of a business that was harmed. */
  place: Place;
  /** Where it happened, if somewhere else. */
  crimePlace?: Place;
  /** The person's own age. */
  age?: Age;
  /** The other person's age when it happened. */
  otherAge?: OtherAge;
  /** The other person's age today, if the person knows it. */
  otherAgeNow?: Age;
  kind?: Kind;
  stage?: Stage;
  matter?: Matter;
};

/** Why this answer. Words: `service.why.<reason>`. */
export type Reason =
  | Refusal
  | 'home'
  | 'crime-place'
  | 'place-not-said'
  | 'no-fixed-address'
  | 'refuge'
  | 'area-not-known'
  | 'no-known-service'
  | 'outside'
  | 'crime-outside'
  | 'forces'
  | 'railway'
  | 'prison'
  | 'youth'
  | 'other-was-under-18';

/** What the person should know before they ask. Words: `service.note.<note>`. */
export type Note = Caveat | 'no-form' | 'crime-place-second' | 'specialist-first';

/** What the worker must see first. Travels inside the seal. */
export type Banner = 'kind-not-given' | 'side-not-given' | 'under-18';

export type Also = { kind: 'service'; service: ServiceId } | { kind: 'signpost'; signpost: SignpostId };

export type Route = {
  why: Reason;
  also: readonly Also[];
  notes: readonly Note[];
  banners: readonly Banner[];
} & (
  | {
      kind: 'service';
      service: ServiceId;
      /** False: it cannot receive here, so people phone. */ form: boolean;
    }
  | { kind: 'signpost'; signpost: SignpostId; form: false }
);

export function routeFor(question: Question, catalogue: Catalogue): Route {
  const { role, place, crimePlace, age, stage } = question;
  const lead = leadOf(question, catalogue);
  const local = lead?.services.find((service) => !refusalOf(service, question, lead.by)) ?? lead?.services[0];
  const end = (signpost: SignpostId, why: Reason, ...also: (Also | undefined)[]) =>
    signpostRoute(question, signpost, why, [...also, ...companionsOf(question)]);

  // Safety first: whatever else they said, nothing is sent that the person harmed has not asked for.
  if (needsVictimToStart(local, question)) return end('victim-led-only', 'only-the-person-harmed-can-start');

  if (role === 'responsible' && age === 'under-18') return end('youth-justice', 'youth', asService(local));
  if (place.kind === 'prison' || (role === 'responsible' && stage === 'prison'))
    return end('prison', 'prison', asService(local));
  if (isWithYouthJustice(question)) return end('youth-justice', 'other-was-under-18', asService(local));
  if (place.kind === 'railway' || crimePlace?.kind === 'railway')
    return end('railway', 'railway', asService(local));
  const beyond = crimePlace && beyondBorder(crimePlace);
  if (beyond) return end(beyond, 'crime-outside', asService(local));

  if (!lead) return withoutArea(question, catalogue);
  if (!local) return nationalRoute(question, catalogue, lead.known ? 'no-known-service' : 'area-not-known');

  const refusal = refusalOf(local, question, lead.by);
  if (!refusal) return serviceRoute(question, catalogue, local, lead.by);
  const instead = signpostInstead(refusal, question);
  if (instead) return end(instead, refusal, asService(local), { kind: 'signpost', signpost: 'national' });
  return nationalRoute(question, catalogue, refusal, asService(local));
}

type Lead = { by: 'home' | 'crime-place'; services: readonly Service[]; known: boolean };

/** The area whose service leads: home, or the place of the crime for people who live elsewhere or do not say where. */
function leadOf({ place, crimePlace }: Question, catalogue: Catalogue): Lead | undefined {
  const [by, leading] =
    place.kind === 'area' ? (['home', place] as const) : (['crime-place', crimePlace] as const);
  if (leading?.kind !== 'area') return undefined;
  const known = catalogue.areas.some((area) => area.code === leading.area);
  return { by, services: servicesIn(catalogue, leading.area), known };
}

/** Still with youth justice: once the other person is grown up, or the case is over, local services take it. */
function isWithYouthJustice({ role, otherAge, otherAgeNow, stage }: Question): boolean {
  return role !== 'responsible' && otherAge === 'under-18' && otherAgeNow !== 'adult' && stage !== 'finished';
}

function beyondBorder(place: Place): SignpostId | undefined {
  if (place.kind === 'nation') return place.nation;
  return place.kind === 'overseas' ? 'abroad' : undefined;
}

function withoutArea(question: Question, catalogue: Catalogue): Route {
  const { place } = question;
  const national: Also = { kind: 'signpost', signpost: 'national' };
  const beyond = beyondBorder(place);
  // What works for England and Wales is no help to people of another nation; from abroad it may have happened here.
  const nearest = place.kind === 'nation' ? undefined : national;
  if (beyond) return signpostRoute(question, beyond, 'outside', [nearest, ...companionsOf(question)]);
  if (place.kind === 'forces')
    return signpostRoute(question, 'forces', 'forces', [national, ...companionsOf(question)]);
  const why = place.kind === 'refuge' || place.kind === 'no-fixed-address' ? place.kind : 'place-not-said';
  return nationalRoute(question, catalogue, why);
}

/** Specialists for harms that a service has said it does not take. */
function signpostInstead(refusal: Refusal, question: Question): SignpostId | undefined {
  if (refusal === 'service-excludes-kind') return specialistFor(question.kind);
  return refusal === 'service-not-for-disputes' ? 'council-mediation' : undefined;
}

function specialistFor(kind: Kind | undefined): SignpostId | undefined {
  if (kind === 'domestic') return 'domestic-abuse';
  if (kind === 'sexual') return 'sexual-violence';
  return kind === 'stalking' ? 'stalking' : undefined;
}

function nationalRoute(
  question: Question,
  catalogue: Catalogue,
  why: Reason,
  ...also: (Also | undefined)[]
): Route {
  const national = nationalService(catalogue);
  const around = [...also, ...companionsOf(question)];
  if (!national || !catalogue.open.includes(national.id) || refusalOf(national, question, 'home'))
    return signpostRoute(question, 'national', why, around);
  return {
    kind: 'service',
    service: national.id,
    form: true,
    why,
    also: distinct(around, national.id),
    notes: [...caveatsOf(national, question, 'home'), ...notesOf(question)],
    banners: bannersOf(question),
  };
}

function serviceRoute(question: Question, catalogue: Catalogue, service: Service, by: Lead['by']): Route {
  const form = catalogue.open.includes(service.id);
  const second = by === 'home' ? crimePlaceService(question, catalogue, service) : undefined;
  const beyond = beyondBorder(question.place);
  const also = [second, beyond && asSignpost(beyond), ...companionsOf(question, service)];
  const notes: Note[] = [...caveatsOf(service, question, by), ...notesOf(question)];
  if (!form) notes.push('no-form');
  if (second) notes.push('crime-place-second');
  const banners = bannersOf(question);
  return {
    kind: 'service',
    service: service.id,
    form,
    why: by,
    also: distinct(also, service.id),
    notes,
    banners,
  };
}

function crimePlaceService({ crimePlace }: Question, catalogue: Catalogue, home: Service): Also | undefined {
  if (crimePlace?.kind !== 'area') return undefined;
  const [service] = servicesIn(catalogue, crimePlace.area);
  return service?.id === home.id ? undefined : asService(service);
}

function signpostRoute(
  question: Question,
  signpost: SignpostId,
  why: Reason,
  also: readonly (Also | undefined)[],
): Route {
  const banners = bannersOf(question);
  return { kind: 'signpost', signpost, form: false, why, also: distinct(also, signpost), notes: [], banners };
}

/** Help that belongs beside any answer to such a question. */
function companionsOf(question: Question, service?: Service): Also[] {
  const { role, place, age, kind, stage, otherAge } = question;
  const ids: (SignpostId | undefined)[] = [
    place.kind === 'refuge' ? 'domestic-abuse' : undefined,
    role === 'responsible' ? undefined : specialistFor(kind),
    kind === 'bereaved' ? 'bereaved' : undefined,
    age === 'under-18' ? 'young-people' : undefined,
    role === 'responsible' && age === 'under-18' ? 'youth-justice' : undefined,
    role === 'responsible' && stage === 'community' ? 'probation' : undefined,
    role !== 'responsible' && otherAge === 'under-18' ? 'youth-justice' : undefined,
    isDispute(question) && service?.accepts.disputes !== true ? 'council-mediation' : undefined,
  ];
  return ids.flatMap((id) => (id ? [asSignpost(id)] : []));
}

function notesOf({ role, kind }: Question): Note[] {
  return role !== 'responsible' && specialistFor(kind) ? ['specialist-first'] : [];
}

function bannersOf({ role, kind, age }: Question): Banner[] {
  const banners: Banner[] = [];
  if (role === 'responsible' && kind === undefined) banners.push('kind-not-given');
  // A helper may stand beside either person, so the worker must find out who is asking before any approach.
  if ((role === 'helping' || role === 'talk') && specialistFor(kind)) banners.push('side-not-given');
  if (age === 'under-18') banners.push('under-18');
  return banners;
}

const asSignpost = (signpost: SignpostId): Also => ({ kind: 'signpost', signpost });
const asService = (service: Service | undefined): Also | undefined =>
  service && { kind: 'service', service: service.id };

/** Each companion once, and never the answer itself. */
function distinct(also: readonly (Also | undefined)[], answer: ServiceId | SignpostId): Also[] {
  const seen = new Set<string>([answer]);
  return also.flatMap((one) => {
    const id = one && (one.kind === 'service' ? one.service : one.signpost);
    if (!one || !id || seen.has(id)) return [];
    seen.add(id);
    return [one];
  });
}
