/**
 * A test every four weeks to each service that has agreed to it, so that a key that was lost or a mailbox that nobody reads
 * is found before a person is failed by it. What happens when nobody confirms one stands in `escalate.ts`.
 */
import { lastTests } from '../store/canary.ts';
import { isPaused } from '../store/pause.ts';
import { isWorkingTime } from '../working-time.ts';
import { plantTest, type CanaryParts } from './canary.ts';
import type { CourierParts } from './courier.ts';

/** A week before the test before is forgotten (`testDays`), so that there is time to confirm this one. */
const everyMs = 28 * 24 * 60 * 60 * 1000;

export type ServiceTests = {
  secrets: CanaryParts['secrets'];
  services: readonly { service: string; recipients: readonly string[] }[];
};

/** Only while somebody can be expected there. Any number of couriers may do so at once: one test goes. */
export async function sendServiceTests(parts: CourierParts): Promise<void> {
  const { store, serviceTests, isClockSteady } = parts;
  const now = parts.now();
  if (!serviceTests || !isWorkingTime(now)) return;
  if ((await isPaused(store)) || !(await isClockSteady())) return;
  const tests = await lastTests(store);
  for (const { service, recipients } of serviceTests.services) {
    const sentMs = tests.get(service)?.sent.getTime();
    if (sentMs !== undefined && now.getTime() - sentMs < everyMs) continue;
    const formKey = `regular test ${service} after ${sentMs ?? 'none'}`;
    await plantTest(store, { secrets: serviceTests.secrets, service, recipients, formKey, now });
  }
}
