/**
 * Test referrals that go the whole way a real one goes: sealed, kept, told by mail, opened, confirmed.
 *
 * Every hour one goes to a program that confirms by itself, so that a standstill is noticed before a person is failed by
 * it. Others go to a service when the operator asks for one, and are marked as a test inside the seal.
 */
import { canonicalText, padded } from '../../referral/envelope.ts';
import { seal } from '../../referral/seal.ts';
import { emptyTest } from '../../referral/trial.ts';
import type { Secrets } from '../secrets.ts';
import { accept } from '../store/accept.ts';
import {
  canaryEveryMs,
  canaryService,
  forgetCanaries,
  forgetCanariesAhead,
  forgetOlderCanaries,
} from '../store/canary.ts';
import { isPaused } from '../store/pause.ts';
import type { Store } from '../store/store.ts';
import { sentBefore } from '../store/sent-before.ts';
import type { CourierParts } from './courier.ts';

export type CanaryParts = { secrets: Secrets; recipients: readonly string[] };

/** Plants the canary of this hour, if no courier has yet. */
export async function plantCanary(parts: CourierParts): Promise<void> {
  const { store, canary, now: clock, isClockSteady } = parts;
  const now = clock();
  if (!canary) return forgetCanaries(store, now);
  if (await isPaused(store)) return;
  // One of an hour to come would be taken for planted when that hour comes.
  if (!(await isClockSteady())) return;
  await forgetCanariesAhead(store, now);
  const hour = `canary ${Math.floor(now.getTime() / canaryEveryMs)}`;
  const formKeyMac = canary.secrets.mac('form', hour);
  if (await sentBefore(store, formKeyMac)) return;
  await plantTest(store, { ...canary, service: canaryService, formKey: hour, now });
  await forgetOlderCanaries(store, formKeyMac, now);
}

export type NewTest = CanaryParts & {
  service: string;
  /** One test for each: the same again changes nothing. */
  formKey: string;
  now: Date;
};

/** Gives the reference of the test. */
export async function plantTest(store: Store, test: NewTest): Promise<string> {
  const { secrets, recipients, service, formKey, now } = test;
  const envelope = emptyTest(service, now);
  const { reference, innerCode, role, language, lane } = envelope;
  const accepted = await accept(store, {
    reference,
    service,
    area: null,
    role,
    language,
    lane,
    formKeyMac: secrets.mac('form', formKey),
    contentMac: secrets.mac('content', formKey),
    // Of a code that nobody has been given.
    receiptMac: secrets.mac('lookup', `test ${reference}`),
    innerCodeMac: secrets.mac('inner-code', reference, innerCode),
    sealed: await seal(padded(canonicalText(envelope)), recipients),
    acceptedAt: now,
    counters: [],
    isTest: true,
  });
  return accepted.reference;
}
