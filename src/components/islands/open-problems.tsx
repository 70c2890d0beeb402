import { useEffect, useRef } from 'preact/hooks';

export type ShownProblem = {
  readonly text: string;
  /** Id of the field it belongs to; none when no field can put it right. */
  readonly field?: string;
};

type Props = {
  heading: string;
  problems: readonly ShownProblem[];
  /** Differs for every attempt, so that the same problem twice is said twice. */
  attempt: number;
};

/** What stands in the way, said first and focused. Each leads to its field. */
export function OpenProblems({ heading, problems, attempt }: Props) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.focus(), [attempt]);

  const goTo = (event: Event, field: string) => {
    // The address bar must not change: what stands after # is read as the link of a referral.
    event.preventDefault();
    document.getElementById(field)?.focus();
  };

  return (
    <div ref={box} class="errors screen-only" tabIndex={-1}>
      {/* The alert is inside what is focused: on the focused element itself some screen readers cut it short. */}
      <div role="alert">
        <h2>{heading}</h2>
        <ul>
          {problems.map(({ text, field }) => (
            <li key={text}>
              {field ? (
                <a href={`#${field}`} onClick={(event) => goTo(event, field)}>
                  {text}
                </a>
              ) : (
                text
              )}
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}
