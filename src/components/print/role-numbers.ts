/** Roles as paper names them: by the number that stands beside the role on the form, and in its address online. */
import type { Role } from '../../referral/choices.ts';
import { pathOfRole } from '../refer/role-path.ts';

/** ['harmed', 'responsible'] → '1 · 2'. A dot, because no comma or "and" is right in every language. */
export function roleNumbers(roles: readonly Role[]): string {
  return roles.map(pathOfRole).join(' · ');
}
