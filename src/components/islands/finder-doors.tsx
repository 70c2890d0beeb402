import type { Finding } from '../../routing/finding.ts';
import type { FindData } from './finder-data.ts';

type Props = { data: FindData; found: Finding & { kind: 'place' } };

/**
 * Four ways to ask the service for a contact.
 *
 * The place goes along by POST, so that neither the address bar nor the history says where somebody lives.
 */
export function FinderDoors({ data, found }: Props) {
  const { words, doors } = data;
  return (
    <form class="ask" method="post" autocomplete="off" aria-label={words.answer.askHeading}>
      <h2>{words.answer.askHeading}</h2>
      <p class="hint">{words.answer.askHint}</p>
      <p>{words.answer.askWho}</p>
      <input type="hidden" name="area" value={found.place} />
      {found.council !== undefined && <input type="hidden" name="council" value={found.council} />}
      <div class="go">
        {doors.map(({ path, label }) => (
          <button class="button quiet" type="submit" formAction={path} name="step" value="where" key={path}>
            {label}
          </button>
        ))}
      </div>
    </form>
  );
}
