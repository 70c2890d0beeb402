/** What a page hands to the islands that open referrals: every word they draw, in the worker's language. */
import type english from '../../i18n/strings/en/open.json';
import type { Role } from '../../referral/choices.ts';
import type { AnswerWords } from '../../referral/letter.ts';
import type { ReceivingService } from '../../routing/receivers.ts';

export type OpenWords = typeof english;

/** The end of a key under `open.problems`. */
export type ProblemWord = keyof OpenWords['problems'];

export type OpenPage = {
  readonly words: OpenWords;
  /** The form's words differ with who is asking. */
  readonly answers: Readonly<Record<Role, AnswerWords>>;
  /** BCP 47 tag of the page, for dates. */
  readonly tag: string;
  /** By language code: what the language is called and its tag. */
  readonly languages: Readonly<Record<string, { readonly ownName: string; readonly tag: string }>>;
  /** By id or ONS code. What is not listed is shown by its code. */
  readonly names: Readonly<Record<string, string>>;
  readonly keysPath: string;
  /** All that are known, by name; which of them can receive, the server says. */
  readonly services: readonly ReceivingService[];
};

/** Reads what the page put on the element the island is mounted on. */
export function handedTo<Page>(element: HTMLElement): Page {
  // The page and the island are built together from the same type.
  return JSON.parse(element.dataset['words'] ?? '') as Page;
}
