/** What a leaflet or poster of one area is made from. */
import type { LanguageCode } from '../../i18n/languages.ts';
import type { Translate } from '../../i18n/translate.ts';
import type { Area } from '../../routing/area.ts';
import { servicesIn, type Catalogue } from '../../routing/catalogue.ts';
import type { Service } from '../../routing/service.ts';
import type { Named } from '../islands/finder-data.ts';

export type Printed = {
  readonly language: LanguageCode;
  readonly area: Named;
  /** Undefined where nobody is sure enough of it for paper. */
  readonly service: Service | undefined;
  /** The ISO day it was made. */
  readonly day: string;
};

/**
 * The leading service of an area, if we are sure enough of it to name it on paper.
 *
 * A page can be put right tomorrow and a leaflet cannot: so only what a person has checked, or what our best sources
 * say. For every other area the paper leads to the website alone.
 */
export function printedService(area: Area, catalogue: Catalogue): Service | undefined {
  const [leading] = servicesIn(catalogue, area.code);
  if (!leading) return undefined;
  const { status, checkedOn, confidence } = leading;
  return status === 'confirmed' || checkedOn !== null || confidence === 'high' ? leading : undefined;
}

export type PrintPart = { readonly heading: string; readonly lines: readonly string[] };

/** The parts that stand on more than one kind of paper. */
export function printParts(t: Translate): Readonly<Record<'what' | 'choice' | 'next', PrintPart>> {
  return {
    what: {
      heading: t('print.what.heading'),
      lines: [t('home.home.lead'), t('home.home.ways.text'), t('print.what.not')],
    },
    choice: {
      heading: t('print.choice.heading'),
      lines: [
        t('print.choice.both'),
        t('print.choice.stop'),
        t('service.free'),
        t('print.choice.quiet'),
        t('print.choice.responsible'),
      ],
    },
    next: {
      heading: t('refer.sent.next'),
      lines: [t('refer.sent.step3'), t('print.next.talk'), t('print.next.alone'), t('print.next.onward')],
    },
  };
}
