/** Whether the clock may be trusted enough to do by it what cannot be taken back. */

/** A clock that is put right by a time server moves by less than this. */
const stepMsMax = 5 * 60 * 1000;

/** So long somebody has time to see that the clock was moved, and to stop what would follow from it. */
const doubtMs = 24 * 60 * 60 * 1000;

/** `jumped` the first time it is noticed, then `doubtful` for a day, or until the process is started again. */
export type ClockState = 'steady' | 'jumped' | 'doubtful';

/** A machine that was off for longer may have come back with any time. */
const offMsMax = 3 * 24 * 60 * 60 * 1000;

/**
 * @param stopwatchMs goes evenly, whatever happens to the clock: `performance.now`
 * @param seenMs what the clock of an earlier process showed last, in milliseconds since 1970
 */
export function newClockWatch(stopwatchMs: () => number, seenMs?: number): (now: Date) => ClockState {
  let last: { clock: number; stopwatch: number } | undefined;
  let doubtfulUntil = Number.NEGATIVE_INFINITY;
  return (now) => {
    const reading = { clock: now.getTime(), stopwatch: stopwatchMs() };
    const stepMs = last
      ? reading.clock - last.clock - (reading.stopwatch - last.stopwatch)
      : reading.clock - (seenMs ?? reading.clock);
    const aheadMsMax = last ? stepMsMax : offMsMax;
    last = reading;
    if (stepMs < -stepMsMax || stepMs > aheadMsMax) {
      doubtfulUntil = reading.stopwatch + doubtMs;
      return 'jumped';
    }
    return reading.stopwatch < doubtfulUntil ? 'doubtful' : 'steady';
  };
}
