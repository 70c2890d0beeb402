/** Referrals as the store receives them. The sealed bytes are a marker, which is all the store ever sees of them. */
import { randomBytes } from 'node:crypto';
import { newReference } from '../../src/referral/codes.ts';
import type { SealedReferral } from '../../src/server/store/accept.ts';

export const noon = new Date('2026-11-20T12:00:00Z');

export function minutesAfter(instant: Date, minutes: number): Date {
  return new Date(instant.getTime() + minutes * 60_000);
}

export function daysAfter(instant: Date, days: number): Date {
  return minutesAfter(instant, days * 24 * 60);
}

/** A referral unlike every other; a test names what matters to it. */
export function aSealedReferral(named: Partial<SealedReferral> = {}): SealedReferral {
  return {
    reference: newReference(),
    service: 'northfield',
    area: 'E23000023',
    role: 'harmed',
    language: 'en',
    lane: 'normal',
    formKeyMac: aMac(),
    contentMac: aMac(),
    receiptMac: aMac(),
    innerCodeMac: aMac(),
    sealed: randomBytes(4400),
    acceptedAt: noon,
    counters: [],
    ...named,
  };
}

export function aMac(): string {
  return randomBytes(32).toString('hex');
}
