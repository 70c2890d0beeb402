/** Which lane a referral takes. Signs of abuse make its notice wait an hour; none of them refuses anything. */
import type { Lane } from '../../referral/envelope.ts';
import type { Tide } from './tide.ts';

/** What is known of where a post came from. Lives as long as the request, and is never stored or logged. */
export type Sender = {
  /** Signs that another site sent it. */
  readonly isForeign: boolean;
  /** The part of the internet it came from, as `networkOf` makes it; undefined when nobody says. */
  readonly network?: string | undefined;
};

/** A prison, a refuge or a telephone network share one address, so many may come from it before it looks like a machine. */
const perHourMax = 10;
/**
 * Nobody reads the form and fills it in within this time; a browser that fills it in for somebody may, so it takes
 * several.
 */
const hastyMs = 4_000;
const hastyPerHourMax = 3;

/** Beyond so many, whoever reads the mailbox is better served by a list now and then than by a mail for each. */
const toServicePerHourMax = 20;

export type Signs = {
  readonly sender: Sender;
  /** What stood in the trap. */
  readonly trapped: string | undefined;
  /** When the form was handed out. */
  readonly issuedAt: Date;
  readonly now: Date;
};

/** Counts this post in `tide`, so it is to be asked once for each. */
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
 * Whether more have come for this service within the hour than are told one by one. From many networks they look like
 * people, and may be people, so they keep their lane. Counts this one in `tide`, so it is to be asked once for each, and
 * not for what is held: junk that is known as such makes nobody wait.
 */
export function isOneOfMany(service: string, now: Date, tide: Tide): boolean {
  return tide.count(`service ${service}`, now) > toServicePerHourMax;
}
