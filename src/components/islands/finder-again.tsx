import { FinderArrow } from './finder-arrow.tsx';
import type { FindData } from './finder-data.ts';

/** Back to the first question. Without script it opens the page anew. */
export function FinderAgain({ data }: { data: FindData }) {
  return (
    <p class="back">
      <a href={data.findPath}>
        <FinderArrow />
        {data.words.answer.again}
      </a>
    </p>
  );
}
