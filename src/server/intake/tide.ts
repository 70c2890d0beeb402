/** How much came from each part of the internet lately, without knowing afterwards which part that was. */
import { createHmac, randomBytes } from 'node:crypto';

/** Counts what each network sends. */
export type Tide = {
  /** How many came from this network within the hour, this one included. */
  count(network: string, now: Date): number;
  /** How many came from it, without counting one. It is not forgotten sooner than those that have said nothing since. */
  counted(network: string, now: Date): number;
  /** Forgets whoever was counted more than an hour ago. Called every minute, so that silence does not keep anybody. */
  ebb(now: Date): void;
};

const windowMs = 60 * 60 * 1000;
const saltMs = 24 * 60 * 60 * 1000;
/** About 10 MB at most, however many networks there are. */
const bucketsMax = 50_000;
const forgottenAtOnce = 5_000;

/**
 * A tide that remembers no network: only a keyed hash of each, for an hour, in memory. The key is made here, is changed
 * every day and never leaves, so that nobody can compute later who was counted.
 */
export function newTide(): Tide {
  let salt = randomBytes(32);
  let saltFrom = Number.NEGATIVE_INFINITY;
  const buckets = new Map<string, { since: number; count: number }>();

  // A map keeps the order in which names were set, so the first is the network that has been silent longest.
  const heard = (name: string, bucket: { since: number; count: number }) => {
    buckets.delete(name);
    buckets.set(name, bucket);
  };
  const forgetOldest = () => {
    for (const name of buckets.keys()) {
      if (buckets.size <= bucketsMax - forgottenAtOnce) return;
      buckets.delete(name);
    }
  };

  const nameOf = (network: string, at: number) => {
    if (Math.abs(at - saltFrom) > saltMs) {
      salt = randomBytes(32);
      saltFrom = at;
      buckets.clear();
    }
    return createHmac('sha256', salt).update(network).digest('base64');
  };
  const freshUnder = (name: string, at: number) => {
    const known = buckets.get(name);
    return known !== undefined && Math.abs(at - known.since) < windowMs ? known : undefined;
  };

  return {
    count(network, now) {
      const at = now.getTime();
      const name = nameOf(network, at);
      const bucket = freshUnder(name, at) ?? { since: at, count: 0 };
      bucket.count += 1;
      heard(name, bucket);
      // Many at once, because finding the first of a map means to step over all that were taken out before it.
      if (buckets.size > bucketsMax) forgetOldest();
      return bucket.count;
    },
    counted(network, now) {
      const at = now.getTime();
      const name = nameOf(network, at);
      const bucket = freshUnder(name, at);
      if (bucket) heard(name, bucket);
      return bucket?.count ?? 0;
    },
    ebb(now) {
      for (const [name, { since }] of buckets) {
        if (Math.abs(now.getTime() - since) >= windowMs) buckets.delete(name);
      }
    },
  };
}
