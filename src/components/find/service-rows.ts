/**
 * What is known of a service, in rows: whom it takes, how soon it replies, in which languages. Unknown is said to be
 * unknown.
 */
import type { LanguageCode } from '../../i18n/languages.ts';
import type { Translate } from '../../i18n/translate.ts';
import { kinds, type Role } from '../../referral/choices.ts';
import { guarded, needsVictimToStart } from '../../routing/fit.ts';
import type { AgeRange, Service } from '../../routing/service.ts';
import type { Row } from '../islands/finder-data.ts';

/** Everything, for readers of whom nothing is known. */
export function serviceRows(service: Service, language: LanguageCode, t: Translate): readonly Row[] {
  return rowsOf(service, language, t).map(({ label, lines }) => ({
    label,
    lines: lines.map(({ text }) => text),
  }));
}

/** For somebody who is about to ask: what is known and concerns them; apart from it, what nobody knows yet. */
export function serviceFacts(
  service: Service,
  role: Role,
  language: LanguageCode,
  t: Translate,
): { readonly known: readonly Row[]; readonly unknown: readonly string[] } {
  const rows = rowsOf(service, language, t).map(({ label, lines }) => ({
    label,
    lines: lines.filter(({ notFor }) => !notFor?.includes(role)),
  }));
  const textsOf = (lines: readonly Line[], known: boolean) =>
    lines.filter(({ isUnknown = false }) => isUnknown !== known).map(({ text }) => text);
  return {
    known: rows
      .map(({ label, lines }) => ({ label, lines: textsOf(lines, true) }))
      .filter(({ lines }) => lines.length > 0),
    unknown: rows.flatMap(({ lines }) => textsOf(lines, false)),
  };
}

type Line = {
  readonly text: string;
  readonly isUnknown?: boolean;
  /** Whom it does not concern, or who is told it elsewhere on the form. */
  readonly notFor?: readonly Role[];
};
type Lines = { readonly label: string; readonly lines: readonly Line[] };

function rowsOf(service: Service, language: LanguageCode, t: Translate): readonly Lines[] {
  const { areas, replyWorkingDays, languages, runBy, accreditation, excluded } = service;
  // The law gives everybody there the right to use Welsh with it.
  const inWales = areas.length > 0 && areas.every((area) => area.startsWith('W'));
  const rows: Lines[] = [
    { label: t('service.row.who'), lines: whoLines(service, t) },
    {
      label: t('service.row.not'),
      lines: excluded?.map((kind) => ({
        text: t('service.not.excluded', { kind: t(`refer.field.kind.choice.${kind}`) }),
      })) ?? [unknown(t('service.not.notKnown'))],
    },
    { label: t('service.row.ifResponsible'), lines: victimLedLines(service, t) },
    {
      label: t('service.row.replies'),
      lines: [
        replyWorkingDays === null
          ? unknown(t('service.repliesNotKnown'))
          : { text: t('service.replies', { count: replyWorkingDays }) },
      ],
    },
    {
      label: t('service.row.languages'),
      lines: [
        ...(inWales && !languages?.includes('cy') ? [{ text: t('service.welsh') }] : []),
        ...(languages?.map((code) => ({ text: languageName(code, language) })) ?? [
          unknown(t('service.languagesNotKnown')),
        ]),
      ],
    },
    { label: t('service.row.runBy'), lines: runBy === null ? [] : [{ text: runBy }] },
    {
      label: t('service.row.accreditation'),
      lines: accreditation === null ? [] : [{ text: accreditation }],
    },
  ];
  return rows.filter(({ lines }) => lines.length > 0);
}

const unknown = (text: string): Line => ({ text, isUnknown: true });

/** The kinds that the person harmed must ask about first, without those the service does not take at all. */
function victimLedLines(service: Service, t: Translate): readonly Line[] {
  const led = kinds.filter(
    (kind) => needsVictimToStart(service, { role: 'responsible', kind }) && !service.excluded?.includes(kind),
  );
  const areUsual = led.length === guarded.length && led.every((kind) => guarded.includes(kind));
  const texts = areUsual
    ? [t('service.not.victimLed')]
    : led.map((kind) => t('service.not.victimLedOne', { kind: t(`refer.field.kind.choice.${kind}`) }));
  return texts.map((text) => ({ text, notFor: ['harmed'] }));
}

function whoLines({ accepts, ages, unreported, stages }: Service, t: Translate): readonly Line[] {
  const lines: (Line | false)[] = [
    accepts.victimLives === true && { text: t('service.who.home') },
    accepts.victimWorks === true && { text: t('service.who.work') },
    accepts.offenceHere === true && { text: t('service.who.crime') },
    accepts.victimLives === null && unknown(t('service.who.homeNotKnown')),
    // To people who caused harm a note of the form says it.
    accepts.responsible === null
      ? { ...unknown(t('service.who.responsibleNotKnown')), notFor: ['harmed', 'responsible'] }
      : {
          text: t(accepts.responsible ? 'service.who.responsible' : 'service.who.responsibleNot'),
          notFor: ['harmed'],
        },
    accepts.indirect === true && { text: t('service.who.indirect') },
    ages.harmed === null ? unknown(t('service.who.ageNotKnown')) : { text: t(ageKey(ages.harmed)) },
    (ages.responsible?.min ?? 0) >= 18 &&
      (ages.harmed?.min ?? 0) < 18 && { text: t('service.who.responsibleAdults'), notFor: ['harmed'] },
    unreported === null
      ? unknown(t('service.who.unreportedNotKnown'))
      : { text: t(unreported ? 'service.who.unreported' : 'service.who.unreportedNot') },
    accepts.disputes === true && { text: t('service.who.disputes') },
    (stages.notTaken ?? []).includes('court') && { text: t('service.who.afterSentence') },
  ];
  return lines.filter((line) => line !== false);
}

function ageKey(range: AgeRange) {
  if ((range.min ?? 0) >= 18) return 'service.who.adults';
  return (range.max ?? 200) < 18 ? 'service.who.young' : 'service.who.anyAge';
}

function languageName(code: string, language: LanguageCode): string {
  return new Intl.DisplayNames([language, 'en'], { type: 'language' }).of(code) ?? code;
}
