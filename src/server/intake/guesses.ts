/**
 * Codes that opened nothing, by network: whoever tries many is guessing, and learns nothing more for the rest of the
 * hour.
 */
import { newTide } from './tide.ts';

/** Counts wrong codes. Of a network nobody names (behind no proxy, or one that does not say) there is nothing to count. */
export type Guesses = {
  /** True, and counted, when this network has had its tries. Right and wrong codes are then refused alike. */
  refuses(network: string | undefined, now: Date): boolean;
  /** One more code of this network opened nothing. */
  note(network: string | undefined, now: Date): void;
  /** Forgets what is more than an hour ago. */
  ebb(now: Date): void;
  /** How many look-ups were refused since the process began. */
  refused(): number;
};

/** More than everybody behind one address mistypes within an hour, in a prison or a refuge too. A code has 80 bits. */
const missesPerHourMax = 60;

export function newGuesses(): Guesses {
  const misses = newTide();
  let refused = 0;
  return {
    refuses(network, now) {
      if (network === undefined || misses.counted(network, now) < missesPerHourMax) return false;
      refused += 1;
      return true;
    },
    note(network, now) {
      if (network !== undefined) misses.count(network, now);
    },
    ebb: (now) => misses.ebb(now),
    refused: () => refused,
  };
}
