/** What the form's page needs from outside, gathered in one place: names of areas and councils in the reader's language. */
import type { LanguageCode } from '../../i18n/languages.ts';
import { wordsIn } from '../../i18n/translate.ts';
import { otherPlaces } from '../../referral/fields.ts';
import type { Area } from '../../routing/area.ts';
import { areaOf, servicesIn, type Catalogue } from '../../routing/catalogue.ts';
import type { Place } from '../../routing/route.ts';

/** A name that may stand in another language than the page around it. */
export type Named = { readonly value: string; readonly label: string; readonly lang?: string };

/** Areas keep their English name where the language has none of its own. */
export function areaName(area: Area, language: LanguageCode): Named {
  if (language === 'cy' && area.name.cy) return { value: area.code, label: area.name.cy.plain };
  const lang = language === 'en' ? {} : { lang: 'en' };
  return { value: area.code, label: area.name.en, ...lang };
}

export function areaNames(catalogue: Catalogue, language: LanguageCode): readonly Named[] {
  return catalogue.areas
    .map((area) => areaName(area, language))
    .toSorted((a, b) => a.label.localeCompare(b.label, 'en'));
}

/** The place in words, as the check page says it. */
export function placeName(place: Place, catalogue: Catalogue, language: LanguageCode): string {
  if (place.kind === 'area') {
    const area = areaOf(catalogue, place.area);
    return area ? areaName(area, language).label : place.area;
  }
  const code = place.kind === 'nation' ? place.nation : place.kind;
  const other = otherPlaces.find((known) => known === code);
  return other ? wordsIn(language)(`refer.place.${other}`) : code;
}

/** Names of the services across a near border, without the one that would receive the form. */
export function servicesNear(
  areas: readonly string[],
  catalogue: Catalogue,
  receiving: string | undefined,
): readonly string[] {
  const near = areas.flatMap((area) => servicesIn(catalogue, area)[0] ?? []);
  return [...new Set(near.filter((service) => service.id !== receiving).map((service) => service.name))];
}
