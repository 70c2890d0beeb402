/** What the finder does with what a person gave it: show a place, ask for the council, or say what to put right. */
import { lookUp, type AreaOrNation, type Choice, type CouncilCode, type Tables } from './lookup.ts';

/** As posted: a postcode, with a council if we had to ask for one, or a place chosen by name. */
export type Asked = {
  postcode?: string | undefined;
  council?: string | undefined;
  /** Code of an area, or of another place such as 'scotland' or 'refuge'. */
  area?: string | undefined;
};

/** The value of "I do not know" in the question for the council. */
export const councilNotKnown = 'unknown';

export type Finding =
  | { kind: 'blank' }
  | {
      kind: 'place';
      /** Not yet compared with the places we know. */
      place: string;
      council?: CouncilCode;
      neighbours: readonly AreaOrNation[];
      /** False when only the beginning decided it, or the postcode is out of use: the person is asked to check. */
      sure: boolean;
    }
  | { kind: 'council'; postcode: string; choices: readonly Choice[]; missing: boolean }
  /** The person does not know their council: every place it may be. */
  | { kind: 'either'; places: readonly AreaOrNation[] }
  | {
      kind: 'problem';
      problem: 'empty' | 'malformed' | 'unknown' | 'nongeographic';
      postcode: string;
      didYouMean: readonly string[];
    };

export function findingFor({ postcode, council, area }: Asked, tables: Tables): Finding {
  if (area) return { kind: 'place', place: area, neighbours: [], sure: true };
  if (postcode === undefined) return { kind: 'blank' };

  const lookup = lookUp(postcode, tables);
  switch (lookup.kind) {
    case 'area': {
      const { area: place, neighbours, confidence, retired } = lookup;
      return { kind: 'place', place, neighbours, sure: confidence === 'exact' && !retired };
    }
    case 'nation':
      return { kind: 'place', place: lookup.nation, neighbours: [], sure: true };
    case 'choose':
      return chosenFrom(lookup.choices, council, postcode);
    case 'forces':
    case 'overseas':
    case 'no-fixed-address':
      return { kind: 'place', place: lookup.kind, neighbours: [], sure: true };
    case 'unknown':
    case 'malformed':
      return { kind: 'problem', problem: lookup.kind, postcode, didYouMean: lookup.didYouMean ?? [] };
    case 'nongeographic':
    case 'empty':
      return { kind: 'problem', problem: lookup.kind, postcode, didYouMean: [] };
  }
}

function chosenFrom(choices: readonly Choice[], council: string | undefined, postcode: string): Finding {
  if (council === councilNotKnown) {
    return { kind: 'either', places: [...new Set(choices.map((choice) => choice.area))] };
  }
  const chosen = choices.find((choice) => choice.council === council);
  if (!chosen) return { kind: 'council', postcode, choices, missing: council !== undefined };
  return { kind: 'place', place: chosen.area, council: chosen.council, neighbours: [], sure: true };
}
