/** Which sentence and which field belong to an answer that is not a confirmation. */
import type { Confirmed, Handing } from './open-server.ts';
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
    case 'handed-on':
      return { word: 'handedOn' };
    case 'withdrawn':
    case 'unreachable':
      return { word: answer.state };
  }
}

/** The sentence for a referral that could not be passed on. */
export function handOnProblem(state: Exclude<Handing['state'], 'handed-on' | 'keys-changed'>): ProblemWord {
  switch (state) {
    case 'replaced':
    case 'withdrawn':
    case 'unknown':
      return state;
    case 'locked':
      return 'codeLocked';
    case 'unreachable':
      return 'handOnUnreachable';
    case 'gone':
    case 'refused':
    case 'wrong-code':
      return 'handOnRefused';
  }
}
