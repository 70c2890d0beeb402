/** All areas and councils by name, each leading to the page of an area, in the words of one language. */
import type { LanguageCode } from '../../i18n/languages.ts';
import type { Area } from '../../routing/area.ts';
import { areaPath, byText, councilName, type KnownAreas } from './area-page.ts';
import { areaName } from './find-data.ts';

type Link = { readonly text: string; readonly href: string };

export type Country = {
  readonly country: Area['country'];
  /** The language of every name in it, where that is not the reader's: said once for the list, not for 300 names. */
  readonly lang: 'en' | undefined;
  readonly areas: readonly Link[];
  readonly councils: readonly Link[];
};

/** Readers of Welsh find Wales first. */
export function areaIndex({ catalogue, councils }: KnownAreas, language: LanguageCode): readonly Country[] {
  const order = language === 'cy' ? (['wales', 'england'] as const) : (['england', 'wales'] as const);
  return order.map((country) => {
    const areas = catalogue.areas.filter((area) => area.country === country);
    const isOwn = language === 'en' || (language === 'cy' && country === 'wales');
    const links = areas.map((area) => ({
      text: areaName(area, language).text,
      href: areaPath(area, language),
    }));
    const councilLinks = areas.flatMap((area) =>
      area.councils
        .flatMap((code) => councils[code] ?? [])
        .map((council) => ({ text: councilName(council, language).text, href: areaPath(area, language) })),
    );
    return {
      country,
      lang: isOwn ? undefined : 'en',
      areas: links.sort(byText(language)),
      councils: councilLinks.sort(byText(language)),
    };
  });
}
