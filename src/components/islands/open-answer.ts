/** Which sentence and which field belong to an answer that is not a confirmation. */
import type { Confirmed } from './open-server.ts';
import type { ProblemWord } from './open-words.ts';

export type ConfirmProblem = { readonly word: ProblemWord; readonly field?: 'code' | 'reference' };

/** Undefined when the referral is confirmed. */
export function problemWith(answer: Confirmed): ConfirmProblem | undefined {
  switch (answer.state) {
    case 'acknowledged':
    case 'already':
      return undefined;
    case 'wrong-code':
      return { word: 'codeWrong', field: 'code' };
    case 'unknown':
      return { word: 'unknown', field: 'reference' };
    case 'locked':
      return { word: 'codeLocked' };
    case 'withdrawn':
    case 'unreachable':
      return { word: answer.state };
  }
}
