import { FinderAgain } from './finder-again.tsx';
import { FinderPlaces } from './finder-list.tsx';
import type { FindData } from './finder-data.ts';

/** For people who do not know their council either: nobody is sent away, they see every place it may be. */
export function FinderEither({ data, places }: { data: FindData; places: readonly string[] }) {
  const { words } = data;
  return (
    <div class="page">
      <FinderAgain data={data} />
      <h1 tabIndex={-1}>{words.either.heading}</h1>
      <p class="lead">{words.either.text}</p>
      <FinderPlaces data={data} label={data.words.either.heading} codes={places} />
    </div>
  );
}
