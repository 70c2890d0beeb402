/** Lays an opened referral out for action: what to mind first, then how to reach the person, then what they said. */
import type { Envelope } from './envelope.ts';

/**
 * The words of the form's answers in the reader's language, in the order of the form.
 * A field without `choices` holds the person's own text.
 */
export type AnswerWords = Readonly<
  Record<string, { readonly label: string; readonly choices?: Readonly<Record<string, string>> }>
>;

/**
 * 'chosen' is in the reader's language, 'typed' in the person's own.
 * 'code' is a number or address that is read from left to right in every language.
 */
export type Value = { readonly kind: 'chosen' | 'typed' | 'code'; readonly text: string };

/** No values: the person left it blank. */
export type Row = { readonly field: string; readonly label: string; readonly values: readonly Value[] };

/** Things to know before doing anything, most pressing first. 'other' stands for a code this page does not know. */
export type Banner =
  'test' | 'replaced' | 'unverified' | 'kind-not-given' | 'held' | 'handed-on' | 'replaces' | 'other';

export type Consent = keyof Envelope['consent'];

export type Letter = {
  readonly banners: readonly Banner[];
  readonly safeContact: readonly Row[];
  readonly answers: readonly Row[];
  readonly consents: readonly { readonly consent: Consent; readonly given: boolean }[];
};

/** How to reach the person without putting them at risk. The rules stand before the number they are about. */
const safeContactFields: readonly string[] = [
  'call-me',
  'reach-by',
  'safe-when',
  'voicemail',
  'who-knows',
  'phone',
  'mobile',
  'email',
  'address',
  'spoken-language',
  'access',
];

/** Shown even when blank: a caller who sees no rule might think that there is no risk. */
const alwaysShown: readonly string[] = ['safe-when', 'who-knows'];

const codeFields: readonly string[] = ['phone', 'mobile', 'email', 'crime-number'];

const consents: readonly Consent[] = ['send', 'police', 'victimService', 'fallback'];

const banners: readonly Banner[] = [
  'test',
  'replaced',
  'unverified',
  'kind-not-given',
  'held',
  'handed-on',
  'replaces',
  'other',
];

/** The same form sent more than once with other answers: references of the referral before and of the one after. */
export type Versions = { readonly supersedes?: string; readonly supersededBy?: string };

export function letterFrom(envelope: Envelope, words: AnswerWords, versions: Versions): Letter {
  const answered = Object.keys(envelope.answers);
  const known = Object.keys(words).filter((field) => answered.includes(field));
  // An answer the words do not know comes last, so that nothing a person said is dropped.
  const rest = [...known, ...answered.filter((field) => !known.includes(field))];
  const rows = (fields: readonly string[]) => fields.map((field) => rowFrom(field, envelope, words));

  return {
    banners: bannersOf(envelope, versions),
    safeContact: rows(
      safeContactFields.filter((field) => answered.includes(field) || alwaysShown.includes(field)),
    ),
    answers: rows(rest.filter((field) => !safeContactFields.includes(field))),
    consents: consents.map((consent) => ({ consent, given: envelope.consent[consent] })),
  };
}

function bannersOf(envelope: Envelope, versions: Versions): readonly Banner[] {
  // Nobody's identity is ever checked, so this one does not depend on what the envelope says.
  const raised = new Set<Banner>(['unverified']);
  for (const code of envelope.banners) raised.add(banners.find((banner) => banner === code) ?? 'other');
  if (envelope.test) raised.add('test');
  if (envelope.lane === 'held') raised.add('held');
  if (envelope.handedOnBy) raised.add('handed-on');
  if (versions.supersedes) raised.add('replaces');
  if (versions.supersededBy) raised.add('replaced');
  return banners.filter((banner) => raised.has(banner));
}

function rowFrom(field: string, envelope: Envelope, words: AnswerWords): Row {
  const answer = envelope.answers[field] ?? [];
  const given = (typeof answer === 'string' ? [answer] : answer).filter((text) => text !== '');
  const choices = words[field]?.choices;
  return {
    field,
    label: words[field]?.label ?? field,
    values: given.map((text): Value => {
      if (choices) return { kind: 'chosen', text: choices[text] ?? text };
      return { kind: codeFields.includes(field) ? 'code' : 'typed', text };
    }),
  };
}
