/** Whether the clock may be trusted enough to delete by it. */

/** A clock that is put right by a time server moves by less than this. */
const stepMsMax = 5 * 60 * 1000;

/** So long somebody has time to see that the clock was moved, and to stop what would follow from it. */
const doubtMs = 24 * 60 * 60 * 1000;

/** `jumped` the first time it is noticed, then `doubtful` for a day, or until the process is started again. */
export type ClockState = 'steady' | 'jumped' | 'doubtful';

/** @param stopwatchMs goes evenly, whatever happens to the clock: `performance.now` */
export function newClockWatch(stopwatchMs: () => number): (now: Date) => ClockState {
  let last: { clock: number; stopwatch: number } | undefined;
  let doubtfulUntil = Number.NEGATIVE_INFINITY;
  return (now) => {
    const reading = { clock: now.getTime(), stopwatch: stopwatchMs() };
    const before = last ?? reading;
    last = reading;
    const stepMs = reading.clock - before.clock - (reading.stopwatch - before.stopwatch);
    if (Math.abs(stepMs) > stepMsMax) {
      doubtfulUntil = reading.stopwatch + doubtMs;
      return 'jumped';
    }
    return reading.stopwatch < doubtfulUntil ? 'doubtful' : 'steady';
  };
}
