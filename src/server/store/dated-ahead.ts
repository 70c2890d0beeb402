/** What was dated by a clock that ran ahead: an instant that is still to come tells nothing of how long ago it was. */

/** Clocks of two machines, and one that is put right by a time server, differ by less. */
export const aheadMsMax = 5 * 60 * 1000;

export function isDatedAhead(at: number, now: Date): boolean {
  return at > now.getTime() + aheadMsMax;
}
