import { councilNotKnown } from '../../routing/finding.ts';
import type { Choice } from '../../routing/lookup.ts';
import { FinderAgain } from './finder-again.tsx';
import type { FindData } from './finder-data.ts';
import { FinderProblem } from './finder-problem.tsx';

type Props = { data: FindData; postcode: string; choices: readonly Choice[]; missing: boolean };

/** Asked when a postcode lies on both sides of a border: people know whom they pay council tax to. */
export function FinderCouncil({ data, postcode, choices, missing }: Props) {
  const { words, councils, findPath } = data;
  const options = [
    ...choices.map(({ council }) => ({ value: council, label: councils[council] ?? council })),
    { value: councilNotKnown, label: words.council.notKnown },
  ];
  return (
    <div class="page">
      <FinderAgain data={data} />
      {missing && <FinderProblem data={data} code="council" text={words.problem.council} field="council" />}
      <form class="question" method="post" action={findPath} autocomplete="off" noValidate>
        <input type="hidden" name="postcode" value={postcode} />
        <input type="hidden" name="council" value="" />
        <fieldset class={missing ? 'choices bad' : 'choices'} aria-describedby="council-hint">
          <legend>
            <h1 tabIndex={-1}>{words.council.heading}</h1>
          </legend>
          <p class="hint" id="council-hint">
            {words.council.why}
          </p>
          {missing && (
            <p class="error">
              {words.problem.label} {words.problem.council}
            </p>
          )}
          {options.map(({ value, label }, index) => {
            const id = index === 0 ? 'council' : `council-${value}`;
            return (
              <div class="choice" key={value}>
                <input type="radio" name="council" id={id} value={value} autocomplete="off" />
                <label for={id}>{label}</label>
              </div>
            );
          })}
        </fieldset>
        <p class="go">
          <button class="button" type="submit">
            {words.council.button}
          </button>
        </p>
      </form>
    </div>
  );
}
