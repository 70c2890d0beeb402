/** From what a person said about where they are to a place that routes, or to what to ask them next. */
import { otherPlaces, type OtherPlace } from '../../referral/fields.ts';
import type { Answers, Problem, Reason } from '../../referral/referral.ts';
import type { Catalogue } from '../../routing/catalogue.ts';
import { lookUp, type Choice, type Lookup, type Tables } from '../../routing/lookup.ts';
import { nations } from '../../routing/table.ts';
import type { Place } from '../../routing/route.ts';

export type PlaceRead =
  | { readonly kind: 'place'; readonly place: Place; readonly neighbours: readonly string[] }
  | { readonly kind: 'ask'; readonly problem: Problem; readonly choices: readonly Choice[] };

/**
 * A named area comes first: the person chose it, or an earlier step found it. Else the postcode decides, together with
 * the council if we had to ask for one.
 */
export function placeFrom(
  answers: Answers,
  from: { tables: Tables; catalogue: Catalogue; areaOfCouncil: (council: string) => string | undefined },
): PlaceRead {
  const { postcode, area } = answers;
  const council = typeof answers.council === 'string' ? answers.council : undefined;
  if (typeof area === 'string') {
    const agrees = council !== undefined && from.areaOfCouncil(council) === area;
    return named(area, from.catalogue, agrees ? council : undefined);
  }
  return typeof postcode === 'string'
    ? found(lookUp(postcode, from.tables), council)
    : ask('postcode', 'missing');
}

function named(area: string, catalogue: Catalogue, council: string | undefined): PlaceRead {
  if (catalogue.areas.some((known) => known.code === area)) {
    return placed({ kind: 'area', area, ...(council ? { council } : {}) });
  }
  const other = otherPlaces.find((place) => place === area);
  return other ? placed(placeOf(other)) : ask('area', 'not-listed');
}

function placeOf(other: OtherPlace): Place {
  switch (other) {
    case 'scotland':
    case 'northern-ireland':
    case 'isle-of-man':
    case 'jersey':
    case 'guernsey':
      return { kind: 'nation', nation: other };
    default:
      return { kind: other };
  }
}

function found(lookup: Lookup, council: string | undefined): PlaceRead {
  switch (lookup.kind) {
    case 'area':
      return placed({ kind: 'area', area: lookup.area }, lookup.neighbours);
    case 'nation':
      return placed({ kind: 'nation', nation: lookup.nation });
    case 'choose': {
      const chosen = lookup.choices.find((choice) => choice.council === council);
      if (!chosen) return ask('council', 'choose', lookup.choices);
      return placed(placeOfCouncil(chosen));
    }
    case 'overseas':
      return placed({ kind: 'overseas' });
    case 'empty':
      return ask('postcode', 'missing');
    case 'forces':
    case 'no-fixed-address':
    case 'nongeographic':
    case 'unknown':
    case 'malformed':
      return ask('postcode', lookup.kind);
  }
}

/** A council beside the border may be a Scottish one. */
function placeOfCouncil({ council, area }: Choice): Place {
  const nation = nations.find((one) => one === area);
  return nation ? { kind: 'nation', nation } : { kind: 'area', area, council };
}

function placed(place: Place, neighbours: readonly string[] = []): PlaceRead {
  return { kind: 'place', place, neighbours };
}

function ask(field: Problem['field'], reason: Reason, choices: readonly Choice[] = []): PlaceRead {
  return { kind: 'ask', problem: { field, reason }, choices };
}
