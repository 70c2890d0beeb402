/** The words of the form's questions and answers, for the page on which a worker reads them. */
import type { WorkerLanguageCode } from '../../i18n/languages.ts';
import { roles, type Role } from '../../referral/choices.ts';
import { fields, fieldsFor, type Field } from '../../referral/fields.ts';
import type { AnswerWords } from '../../referral/letter.ts';
import { fieldWords } from '../refer/field-words.ts';

/** By role, because "to apologise" and "to hear an apology" are the same code from two sides. In the order of the form. */
export function answerWords(language: WorkerLanguageCode): Readonly<Record<Role, AnswerWords>> {
  return Object.fromEntries(roles.map((role) => [role, wordsFor(language, role)])) as Record<
    Role,
    AnswerWords
  >;
}

function wordsFor(language: WorkerLanguageCode, role: Role): AnswerWords {
  const asked = [...fieldsFor(role, 'where'), ...fieldsFor(role, 'answers')];
  const sealed = asked.filter((name) => fields[name].sealed);
  return Object.fromEntries(
    sealed.map((name) => {
      const { label, choice } = fieldWords(language, role, name);
      const field: Field = fields[name];
      return [name, { label, ...(field.choices && choice ? { choices: choice } : {}) }];
    }),
  );
}
