/** Whether one service takes one question: what it has said no to, and what nobody has asked it yet. */
import type { Kind } from '../referral/choices.ts';
import type { Question } from './route.ts';
import type { AgeRange, Service } from './service.ts';

/** The service itself has said no. Words: `service.why.<refusal>`. */
export type Refusal =
  | 'only-the-person-harmed-can-start'
  | 'service-not-for-responsible'
  | 'service-excludes-kind'
  | 'service-adults-only'
  | 'service-under-18-only'
  | 'service-needs-report'
  | 'service-not-for-disputes'
  | 'service-not-for-home'
  | 'service-not-for-crime-place';

/** Worth knowing, and no refusal. Words: `service.note.<caveat>`. */
export type Caveat =
  | 'responsible-not-confirmed'
  | 'age-not-confirmed'
  | 'unreported-not-confirmed'
  | 'dispute-not-confirmed'
  | 'crime-place-not-confirmed'
  | 'waits-for-sentence';

export type LedBy = 'home' | 'crime-place';

/** Control may go on, so these are never opened by the person responsible unless the service says it takes them. */
export const guarded: readonly Kind[] = ['domestic', 'sexual', 'stalking'];

/** What a service has said of whom and what it takes, wherever they live. */
export type Rules = Pick<
  Service,
  'excluded' | 'excludedWhenStartedByResponsible' | 'acceptedWhenStartedByResponsible'
> & { readonly accepts: Pick<Service['accepts'], 'responsible'> };

/** Must the person harmed ask first? With no service known, the careful rule stands. */
export function needsVictimToStart(
  service: Rules | undefined,
  { role, kind }: Pick<Question, 'role' | 'kind'>,
): boolean {
  if (role !== 'responsible' || kind === undefined) return false;
  if (service?.excludedWhenStartedByResponsible?.includes(kind)) return true;
  return guarded.includes(kind) && !service?.acceptedWhenStartedByResponsible?.includes(kind);
}

/** The part of a refusal that follows from who asks and from the kind of harm. */
export function ruleAgainst(service: Rules, question: Pick<Question, 'role' | 'kind'>): Refusal | undefined {
  const { role, kind } = question;
  if (needsVictimToStart(service, question)) return 'only-the-person-harmed-can-start';
  if (role === 'responsible' && service.accepts.responsible === false) return 'service-not-for-responsible';
  if (kind && service.excluded?.includes(kind)) return 'service-excludes-kind';
  return undefined;
}

export function refusalOf(service: Service, question: Question, ledBy: LedBy): Refusal | undefined {
  const { age, stage } = question;
  const { accepts } = service;
  const rule = ruleAgainst(service, question);
  if (rule) return rule;
  if (age === 'under-18' && isOutside(17, agesFor(service, question))) return 'service-adults-only';
  if (age === 'adult' && isOutside(18, agesFor(service, question))) return 'service-under-18-only';
  if (stage === 'not-reported' && service.unreported === false) return 'service-needs-report';
  if (isDispute(question) && accepts.disputes === false) return 'service-not-for-disputes';
  if (ledBy === 'home' && accepts.victimLives === false) return 'service-not-for-home';
  if (ledBy === 'crime-place' && accepts.offenceHere === false) return 'service-not-for-crime-place';
  return undefined;
}

export function caveatsOf(service: Service, question: Question, ledBy: LedBy): Caveat[] {
  const { role, age, stage } = question;
  const { accepts } = service;
  const caveats: Caveat[] = [];
  if (role === 'responsible' && accepts.responsible === null) caveats.push('responsible-not-confirmed');
  if (age === 'under-18' && agesFor(service, question) === null) caveats.push('age-not-confirmed');
  if (stage === 'not-reported' && service.unreported === null) caveats.push('unreported-not-confirmed');
  if (isDispute(question) && accepts.disputes === null) caveats.push('dispute-not-confirmed');
  if (ledBy === 'crime-place' && accepts.offenceHere === null) caveats.push('crime-place-not-confirmed');
  // Not a refusal: asking early costs nothing, and the service keeps the request until it may begin.
  if (stage && service.stages.notTaken?.includes(stage)) caveats.push('waits-for-sentence');
  return caveats;
}

/** Nobody may have broken the law: neighbours, noise, anti-social behaviour. */
export function isDispute({ matter, kind }: Question): boolean {
  return matter === 'dispute' || (kind === 'anti-social' && matter !== 'crime');
}

/** A helper's own age decides nothing: somebody else would take part. */
function agesFor({ ages }: Service, { role }: Question): AgeRange | null {
  if (role === 'helping') return { min: null, max: null };
  return role === 'responsible' ? ages.responsible : ages.harmed;
}

/** `age` stands for a whole side of the line between 17 and 18. */
function isOutside(age: 17 | 18, range: AgeRange | null): boolean {
  if (age === 17) return (range?.min ?? 0) > 17;
  return (range?.max ?? 200) < 18;
}
