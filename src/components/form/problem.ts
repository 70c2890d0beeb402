/** A problem as a page shows it: in words, tied to the control it is about. */
export type ShownProblem = {
  /** Permanent code, such as 'phone.missing'; becomes `data-problem`. */
  code: string;
  /** Id of the control it is about, which the summary's link puts the focus on. None for the whole form. */
  id?: string | undefined;
  /** What to do about it, in the reader's language. The same words in the summary and at the field. */
  text: string;
  /** The word before it at the field, 'Problem:', so that colour is never the only sign. */
  prefix: string;
};

/** What `aria-describedby` of a control points to: its hint, then its problem; undefined when it has neither. */
export function describedBy(id: string, has: { hint: unknown; problem: unknown }): string | undefined {
  const ids = [has.hint && `${id}-hint`, has.problem && `${id}-problem`].filter(Boolean);
  return ids.length > 0 ? ids.join(' ') : undefined;
}
