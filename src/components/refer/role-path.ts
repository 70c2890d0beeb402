/** The neutral address of each role's form: the address bar and the history never say who the person is. */
import { roles, type Role } from '../../referral/choices.ts';

/** 'harmed' → '1'. */
export function pathOfRole(role: Role): string {
  return String(roles.indexOf(role) + 1);
}

/** '1' → 'harmed'; undefined for any other address. */
export function roleOfPath(path: string | undefined): Role | undefined {
  return roles.find((role) => pathOfRole(role) === path);
}
