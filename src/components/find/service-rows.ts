/** What is known of a service, in rows: whom it takes, how soon it replies, in which languages. Unknown is said to be unknown. */
import type { LanguageCode } from '../../i18n/languages.ts';
import type { Translate } from '../../i18n/translate.ts';
import { kinds } from '../../referral/choices.ts';
import { guarded, needsVictimToStart } from '../../routing/fit.ts';
import type { Service } from '../../routing/service.ts';
import type { Row } from '../islands/finder-data.ts';

/** @param inWales true where the law gives everybody the right to use Welsh with the service */
export function serviceRows(
  service: Service,
  language: LanguageCode,
  t: Translate,
  inWales = false,
): readonly Row[] {
  const { replyWorkingDays, languages, runBy, accreditation, excluded } = service;
  const rows: (Row | false)[] = [
    { label: t('service.row.who'), lines: whoLines(service, t) },
    {
      label: t('service.row.not'),
      lines: [
        ...(excluded ?? []).map((kind) =>
          t('service.not.excluded', { kind: t(`refer.field.kind.choice.${kind}`) }),
        ),
        ...(excluded === null ? [t('service.not.notKnown')] : []),
        ...victimLedLines(service, t),
      ],
    },
    {
      label: t('service.row.replies'),
      lines: [
        replyWorkingDays === null
          ? t('service.repliesNotKnown')
          : t('service.replies', { count: replyWorkingDays }),
      ],
    },
    {
      label: t('service.row.languages'),
      lines: [
        ...(inWales && !languages?.includes('cy') ? [t('service.welsh')] : []),
        ...(languages?.map((code) => languageName(code, language)) ?? [t('service.languagesNotKnown')]),
      ],
    },
    runBy !== null && { label: t('service.row.runBy'), lines: [runBy] },
    accreditation !== null && { label: t('service.row.accreditation'), lines: [accreditation] },
  ];
  return rows.filter((row) => row !== false);
}

/** The kinds that the person harmed must ask about first, without those the service does not take at all. */
function victimLedLines(service: Service, t: Translate): readonly string[] {
  const led = kinds.filter(
    (kind) => needsVictimToStart(service, { role: 'responsible', kind }) && !service.excluded?.includes(kind),
  );
  const areUsual = led.length === guarded.length && led.every((kind) => guarded.includes(kind));
  return areUsual
    ? [t('service.not.victimLed')]
    : led.map((kind) => t('service.not.victimLedOne', { kind: t(`refer.field.kind.choice.${kind}`) }));
}

function whoLines({ accepts, ages, unreported, stages }: Service, t: Translate): readonly string[] {
  const lines: (string | false)[] = [
    accepts.victimLives === true && t('service.who.home'),
    accepts.victimWorks === true && t('service.who.work'),
    accepts.offenceHere === true && t('service.who.crime'),
    accepts.victimLives === null && t('service.who.homeNotKnown'),
    accepts.responsible === null
      ? t('service.who.responsibleNotKnown')
      : t(accepts.responsible ? 'service.who.responsible' : 'service.who.responsibleNot'),
    accepts.indirect === true && t('service.who.indirect'),
    t(ageKey(ages.harmed)),
    (ages.responsible?.min ?? 0) >= 18 && (ages.harmed?.min ?? 0) < 18 && t('service.who.responsibleAdults'),
    unreported === null
      ? t('service.who.unreportedNotKnown')
      : t(unreported ? 'service.who.unreported' : 'service.who.unreportedNot'),
    accepts.disputes === true && t('service.who.disputes'),
    (stages.notTaken ?? []).includes('court') && t('service.who.afterSentence'),
  ];
  return lines.filter((line) => line !== false);
}

function ageKey(range: Service['ages']['harmed']) {
  if (range === null) return 'service.who.ageNotKnown';
  if ((range.min ?? 0) >= 18) return 'service.who.adults';
  return (range.max ?? 200) < 18 ? 'service.who.young' : 'service.who.anyAge';
}

function languageName(code: string, language: LanguageCode): string {
  return new Intl.DisplayNames([language, 'en'], { type: 'language' }).of(code) ?? code;
}
