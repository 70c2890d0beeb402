/**
 * What people type, and the pages that answer it: `search-words.json`. Anybody may add to it; docs/writing.md says how.
 *
 * Pages are written in our words, and people search in theirs. The pages of a group come first for each of its phrases,
 * whatever words they use themselves.
 */
import * as z from 'zod';
import { pathOfPage } from './pages.ts';

/** As people type them, with commas between: 'meet him, face to face'. Each is also found inside a longer sentence. */
const phrases = z
  .string()
  .transform((line) => line.split(/[,،]/).map((phrase) => phrase.trim()))
  .refine(
    (list) => list.every((phrase) => phrase !== '' && phrase.length <= 60),
    'has a phrase that is empty or long',
  );

export const searchGroup = z.strictObject({
  /** Ids of pages, the best first: those in `pages/`, and find, refer, status, areas, print-form, help-now, privacy. */
  pages: z
    .array(z.string().refine((id) => pathOfPage(id) !== undefined, 'is no page'))
    .min(1)
    .max(4),
  /**
   * Only where the person may be in danger: help is shown above the results, first what to do in an emergency, then
   * these helplines. Ids of `helplines/`.
   */
  help: z.array(z.string()).min(1).max(4).exactOptional(),
  en: phrases.exactOptional(),
  cy: phrases.exactOptional(),
  ur: phrases.exactOptional(),
  pl: phrases.exactOptional(),
});
export type SearchGroup = z.infer<typeof searchGroup>;

export const searchGroups = z.array(searchGroup);
