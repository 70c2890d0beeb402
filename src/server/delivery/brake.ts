/** Keeps the courier from hammering a mail server that is down, or that refuses us. */

/** How many attempts in a row may find no server before only probes go out. */
const breaksMax = 5;

const probeEveryMs = 5 * 60 * 1000;

export type Brake = {
  /** May an attempt begin? While the brake is on, one in five minutes may, and finds out how things are. */
  allows(now: Date): boolean;
  /** Nothing was there to be tried: whoever comes next may probe instead. */
  forgo(): void;
  /** Who has had a probe since the brake went on: others come first, so that one who is to blame does not keep it on. */
  probed(): readonly string[];
  /** An attempt begins for this service. */
  begin(service: string): void;
  /** The server answered about the notice itself, whatever it said. */
  release(): void;
  /**
   * The connection failed: enough of these in a row put the brake on.
   *
   * @param service where a conversation had begun and broke off. Nothing tells whether the server is down or hangs up on
   *   this one recipient, so each service counts once.
   */
  countBreak(now: Date, service?: string): void;
  /** Nothing can go out until the operator has acted. */
  pull(now: Date): void;
};

export function newBrake(): Brake {
  let breaks = 0;
  const brokenOff = new Set<string>();
  const probed = new Set<string>();
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
    probed: () => [...probed],
    begin(service) {
      if (probeAt === undefined) return;
      // Everybody who waits has had one: the next turn begins.
      if (probed.has(service)) probed.clear();
      probed.add(service);
    },
    release() {
      breaks = 0;
      brokenOff.clear();
      probed.clear();
      probeAt = undefined;
    },
    countBreak(now, service) {
      if (service !== undefined && brokenOff.has(service)) return;
      if (service !== undefined) brokenOff.add(service);
      breaks += 1;
      if (breaks >= breaksMax) pull(now);
    },
    pull,
  };
}
