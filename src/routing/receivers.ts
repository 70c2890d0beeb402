/** Which services a referral may be handed on to, and finding one of them by name. */
import type { Kind, Role } from '../referral/choices.ts';
import { ruleAgainst, type Rules } from './fit.ts';
import type { AreaCode } from './lookup.ts';
import type { ServiceId } from './service.ts';

export type ReceivingService = Rules & {
  readonly id: ServiceId;
  readonly name: string;
  /** Empty for one that works everywhere. */
  readonly areas: readonly { readonly code: AreaCode; readonly name: string }[];
  /** Names of the councils in its areas: to be found by, and not shown. */
  readonly councils: readonly string[];
};

/**
 * Those that have not said no to such a referral. Where only the person harmed can start, it is not handed on either:
 * a service's own rule is the only way round.
 */
export function receiversFor(
  services: readonly ReceivingService[],
  question: { readonly role: Role; readonly kind?: Kind },
): readonly ReceivingService[] {
  return services.filter((service) => ruleAgainst(service, question) === undefined);
}

/** Those whose name, areas or councils hold every word that was typed; accents and capital letters do not matter. */
export function foundBy(typed: string, services: readonly ReceivingService[]): readonly ReceivingService[] {
  const words = plain(typed.slice(0, 100)).split(' ').filter(Boolean);
  return services.filter(({ name, areas, councils }) => {
    const text = plain([name, ...areas.map((area) => area.name), ...councils].join(' '));
    return words.every((word) => text.includes(word));
  });
}

function plain(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ');
}
