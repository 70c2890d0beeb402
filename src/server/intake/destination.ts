/** Where a referral would go, computed from the form alone, so that every step of it agrees. */
import type { Age, Kind, Matter, OtherAge, Role, Stage } from '../../referral/choices.ts';
import type { Answers } from '../../referral/referral.ts';
import type { Catalogue } from '../../routing/catalogue.ts';
import { routeFor, type Place, type Question, type Route } from '../../routing/route.ts';

/** Answers are already checked against the lists, so reading a code back needs no second check. */
export function routeFrom(role: Role, place: Place, answers: Answers, catalogue: Catalogue): Route {
  const question: Question = {
    role,
    place,
    ...(answers.railway === 'yes' ? { crimePlace: { kind: 'railway' } } : {}),
    ...given('age', answers.age as Age | undefined),
    ...given('otherAge', answers['other-age'] as OtherAge | undefined),
    ...given('kind', answers.kind as Kind | undefined),
    ...given('stage', answers.stage as Stage | undefined),
    ...given('matter', answers.matter as Matter | undefined),
  };
  return routeFor(question, catalogue);
}

function given<Name extends string, Value>(name: Name, value: Value | undefined) {
  return value === undefined ? {} : ({ [name]: value } as Record<Name, Value>);
}
