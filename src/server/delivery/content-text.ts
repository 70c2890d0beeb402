/**
 * The words of a mail that carries a whole referral: how to contact the person safely comes first, then who is asking
 * and what to mind, then what they said, in the words and the order of the page where a service opens one, and last how
 * to confirm.
 */
import { answerWords } from '../../components/form/answer-words.ts';
import { formatDay, formatTime } from '../../i18n/dates.ts';
import { languages as known, type WorkerLanguageCode } from '../../i18n/languages.ts';
import { wordsIn, type Translate } from '../../i18n/translate.ts';
import { showCode } from '../../referral/codes.ts';
import type { Envelope } from '../../referral/envelope.ts';
import { letterFrom, type Banner, type Row, type Versions } from '../../referral/letter.ts';
import { plainText } from '../../referral/plain-text.ts';
import { lineCharactersMax, wrapped } from './wrapped.ts';

/** One opened referral. */
export type Opened = { envelope: Envelope; versions: Versions };

export type ContentFacts = {
  kind: 'referral' | 'reminder';
  /** Several only when referrals were held. */
  referrals: readonly Opened[];
  /** The page on which a worker types the code. It takes no secret: whoever follows the link has confirmed nothing. */
  confirmAt: (language: WorkerLanguageCode) => string;
  /** Areas and councils by ONS code and services by id. */
  nameOf: (id: string, language: WorkerLanguageCode) => string;
  operatorPhone: string | undefined;
};

/** What a person typed stands behind this, so that no line of it can be taken for one of ours. */
const indent = '  ';

/** The whole text, once in each language and in their order. */
export function contentText(facts: ContentFacts, languages: readonly WorkerLanguageCode[]): string {
  const rule = `\n\n${'-'.repeat(lineCharactersMax)}\n\n`;
  const texts = facts.referrals.flatMap((referral) =>
    languages.map((language) => textIn(language, referral, facts)),
  );
  return `${texts.join(rule)}\n`;
}

function textIn(language: WorkerLanguageCode, { envelope, versions }: Opened, facts: ContentFacts): string {
  const t = wordsIn(language);
  const letter = letterFrom(envelope, answerWords(language)[envelope.role], versions);
  const rows = (listed: readonly Row[]) => listed.map((row) => rowText(row, t));
  return [
    heading(t('open.letter.safe')),
    wrapped(t('open.letter.safeHint')),
    ...rows(letter.safeContact),
    heading(t('open.letter.before')),
    valueText(t('open.letter.role'), [t(`open.roles.${envelope.role}`)]),
    ...letter.banners.map((banner) => wrapped(bannerText(banner, versions, t))),
    ...(letter.answers.length > 0 ? [heading(t('open.letter.answers')), ...rows(letter.answers)] : []),
    heading(t('open.letter.consents')),
    ...letter.consents.map(({ consent, given }) =>
      valueText(t(`open.consents.${consent}`), [t(given ? 'open.letter.yes' : 'open.letter.no')]),
    ),
    heading(t('open.letter.about')),
    ...aboutText(envelope, language, facts),
    heading(t('open.confirm.heading')),
    ...closing(facts, language, t),
  ].join('\n\n');
}

function rowText({ label, values }: Row, t: Translate): string {
  return valueText(label, values.length > 0 ? values.map(({ text }) => text) : [t('open.letter.notGiven')]);
}

/** The label, and below it each line of each value: whatever direction a value is written in, it has its own line. */
function valueText(label: string, values: readonly string[]): string {
  const lines = values
    .flatMap((value) => plainText(value, { lines: true }).split('\n'))
    .flatMap((line) => wrapped(line, lineCharactersMax - indent.length).split('\n'));
  return [wrapped(`${label}:`), ...lines.map((line) => `${indent}${line}`.trimEnd())].join('\n');
}

function heading(text: string): string {
  return `${text}\n${'='.repeat(Math.min(text.length, lineCharactersMax))}`;
}

function bannerText(banner: Banner, { supersedes, supersededBy }: Versions, t: Translate): string {
  switch (banner) {
    case 'test':
      return t('open.banners.test');
    case 'unverified':
      return [
        t('open.banners.unverified.what'),
        t('open.banners.unverified.first'),
        t('open.banners.unverified.ask'),
        `“${t('open.banners.unverified.question')}”`,
      ].join(' ');
    case 'kind-not-given':
      return t('open.banners.kindNotGiven');
    case 'held':
      return t('open.banners.held');
    case 'handed-on':
      return t('open.banners.handedOn');
    case 'replaces':
      return `${t('open.banners.replaces')}\n${t('open.banners.replacesReference')}: ${showCode(supersedes ?? '')}`;
    case 'replaced':
      return `${t('open.banners.replaced')}\n${t('open.banners.replacedReference')}: ${showCode(supersededBy ?? '')}`;
    case 'other':
      return t('open.banners.other');
  }
}

function aboutText(envelope: Envelope, language: WorkerLanguageCode, { nameOf }: ContentFacts): string[] {
  const t = wordsIn(language);
  const { area, council, createdAt, handedOnBy } = envelope;
  const sent = new Date(createdAt);
  const spoken = known.find(({ code }) => code === envelope.language)?.ownName ?? envelope.language;
  return [
    valueText(t('open.letter.reference'), [showCode(envelope.reference)]),
    valueText(t('open.letter.innerCode'), [showCode(envelope.innerCode)]),
    valueText(t('open.letter.createdAt'), [`${formatDay(sent, language)}, ${formatTime(sent, language)}`]),
    valueText(t('open.letter.language'), [spoken]),
    ...(area ? [valueText(t('open.letter.area'), [nameOf(area, language)])] : []),
    ...(council ? [valueText(t('open.letter.council'), [nameOf(council, language)])] : []),
    valueText(t('open.letter.service'), [nameOf(envelope.service, language)]),
    ...(handedOnBy ? [valueText(t('open.letter.handedOnBy'), [nameOf(handedOnBy, language)])] : []),
  ];
}

function closing(facts: ContentFacts, language: WorkerLanguageCode, t: Translate): string[] {
  const { kind, confirmAt, operatorPhone: phone } = facts;
  return [
    ...(kind === 'reminder' ? [t('notice.content.waits')] : []),
    `${t('notice.content.confirm')}\n${confirmAt(language)}`,
    t('open.confirm.what'),
    t('notice.content.keep'),
    t('notice.referral.again'),
    ...(phone ? [t('notice.content.phone', { phone })] : []),
    t('notice.automatic'),
  ].map((paragraph) => wrapped(paragraph));
}
