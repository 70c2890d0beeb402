/** Mends a misspelt word: the known word that takes the fewest slips to get to. */

/** How many slips a word of this length may hold and still be the same word. */
function slipsMax(length: number): number {
  if (length < 4) return 0;
  return length < 7 ? 1 : 2;
}

/** Nobody types a longer word by mistake, and comparing it would take time for nothing. */
const lettersMax = 24;

/**
 * @param known Words with how often they occur: of two that are equally near, the more frequent is meant.
 * @returns undefined when no known word is near enough.
 */
export function nearest(
  word: string,
  known: ReadonlyMap<string, number>,
): { readonly word: string; readonly slips: number } | undefined {
  let best: { word: string; slips: number; sameStart: boolean; count: number } | undefined;
  const most = slipsMax(word.length);
  if (most === 0 || word.length > lettersMax) return undefined;
  for (const [other, count] of known) {
    if (Math.abs(other.length - word.length) > most) continue;
    const slips = slipsBetween(word, other, best?.slips ?? most);
    if (slips === undefined) continue;
    const candidate = { word: other, slips, sameStart: other[0] === word[0], count };
    if (!best || isBetter(candidate, best)) best = candidate;
  }
  return best && { word: best.word, slips: best.slips };
}

type Candidate = { slips: number; sameStart: boolean; count: number };

function isBetter(one: Candidate, other: Candidate): boolean {
  if (one.slips !== other.slips) return one.slips < other.slips;
  if (one.sameStart !== other.sameStart) return one.sameStart;
  return one.count > other.count;
}

/**
 * A letter too many, missing, wrong, or two in the wrong order are one slip each. Undefined when it takes more than
 * `most`.
 */
export function slipsBetween(one: string, other: string, most: number): number | undefined {
  let before: number[] = [];
  let previous = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let row = 1; row <= one.length; row += 1) {
    const current = [row];
    let least = row;
    for (let column = 1; column <= other.length; column += 1) {
      const isSame = one[row - 1] === other[column - 1];
      let slips = Math.min(
        (previous[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (previous[column - 1] ?? 0) + (isSame ? 0 : 1),
      );
      const isSwapped = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      if (isSwapped && row > 1 && column > 1) slips = Math.min(slips, (before[column - 2] ?? 0) + 1);
      current.push(slips);
      least = Math.min(least, slips);
    }
    if (least > most) return undefined;
    before = previous;
    previous = current;
  }
  const slips = previous[other.length] ?? 0;
  return slips <= most ? slips : undefined;
}
