/** Which lane a referral takes. Signs of abuse make its notice wait an hour; none of them refuses anything. */
import { createHmac, randomBytes } from 'node:crypto';
import type { Lane } from '../../referral/envelope.ts';

/** What is known of where a post came from. Lives as long as the request, and is never stored or logged. */
export type Sender = {
  /** Signs that another site sent it. */
  readonly isForeign: boolean;
  /** The part of the internet it came from, as `networkOf` makes it; undefined when nobody says. */
  readonly network?: string | undefined;
};

/** Counts what each network sends. */
export type Tide = {
  /** How many came from this network within the hour, this one included. */
  count(network: string, now: Date): number;
};

/** A prison, a refuge or a telephone network share one address, so many may come from it before it looks like a machine. */
const perHourMax = 10;
/** Nobody reads the form and fills it in within this time, unless they have done it a few times. */
const hastyMs = 4_000;
const hastyPerHourMax = 3;

const windowMs = 60 * 60 * 1000;
const saltMs = 24 * 60 * 60 * 1000;
const bucketsMax = 50_000;

export type Signs = {
  readonly sender: Sender;
  /** What stood in the trap. */
  readonly trapped: string | undefined;
  /** When the form was handed out. */
  readonly issuedAt: Date;
  readonly now: Date;
};

export function laneOf({ sender, trapped, issuedAt, now }: Signs, tide: Tide): Lane {
  const withinHour = sender.network === undefined ? 0 : tide.count(sender.network, now);
  const isHasty = now.getTime() - issuedAt.getTime() < hastyMs;
  const looksUnusual =
    sender.isForeign ||
    (trapped ?? '') !== '' ||
    withinHour > perHourMax ||
    (isHasty && withinHour > hastyPerHourMax);
  return looksUnusual ? 'held' : 'normal';
}

/**
 * A tide that remembers no network: only a keyed hash of each, for an hour, in memory. The key is made here, is changed
 * every day and never leaves, so that nobody can compute later who was counted.
 */
export function newTide(): Tide {
  let salt = randomBytes(32);
  let saltFrom = Number.NEGATIVE_INFINITY;
  const buckets = new Map<string, { since: number; count: number }>();

  return {
    count(network, now) {
      const at = now.getTime();
      if (Math.abs(at - saltFrom) > saltMs) {
        salt = randomBytes(32);
        saltFrom = at;
        buckets.clear();
      }
      const name = createHmac('sha256', salt).update(network).digest('base64');
      const known = buckets.get(name);
      const isFresh = known !== undefined && Math.abs(at - known.since) < windowMs;
      const bucket = isFresh ? { ...known, count: known.count + 1 } : { since: at, count: 1 };
      // Last in, last out: the network that has been silent longest is forgotten first.
      buckets.delete(name);
      buckets.set(name, bucket);
      const [oldest] = buckets.keys();
      if (buckets.size > bucketsMax && oldest !== undefined) buckets.delete(oldest);
      return bucket.count;
    },
  };
}

/**
 * The /24 of an IPv4 address, the /56 of an IPv6 one, as text. Undefined for what is neither, and for this machine itself:
 * a proxy on it stands for everybody.
 */
export function networkOf(address: string | undefined): string | undefined {
  const text = (address ?? '')
    .trim()
    .toLowerCase()
    .replace(/^::ffff:(?=\d+\.)/, '');
  const four = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.\d{1,3}$/.exec(text);
  if (four) return four[1] === '127' ? undefined : `${four[1]}.${four[2]}.${four[3]}`;
  if (!URL.canParse(`http://[${text}]`)) return undefined;
  const plain = new URL(`http://[${text}]`).hostname.slice(1, -1);
  if (plain === '::1') return undefined;
  const [before = '', after = ''] = plain.split('::');
  const head = before.split(':').filter(Boolean);
  const tail = after.split(':').filter(Boolean);
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => '0');
  const groups = [...head, ...zeros, ...tail].map((group) => group.padStart(4, '0'));
  return groups.join('').slice(0, 14);
}
