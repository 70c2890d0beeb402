/** A police force area: one of the 43 of England and Wales. What is known of it is content, not code. */
import type { AreaCode, CouncilCode } from './lookup.ts';
import type { ServiceId } from './service.ts';
import type { confidences, Way } from './signpost.ts';

/** Welsh names change their first letter after "in" and "to", so each form is data and no template makes one. */
export type WelshName = { plain: string; in: string; to: string };

export type AreaName = { en: string; cy?: WelshName };

export const policingBodyTypes = [
  'police-and-crime-commissioner',
  'police-fire-and-crime-commissioner',
  'mayor',
  'common-council',
] as const;

/**
 * Who answers for policing there, and so for restorative justice, between two days.
 *
 * Commissioners end in May 2028: code asks for the body of a day and never names a kind of body.
 */
export type PolicingBody = {
  type: (typeof policingBodyTypes)[number];
  /** Null until the body has confirmed how it is called. */
  name: string | null;
  /** ISO day or month, or null where it is not known. */
  from: string | null;
  to: string | null;
};

/** A local victim service or office that can say more, for areas where the restorative justice service is not known. */
export type LocalHelp = Way & { source: string; evidenceDate: string | null; checkedOn: string | null };

export const localFactKinds = [
  'busy',
  'commitment',
  'community-remedy',
  'language',
  'practice',
  'figure',
] as const;

/** One thing that is known of this area and not of every other, with where it stands and how old it is. */
export type LocalFact = {
  kind: (typeof localFactKinds)[number];
  /** By language. Where one is missing, the English is shown and marked. */
  says: { en: string; cy?: string; ur?: string; pl?: string };
  /** The page where it stands, if that is known. */
  website: string | null;
  source: string;
  evidenceDate: string | null;
  checkedOn: string | null;
  confidence: (typeof confidences)[number];
};

export type Area = {
  code: AreaCode;
  /** Short name for files and pages, such as 'north-wales'. */
  slug: string;
  name: AreaName;
  country: 'england' | 'wales';
  /** The councils that exist today. Their names travel with the postcode tables. */
  councils: readonly CouncilCode[];
  neighbours: readonly AreaCode[];
  policingBody: readonly PolicingBody[];
  /** The first one leads. Empty where nobody could say which service works there. */
  services: readonly ServiceId[];
  localHelp: readonly LocalHelp[];
  localFacts?: readonly LocalFact[];
};

/** The body that answers for an area on an ISO day. */
export function policingBodyOn(area: Area, day: string): PolicingBody | undefined {
  return area.policingBody.find(
    (body) => (body.from === null || body.from <= day) && (body.to === null || day < body.to),
  );
}
