/** The link in a notice. Its secret part is a fragment: browsers never send it, so it reaches no log and no proxy. */
import type { WorkerLanguageCode } from '../i18n/languages.ts';
import type { Secrets } from './secrets.ts';

/** The secret part: 128 bits in hex, computed from the reference, so that nothing has to be stored for it. */
export function capabilityOf(secrets: Secrets, reference: string): string {
  return secrets.mac('capability', reference).slice(0, 32);
}

/** The page on which a service opens this reference. */
export function linkTo(
  origin: string,
  secrets: Secrets,
): (reference: string, language: WorkerLanguageCode) => string {
  return (reference, language) => `${origin}/${language}/p/#${reference}.${capabilityOf(secrets, reference)}`;
}
