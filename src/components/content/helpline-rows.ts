/**
 * What is shown of helplines, on every page the same: names in the reader's language, who they are for, when, and how
 * sure we are.
 */
import { formatDay } from '../../i18n/dates.ts';
import type { LanguageCode } from '../../i18n/languages.ts';
import { wordsIn, type Key } from '../../i18n/translate.ts';
import { helplineOf, type Catalogue } from '../../routing/catalogue.ts';
import { shownOf, type Helpline, type HelplineId } from '../../routing/signpost.ts';

export type HelplineRow = {
  readonly id: HelplineId;
  readonly name: string;
  /** When the name is not in the language of the page. */
  readonly nameLang: string | undefined;
  /** As it is read aloud, with spaces. Undefined when we are not sure of it: a wrong one costs a person their courage. */
  readonly number: string | undefined;
  /** Whole sentences, one a line: who it is for, when it is open, when it was checked. */
  readonly about: readonly string[];
  readonly checkedOn: string | null;
};

export type HelplineEntry = { readonly id: string; readonly data: Omit<Helpline, 'id'> };

export function helplineRows(
  entries: readonly HelplineEntry[],
  language: LanguageCode,
): readonly HelplineRow[] {
  const t = wordsIn(language);
  return inOrder(entries, language)
    .filter(({ data }) => shownOf(data) !== 'nothing')
    .map(({ id, data }) => {
      const { name, phone, allHours, checkedOn } = data;
      const welshName = language === 'cy' ? name.cy : undefined;
      const isSure = shownOf(data) === 'number';
      return {
        id,
        name: welshName ?? name.en,
        nameLang: welshName || language === 'en' ? undefined : 'en',
        number: isSure ? phone : undefined,
        about: [
          // Each helpline has its sentence in every language: a test asks for it.
          t(`service.helpline.for.${id}` as Key),
          ...(isSure ? [] : [t('service.helpline.numberNotKnown')]),
          ...(allHours ? [t('service.helpline.allHours')] : []),
          ...(isSure && !allHours ? [t('service.helpline.hoursNotKnown')] : []),
          ...(checkedOn ? [t('home.helpNow.lines.checked', { day: formatDay(checkedOn, language) })] : []),
        ],
        checkedOn,
      };
    });
}

/** The same for pages that are drawn from the catalogue. Those it does not have are left out. */
export function helplineRowsOf(
  ids: readonly string[],
  catalogue: Catalogue,
  language: LanguageCode,
): readonly HelplineRow[] {
  const known = ids.flatMap((id) => helplineOf(catalogue, id) ?? []);
  return helplineRows(
    known.map((helpline) => ({ id: helpline.id, data: helpline })),
    language,
  );
}

/** A page in Welsh is most often read in Wales: lines for England alone come last there. */
function inOrder(entries: readonly HelplineEntry[], language: LanguageCode): readonly HelplineEntry[] {
  const isEnglandOnly = ({ data }: HelplineEntry) => data.where.every((place) => place === 'england');
  return language === 'cy'
    ? entries.toSorted((one, other) => Number(isEnglandOnly(one)) - Number(isEnglandOnly(other)))
    : entries;
}

/** Whom to ask for a number that is not shown, the first of them that is there. */
const askable: readonly HelplineId[] = ['victim-support', 'samaritans'];

/**
 * The same rows, one of which says that it can be asked for the numbers that are not shown.
 *
 * Nobody is sent to a search for a helpline alone: what a person looks up stays in the history of the phone.
 *
 * @param spare the row to add where nobody in the list can be asked
 */
export function withSomebodyToAsk(
  rows: readonly HelplineRow[],
  spare: readonly HelplineRow[],
  language: LanguageCode,
): readonly HelplineRow[] {
  if (rows.every(({ number }) => number !== undefined)) return rows;
  const canBeAsked = ({ id, number }: HelplineRow) => askable.includes(id) && number !== undefined;
  const all = rows.some(canBeAsked) ? rows : [...rows, ...spare];
  const asked = askable.find((id) => all.some((row) => row.id === id && canBeAsked(row)));
  const says = wordsIn(language)('service.helpline.askHere');
  return all.map((row) => (row.id === asked ? { ...row, about: [...row.about, says] } : row));
}
