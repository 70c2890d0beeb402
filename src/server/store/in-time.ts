/** Work on something that may hang: nobody waits longer than they can, and what hangs does not pile up. */
export type InTime = <Result>(work: () => Promise<Result>, waitMsMax: number) => Promise<Result>;

/**
 * Each result rejects when it is not there in its time. Work that could not begin in that time never begins; work that
 * hangs keeps its place until it ends.
 *
 * @param most how many are at work at a time
 */
export function fewInTime(most: number): InTime {
  let free = most;
  const waiting = new Set<() => void>();
  return (work, waitMsMax) =>
    new Promise((done, fail) => {
      const begin = () => {
        waiting.delete(begin);
        free -= 1;
        void work()
          .then(done, fail)
          .finally(() => {
            clearTimeout(patience);
            free += 1;
            const [next] = waiting;
            next?.();
          });
      };
      const patience = setTimeout(() => {
        waiting.delete(begin);
        fail(new Error('nothing came in time'));
      }, waitMsMax);
      if (free > 0) begin();
      else waiting.add(begin);
    });
}
