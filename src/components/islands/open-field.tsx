import type { ComponentChildren, JSX } from 'preact';

/** What an input needs to be tied to its label, hint and problem. */
export type Tied = { id: string; 'aria-describedby'?: string; 'aria-invalid'?: 'true' };

type Props = {
  id: string;
  label: string;
  hint?: ComponentChildren;
  problem?: { prefix: string; text: string } | undefined;
  children: (tied: Tied) => JSX.Element;
};

/** Label, hint, problem, field, in this order. The problem stands at the field as well as in the summary. */
export function OpenField({ id, label, hint, problem, children }: Props) {
  const hintId = hint === undefined ? undefined : `${id}-hint`;
  const problemId = problem && `${id}-problem`;
  const described = [hintId, problemId].filter((part) => part !== undefined).join(' ');
  return (
    <div class={problem ? 'field bad' : 'field'}>
      <label for={id}>{label}</label>
      {hintId && (
        <p class="hint" id={hintId}>
          {hint}
        </p>
      )}
      {problem && (
        <p class="error" id={problemId}>
          <b>{problem.prefix}</b> {problem.text}
        </p>
      )}
      {children({
        id,
        ...(described !== '' && { 'aria-describedby': described }),
        ...(problem && { 'aria-invalid': 'true' }),
      })}
    </div>
  );
}
