/**
 * The daily digest: proof that the portal is alive, and a witness outside it of what the audit was.
 *
 * It comes every day and always has the same length, so that nobody who watches the mail learns how much there is to do,
 * and everybody who expects it notices when it stays away.
 */
import {
  claimDigest,
  digestFacts,
  forgetDigests,
  settleDigestPutOff,
  settleDigestSent,
  type DigestFacts,
} from '../store/digest.ts';
import { isPaused } from '../store/pause.ts';
import type { CourierParts } from './courier.ts';

export type DigestParts = {
  /** The operator, and perhaps a witness elsewhere whose mailbox the operator cannot empty. */
  to: readonly string[];
  origin: string;
  /** SHA-256 of what the pages were built from. */
  build: string;
};

/** In the morning, when somebody is there to miss it. UTC. */
const hour = 6;

const hourMs = 60 * 60 * 1000;

/** Sends today's digest to whoever has not had it. A day begins at six in the morning. */
export async function sendDigest(parts: CourierParts): Promise<void> {
  const { digest, store, channel, log } = parts;
  if (!digest) return forgetDigests(store);
  if (await isPaused(store)) return;
  // A digest of a day that has not come would stand for it in the mailbox of a witness.
  if (!(await parts.isClockSteady())) return;
  for (const [address, to] of digest.to.entries()) {
    const now = parts.now();
    const day = new Date(now.getTime() - hour * hourMs).toISOString().slice(0, 10);
    if (!(await claimDigest(store, address, day, now))) continue;
    const outcome = await channel.send({
      to,
      id: `digest.${day}`,
      subject: `Portal: daily digest ${day}`,
      text: digestText(await digestFacts(store, now), { ...digest, day }),
      date: now,
    });
    log({ code: `digest-${outcome.kind}` });
    const settle = outcome.kind === 'handed-over' ? settleDigestSent : settleDigestPutOff;
    await settle(store, address, day, parts.now());
  }
}

const labelWidth = 48;
const digits = 8;

/** In English, as all that only operators read. Lines are short enough for any mail program to leave them whole. */
export function digestText(
  facts: DigestFacts,
  { origin, build, day }: { origin: string; build: string; day: string },
): string {
  const { referrals, head } = facts;
  const line = (label: string, count: number | undefined) =>
    `${label.padEnd(labelWidth, '.')}${fixed(count).padStart(digits, '.')}`;
  return [
    `Daily digest of ${origin}`,
    '',
    'It comes every day and always has the same length. If it does not come,',
    'see at once whether the portal and its mail are still at work. Keep it:',
    'with the last lines anybody can tell later that no entry of the audit',
    'was changed or cut off (npm run doctor -- --head <count>:<hash>).',
    '',
    `Day ${day}`,
    '',
    line('Referrals not handed over yet ', referrals.waiting),
    line('  the oldest, in hours ', facts.oldestWaitingHours),
    line('Referrals handed over, not confirmed ', referrals['handed-over']),
    line('  the oldest, in hours ', facts.oldestUnconfirmedHours),
    line('Referrals confirmed, not deleted yet ', referrals.acknowledged),
    line('Referrals replaced by a correction ', referrals.superseded),
    line('Referrals withdrawn in the last 90 days ', referrals.withdrawn),
    line('Referrals closed in the last 90 days ', referrals.closed),
    line('Notices to be sent ', facts.noticesDue),
    line('Tasks for a person ', facts.tasksOpen),
    line('Hours since the last backup ', facts.hoursSinceBackup),
    '',
    line('Audit entries ', head.seq),
    'Hash of the newest',
    head.hash,
    'Hash of what the pages were built from',
    build.padEnd(64, '-').slice(0, 64),
    '',
    'This mail was sent by a machine. It says nothing about any person.',
    '',
  ].join('\n');
}

/** As many digits whatever the number; the largest stands for itself and all above it. */
function fixed(count: number | undefined): string {
  return count === undefined
    ? '-'.repeat(digits)
    : String(Math.min(count, 10 ** digits - 1)).padStart(digits, '0');
}
