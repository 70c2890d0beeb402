/** The link in a notice. Its secret part is a fragment: browsers never send it, so it reaches no log and no proxy. */
import type { WorkerLanguageCode } from '../i18n/languages.ts';
import { sameSecret, type Secrets } from './secrets.ts';

/**
 * The secret part: 128 bits in hex, computed from the reference, so that nothing has to be stored for it.
 *
 * @param handedOn how often the referral had been handed on: each service has a link of its own
 */
export function capabilityOf(secrets: Secrets, reference: string, handedOn = 0): string {
  const parts = handedOn === 0 ? [reference] : [reference, String(handedOn)];
  return secrets.mac('capability', ...parts).slice(0, 32);
}

/** How often a referral had been handed on when a link with this capability was made; undefined when none was. */
export function handOfCapability(
  secrets: Secrets,
  { reference, capability, handedOn }: { reference: string; capability: string; handedOn: number },
): number | undefined {
  for (let hand = handedOn; hand >= 0; hand--) {
    if (sameSecret(capability, capabilityOf(secrets, reference, hand))) return hand;
  }
  return undefined;
}

/** The page on which a service opens this reference. */
export function linkTo(
  origin: string,
  secrets: Secrets,
): (reference: string, language: WorkerLanguageCode, handedOn: number) => string {
  return (reference, language, handedOn) =>
    `${origin}/${language}/p/#${reference}.${capabilityOf(secrets, reference, handedOn)}`;
}
