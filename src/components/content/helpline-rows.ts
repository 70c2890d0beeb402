/** What is shown of a helpline: its name in the reader's language, who it is for, when, and how sure we are. */
import { formatDay } from '../../i18n/dates.ts';
import type { LanguageCode } from '../../i18n/languages.ts';
import { wordsIn, type Key } from '../../i18n/translate.ts';
import type { Helpline } from '../../routing/signpost.ts';

export type HelplineRow = {
  readonly name: string;
  /** When the name is not in the language of the page. */
  readonly nameLang: string | undefined;
  /** As it is read aloud, with spaces. Undefined when we are not sure of it: a wrong one costs a person their courage. */
  readonly number: string | undefined;
  /** Whole sentences, one a line: who it is for, when it is open, when it was checked. */
  readonly about: readonly string[];
  readonly checkedOn: string | null;
};

export function helplineRows(
  entries: readonly { readonly id: string; readonly data: Omit<Helpline, 'id'> }[],
  language: LanguageCode,
): readonly HelplineRow[] {
  const t = wordsIn(language);
  return entries
    .filter(({ data }) => data.confidence !== 'low')
    .map(({ id, data: { name, phone, allHours, checkedOn, confidence } }) => {
      const welshName = language === 'cy' ? name.cy : undefined;
      const isSure = confidence === 'high' || checkedOn !== null;
      return {
        name: welshName ?? name.en,
        nameLang: welshName || language === 'en' ? undefined : 'en',
        number: isSure ? phone : undefined,
        about: [
          // Each helpline has its sentence in every language: a test asks for it.
          t(`service.helpline.for.${id}` as Key),
          ...(isSure ? [] : [t('service.helpline.numberNotKnown')]),
          ...(allHours ? [t('service.helpline.allHours')] : []),
          ...(checkedOn ? [t('home.helpNow.lines.checked', { day: formatDay(checkedOn, language) })] : []),
        ],
        checkedOn,
      };
    });
}
