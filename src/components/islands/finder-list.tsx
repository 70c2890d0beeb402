import { FinderName } from './finder-name.tsx';
import type { FindData } from './finder-data.ts';

/** All areas by name, and the other places a person may be. */
export function FinderList({ data, id, problem }: { data: FindData; id: string; problem?: string }) {
  const { words, places, areas, others, findPath } = data;
  const option = (code: string) => {
    const name = places[code]?.name;
    return (
      <option value={code} key={code} {...(name?.lang !== undefined && { lang: name.lang })}>
        {name?.text}
      </option>
    );
  };
  return (
    <form method="post" action={findPath} autocomplete="off" noValidate aria-label={words.list.button}>
      <div class="field">
        <label for={id}>{words.list.label}</label>
        {problem !== undefined && (
          <p class="error" id={`${id}-problem`}>
            {words.problem.label} {problem}
          </p>
        )}
        <select
          id={id}
          name="area"
          autocomplete="off"
          {...(problem !== undefined && {
            'aria-invalid': 'true' as const,
            'aria-describedby': `${id}-problem`,
          })}
        >
          <option value="">{words.list.none}</option>
          <optgroup label={words.list.areas}>{areas.map(option)}</optgroup>
          <optgroup label={words.list.others}>{others.map(option)}</optgroup>
        </select>
      </div>
      <p class="go">
        <button class="button quiet" type="submit">
          {words.list.button}
        </button>
      </p>
    </form>
  );
}

/** Buttons that show the answer of another place. */
export function FinderPlaces(props: { data: FindData; label: string; codes: readonly string[] }) {
  const { data, label, codes } = props;
  return (
    <form method="post" action={data.findPath} aria-label={label}>
      <p class="go">
        {codes.map((code) => {
          const place = data.places[code];
          return (
            place && (
              <button class="button quiet" type="submit" name="area" value={code} key={code}>
                <FinderName name={place.name} />
              </button>
            )
          );
        })}
      </p>
    </form>
  );
}
