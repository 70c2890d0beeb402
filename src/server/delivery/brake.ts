/** Keeps the courier from hammering a mail server that is down, or that refuses us. */

/** How many attempts in a row may find no server before only probes go out. */
const breaksMax = 5;

const probeEveryMs = 5 * 60 * 1000;

export type Brake = {
  /** May an attempt begin? While the brake is on, one in five minutes may, and finds out how things are. */
  allows(now: Date): boolean;
  /** Nothing was there to be tried: whoever comes next may probe instead. */
  forgo(): void;
  /** The server answered about the notice itself, whatever it said. */
  release(): void;
  /** The connection failed: enough of these in a row put the brake on. */
  countBreak(now: Date): void;
  /** Nothing can go out until the operator has acted. */
  pull(now: Date): void;
};

export function newBrake(): Brake {
  let breaks = 0;
  let probeAt: number | undefined;
  const pull = (now: Date) => {
    probeAt = now.getTime() + probeEveryMs;
  };
  return {
    allows(now) {
      if (probeAt === undefined) return true;
      const untilProbeMs = probeAt - now.getTime();
      // A probe further off than one interval means that the clock was set back.
      if (untilProbeMs > 0 && untilProbeMs <= probeEveryMs) return false;
      pull(now);
      return true;
    },
    forgo() {
      if (probeAt !== undefined) probeAt = 0;
    },
    release() {
      breaks = 0;
      probeAt = undefined;
    },
    countBreak(now) {
      breaks += 1;
      if (breaks >= breaksMax) pull(now);
    },
    pull,
  };
}
