/** The words of a question, for the role that is asked it. */
import type { LanguageCode } from '../../i18n/languages.ts';
import { strings, type Source } from '../../i18n/strings.ts';
import type { Role } from '../../referral/choices.ts';
import type { FieldName } from '../../referral/fields.ts';

export type FieldWords = {
  readonly label: string;
  readonly hint?: string;
  /** The words of no answer, where the answers are a list to pick from. */
  readonly none?: string;
  readonly choice?: Readonly<Record<string, string>>;
  readonly choiceHint?: Readonly<Record<string, string>>;
};

/**
 * Read from the tree rather than by key, because a hint may be absent and keys here are made from field names.
 * `tests/unit/fields.test.ts` proves that every field has its words and every choice its label, for every role.
 */
export function fieldWords(language: LanguageCode, role: Role, name: FieldName): FieldWords {
  const { field, fieldOf } = (strings[language] as Source).refer;
  const general: Partial<Record<FieldName, FieldWords>> = field;
  const special: Partial<Record<Role, Partial<Record<FieldName, Partial<FieldWords>>>>> = fieldOf;
  const words = general[name];
  if (!words) throw new Error(`no words for the field ${name} in ${language}`);
  return { ...words, ...special[role]?.[name] };
}

/** The sentence of a problem. */
export function problemWords(language: LanguageCode, name: FieldName, reason: string): string {
  const tree: Readonly<Record<string, string | Readonly<Record<string, string>>>> = (
    strings[language] as Source
  ).problems;
  const reasons = tree[name];
  const words = typeof reasons === 'object' ? reasons[reason] : undefined;
  if (words === undefined) throw new Error(`no words for the problem ${name}.${reason} in ${language}`);
  return words;
}
