/** The words of a notice. It says that something waits and where; nothing about the person, the area or the harm. */
import type { WorkerLanguageCode } from '../../i18n/languages.ts';
import { wordsIn, type Translate } from '../../i18n/translate.ts';
import { showCode } from '../../referral/codes.ts';
import type { Lane } from '../../referral/envelope.ts';
import type { NoticeKind } from '../store/schema.ts';
import { lineCharactersMax, wrapped } from './wrapped.ts';

export type NoticeFacts = {
  kind: NoticeKind;
  /** Bare, as `newReference` makes them; several only for referrals that go together. */
  references: readonly string[];
  lane: Lane;
  /** The page that opens it, in each language. */
  linkIn: (reference: string, language: WorkerLanguageCode) => string;
  operatorPhone: string | undefined;
  /** The service had the message itself by mail, and has no link to open. */
  hadContent?: boolean | undefined;
  /** What people call the service; for whoever answers for several. */
  service?: string | undefined;
};

/**
 * Assume that everybody can read a subject: it is a constant with the reference, in one language so that it can be
 * searched.
 */
export function noticeSubject(kind: NoticeKind, references: readonly string[]): string {
  const [reference = '', ...others] = references;
  if (others.length > 0) return wordsIn('en')('notice.subject.several', { number: references.length });
  return wordsIn('en')(`notice.subject.${kind}`, { reference: showCode(reference) });
}

/** The whole text, once in each language and in their order, as wrapped lines. */
export function noticeText(facts: NoticeFacts, languages: readonly WorkerLanguageCode[]): string {
  const rule = `\n\n${'-'.repeat(lineCharactersMax)}\n\n`;
  return `${languages.map((language) => textIn(language, facts)).join(rule)}\n`;
}

function textIn(language: WorkerLanguageCode, facts: NoticeFacts): string {
  const t = wordsIn(language);
  const [reference = '', ...others] = facts.references;
  const paragraphs =
    others.length > 0
      ? several(facts, t, language)
      : paragraphsOf[facts.kind]({ ...facts, reference }, t, language);
  const phone = facts.operatorPhone;
  if (phone)
    paragraphs.push(
      t(facts.kind === 'policing-body' ? 'notice.policing-body.phone' : 'notice.phone', { phone }),
    );
  paragraphs.push(t('notice.automatic'));
  return paragraphs.map((paragraph) => wrapped(paragraph)).join('\n\n');
}

function several(
  { references, lane, linkIn }: NoticeFacts,
  t: Translate,
  language: WorkerLanguageCode,
): string[] {
  return [
    t('notice.several.what', { number: references.length }),
    t('notice.several.open'),
    ...references.map((reference) => {
      const named = t('notice.referral.reference', { reference: showCode(reference) });
      return `${named}\n${linkIn(reference, language)}`;
    }),
    t('notice.several.confirm'),
    t(lane === 'held' ? 'notice.several.held' : 'notice.several.many'),
    t('notice.several.again'),
  ];
}

type Paragraphs = (
  facts: NoticeFacts & { reference: string },
  t: Translate,
  language: WorkerLanguageCode,
) => string[];

const paragraphsOf: Readonly<Record<NoticeKind, Paragraphs>> = {
  referral: (facts, t, language) => [
    t('notice.referral.what'),
    t('notice.referral.reference', { reference: showCode(facts.reference) }),
    `${t('notice.referral.open')}\n${facts.linkIn(facts.reference, language)}`,
    t('notice.referral.confirm'),
    ...(facts.lane === 'held' ? [t('notice.referral.held')] : []),
    t('notice.referral.again'),
  ],
  withdrawn: (facts, t) => [
    t('notice.withdrawn.what'),
    t('notice.withdrawn.reference', { reference: showCode(facts.reference) }),
    t('notice.withdrawn.delete'),
    t('notice.withdrawn.again'),
  ],
  reminder: (facts, t, language) => [
    t('notice.reminder.what'),
    t('notice.reminder.reference', { reference: showCode(facts.reference) }),
    ...(facts.hadContent
      ? [t('notice.content.copy')]
      : [
          `${t('notice.reminder.open')}\n${facts.linkIn(facts.reference, language)}`,
          t('notice.reminder.confirm'),
        ]),
    t('notice.reminder.safe'),
    t('notice.reminder.done'),
  ],
  'policing-body': (facts, t) => [
    t('notice.policing-body.what'),
    t('notice.policing-body.reference', { reference: showCode(facts.reference) }),
    t('notice.policing-body.service', { service: facts.service ?? '' }),
    t('notice.policing-body.ask'),
    t('notice.policing-body.sealed'),
    t('notice.policing-body.again'),
  ],
};
