/** Says how old what we know is, and whether a person has checked it: whole sentences for the reader. */
import { formatDay } from '../../i18n/dates.ts';
import { languageOf, type LanguageCode } from '../../i18n/languages.ts';
import type { Translate } from '../../i18n/translate.ts';

export function evidenceLines(
  { evidenceDate, checkedOn }: { evidenceDate: string | null; checkedOn: string | null },
  language: LanguageCode,
  t: Translate,
): readonly string[] {
  if (checkedOn) return [t('service.checked.on', { day: formatDay(checkedOn, language) })];
  const age = evidenceDate
    ? t('service.checked.evidence', { date: formatVague(evidenceDate, language) })
    : t('service.checked.undated');
  return [t('service.checked.never'), age];
}

/** As exact as the evidence: '2024' → '2024', '2024-11' → 'November 2024', '2024-11-03' → '3 November 2024'. */
export function formatVague(date: string, language: LanguageCode): string {
  if (date.length === 4) return date;
  if (date.length > 7) return formatDay(date, language);
  return new Intl.DateTimeFormat(`${languageOf(language).tag}-u-ca-gregory-nu-latn`, {
    year: 'numeric',
    month: 'long',
    timeZone: 'UTC',
  }).format(new Date(`${date}-01`));
}
