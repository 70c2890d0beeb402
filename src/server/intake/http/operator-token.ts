/**
 * A token in the forms of the operator's page: only who could read the page can send one.
 *
 * The key is made with the listener and kept nowhere, so a restart asks for the decision once more.
 */
import { createHmac, randomBytes } from 'node:crypto';
import { sameSecret } from '../../secrets.ts';

/** A working day and a night: the page may have been open since yesterday. */
const goodHours = 24;

export type Tokens = {
  make(now: Date): string;
  accepts(typed: string | undefined, now: Date): boolean;
};

export function newTokens(): Tokens {
  const key = randomBytes(32);
  const mac = (issued: string) => createHmac('sha256', key).update(issued).digest('hex');
  return {
    make(now) {
      const issued = now.getTime().toString(36);
      return `${issued}.${mac(issued)}`;
    },
    accepts(typed, now) {
      const [issued = '', signed = ''] = (typed ?? '').split('.');
      if (!sameSecret(signed, mac(issued))) return false;
      const ageHours = (now.getTime() - Number.parseInt(issued, 36)) / 3_600_000;
      return ageHours >= 0 && ageHours <= goodHours;
    },
  };
}
