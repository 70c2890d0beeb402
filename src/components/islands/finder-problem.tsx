import type { FindData } from './finder-data.ts';

type Props = { data: FindData; code: string; text: string; field: string };

/**
 * The problem at the top, a link to its field. The alert is inside what gets the focus, or some readers cut one of the
 * two.
 */
export function FinderProblem({ data, code, text, field }: Props) {
  return (
    <div class="errors" id="problems" tabIndex={-1}>
      <div role="alert">
        <h2>{data.words.problem.heading}</h2>
        <ul>
          <li data-problem={code}>
            <a href={`#${field}`}>{text}</a>
          </li>
        </ul>
      </div>
    </div>
  );
}
