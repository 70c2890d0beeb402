import type { FindData, FindWords } from './finder-data.ts';
import { FinderList } from './finder-list.tsx';
import { FinderProblem } from './finder-problem.tsx';

type Problem = {
  problem: keyof FindWords['problem'] & ('empty' | 'malformed' | 'unknown' | 'nongeographic' | 'area');
  /** As typed, so that nothing has to be typed again. */
  postcode: string;
  didYouMean: readonly string[];
};

/** The first question: a postcode, or an area by name. */
export function FinderAsk({ data, stays, problem }: { data: FindData; stays: boolean; problem?: Problem }) {
  const { words, findPath } = data;
  const inList = problem?.problem === 'area';
  const said = problem && words.problem[problem.problem];
  return (
    <div class="page">
      {problem && said && (
        <FinderProblem data={data} code={problem.problem} text={said} field={inList ? 'area' : 'postcode'} />
      )}
      <header class="top">
        <h1 tabIndex={-1}>{words.heading}</h1>
        <p class="lead">{words.lead}</p>
      </header>
      <section class="find">
        <h2>{words.postcode.heading}</h2>
        <form
          method="post"
          action={findPath}
          autocomplete="off"
          noValidate
          aria-label={words.postcode.heading}
        >
          <label for="postcode">{words.postcode.label}</label>
          <p class="hint" id="postcode-hint">
            {words.postcode.hint}
          </p>
          {said && !inList && (
            <p class="error" id="postcode-problem">
              {words.problem.label} {said}
            </p>
          )}
          <input
            id="postcode"
            name="postcode"
            dir="ltr"
            autocomplete="off"
            autocapitalize="characters"
            spellcheck={false}
            size={12}
            maxLength={60}
            defaultValue={problem?.postcode ?? ''}
            aria-describedby={said && !inList ? 'postcode-hint postcode-problem' : 'postcode-hint'}
            {...(said && !inList && { 'aria-invalid': 'true' as const })}
          />
          <button class="button" type="submit">
            {words.postcode.button}
          </button>
          {stays && <p class="hint">{words.private}</p>}
        </form>
        {problem && problem.didYouMean.length > 0 && (
          <form method="post" action={findPath} aria-label={words.problem.didYouMean}>
            <p>{words.problem.didYouMean}</p>
            {problem.didYouMean.map((postcode) => (
              <button class="button quiet" type="submit" name="postcode" value={postcode} key={postcode}>
                <bdi dir="ltr">{postcode}</bdi>
              </button>
            ))}
          </form>
        )}
      </section>
      <section>
        <h2>{words.list.heading}</h2>
        <p>{words.list.text}</p>
        <FinderList data={data} id="area" {...(inList && said && { problem: said })} />
      </section>
    </div>
  );
}
