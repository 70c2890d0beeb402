/** When a notice that was not handed over is tried again. There is no last time. */

const minuteMs = 60 * 1000;

const firstWaitsMinutes = [1, 2, 5, 10, 20, 40];
const laterWaitMinutes = 60;

/** A refused address is tried this much later again: mailboxes do come back. */
const refusedWaitMinutes = 6 * 60;

/**
 * Milliseconds to wait after a number of failed attempts (1 or more): 1, 2, 5, 10, 20, 40 minutes, then every hour.
 *
 * @param random between 0 and 1; spreads waits by 20 % each way, so that a recovering server is not met by all at once
 */
export function waitMsAfter(failedAttempts: number, random: number): number {
  return spread((firstWaitsMinutes[failedAttempts - 1] ?? laterWaitMinutes) * minuteMs, random);
}

/** Milliseconds to wait before an address that was refused for good is tried again. */
export function waitMsAfterRefusal(random: number): number {
  return spread(refusedWaitMinutes * minuteMs, random);
}

function spread(ms: number, random: number): number {
  return Math.round(ms * (0.8 + 0.4 * random));
}
