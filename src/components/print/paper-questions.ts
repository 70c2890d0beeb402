/**
 * The questions of the form as paper asks them: the same fields and words as online, once for all roles.
 *
 * Online each role has a form of its own. Paper is one form, so a question says whom it is for where not everybody is
 * asked it, and stands twice where its answers differ.
 */
import type { LanguageCode } from '../../i18n/languages.ts';
import { wordsIn, type Key } from '../../i18n/translate.ts';
import { roles, type Role } from '../../referral/choices.ts';
import {
  fieldNames,
  fields,
  fieldsFor,
  type Field,
  type FieldName,
  type FieldType,
} from '../../referral/fields.ts';
import { fieldWords } from '../refer/field-words.ts';
import { askedUnder, questionsFor, type QuestionGroup } from '../refer/questions.ts';

export type PaperQuestion = {
  readonly name: FieldName;
  readonly type: FieldType;
  readonly isNeeded: boolean;
  readonly label: string;
  readonly hints: readonly PaperHint[];
  readonly choices: readonly PaperChoice[];
  /** Empty where everybody is asked. */
  readonly onlyFor: readonly Role[];
};

export type PaperHint = { readonly text: string; readonly onlyFor: readonly Role[] };

export type PaperChoice = {
  readonly label: string;
  readonly hint: string | undefined;
  /** What is asked only of who ticks this. */
  readonly under: readonly PaperQuestion[];
};

export type PaperGroup = {
  readonly name: 'where' | QuestionGroup['name'];
  readonly questions: readonly PaperQuestion[];
};

/** A council is asked only for a postcode on a border, and what we only count reaches us only online. */
const notOnPaper: readonly FieldName[] = ['council', 'told', 'heard'];

/** Hints that speak of the website, and what paper says instead. */
const paperHints: Readonly<Partial<Record<FieldName, Key>>> = {
  kind: 'refer.field.kind.hint',
  note: 'print.form.noteHint',
};

export function paperGroups(language: LanguageCode): readonly PaperGroup[] {
  const asked = roles.flatMap((role): QuestionsOf[] => [
    { name: 'where', fields: fieldsFor(role, 'where') },
    ...questionsFor(role),
  ]);
  const names = [...new Set(asked.map(({ name }) => name))];
  return names
    .map((name) => {
      const ofGroup = new Set(asked.filter((group) => group.name === name).flatMap((group) => group.fields));
      const onPaper = fieldNames.filter((field) => ofGroup.has(field) && !notOnPaper.includes(field));
      return { name, questions: onPaper.flatMap((field) => versionsOf(field, language)) };
    })
    .filter(({ questions }) => questions.length > 0);
}

type QuestionsOf = { readonly name: PaperGroup['name']; readonly fields: readonly FieldName[] };

/** One question for all roles that have the same answers to choose from. */
function versionsOf(name: FieldName, language: LanguageCode): readonly PaperQuestion[] {
  const field: Field = fields[name];
  const byAnswers = Map.groupBy(field.roles, (role) =>
    JSON.stringify(fieldWords(language, role, name).choice),
  );
  return [...byAnswers.values()].map((who) => questionFor(name, who, language));
}

function questionFor(name: FieldName, who: readonly Role[], language: LanguageCode): PaperQuestion {
  const field: Field = fields[name];
  // Every field is asked of somebody, so the default is for the type alone.
  const [first = 'harmed'] = who;
  const words = fieldWords(language, first, name);
  return {
    name,
    type: field.type,
    isNeeded: field.required === 'yes',
    label: words.label,
    hints: hintsFor(name, who, language),
    choices: (field.choices ?? []).map((code) => ({
      label: words.choice?.[code] ?? code,
      hint: words.choiceHint?.[code],
      under: (name === 'reach-by' ? underOf(code) : []).flatMap((under) => versionsOf(under, language)),
    })),
    onlyFor: who.length < roles.length ? who : [],
  };
}

function underOf(wayOfContact: string): readonly FieldName[] {
  const under: Readonly<Record<string, readonly FieldName[]>> = askedUnder;
  return under[wayOfContact] ?? [];
}

/** The first hint is for everybody who is asked; another one says whom it is for. */
function hintsFor(name: FieldName, who: readonly Role[], language: LanguageCode): readonly PaperHint[] {
  const ownToPaper = paperHints[name];
  if (ownToPaper) return [{ text: wordsIn(language)(ownToPaper), onlyFor: [] }];
  const byText = Map.groupBy(who, (role) => fieldWords(language, role, name).hint ?? '');
  return [...byText]
    .filter(([text]) => text !== '')
    .map(([text, some], index) => ({ text, onlyFor: index === 0 ? [] : some }));
}
