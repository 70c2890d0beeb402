/** Problems in the reader's language, tied to the control each is about. */
import type { LanguageCode } from '../../i18n/languages.ts';
import { wordsIn } from '../../i18n/translate.ts';
import type { Problem } from '../../referral/referral.ts';
import type { ShownProblem } from '../form/problem.ts';
import { problemWords } from './field-words.ts';

export function shownProblems(language: LanguageCode, problems: readonly Problem[]): readonly ShownProblem[] {
  const prefix = wordsIn(language)('problems.prefix');
  return problems.map(({ field, reason }) => ({
    code: `${field}.${reason}`,
    id: field,
    text: problemWords(language, field, reason),
    prefix,
  }));
}

export function problemAt(problems: readonly ShownProblem[], field: string): ShownProblem | undefined {
  return problems.find((problem) => problem.id === field);
}
