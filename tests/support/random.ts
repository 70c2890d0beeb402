/** Chance that can be had again: the same seed gives the same numbers, from 0 to below 1. */
export function aRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
