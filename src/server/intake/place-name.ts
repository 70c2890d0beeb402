/** How a place is written back into the form, so that the postcode itself can be dropped. */
import type { Answers } from '../../referral/referral.ts';
import type { Place } from '../../routing/route.ts';

/** The answers of the first step without the postcode: the area it led to stands in its stead. */
export function withoutPostcode(answers: Answers, place: Place): Answers {
  const { postcode: _postcode, council: _council, ...rest } = answers;
  if (place.kind === 'nation') return { ...rest, area: place.nation };
  if (place.kind !== 'area') return { ...rest, area: place.kind };
  return { ...rest, area: place.area, ...(place.council ? { council: place.council } : {}) };
}
