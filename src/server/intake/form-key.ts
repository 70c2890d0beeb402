/**
 * The key of one rendered form: tells a second press of Send from a second referral.
 *
 * The server keeps nothing for it. `key.issuedAt.mac` travels as a hidden field; the receipt is computed from the key,
 * so a retry after a lost answer shows the same code although only a MAC of it is stored.
 */
import { randomBytes } from 'node:crypto';
import { codeFrom } from '../../referral/codes.ts';
import { sameSecret, type Secrets } from '../secrets.ts';

/** Distressed people are slow, and so are shared computers: two days. Working past it costs nothing typed. */
export const formKeyHoursMax = 48;

/** A clock may differ between two machines behind one address. */
const aheadMinutesMax = 15;

export type FormKey = { readonly key: string; readonly issuedAt: Date };

/** A fresh key as it stands in the form. */
export function newFormKey(secrets: Secrets, now: Date): string {
  const key = randomBytes(16).toString('hex');
  const issued = now.getTime().toString(36);
  return `${key}.${issued}.${secrets.mac('form', key, issued)}`;
}

/** The key if it is ours and fresh, else undefined: missing, forged, from the future or older than 48 hours. */
export function readFormKey(typed: string | undefined, secrets: Secrets, now: Date): FormKey | undefined {
  const [key, issued, mac, ...rest] = (typed ?? '').split('.');
  if (!key || !issued || !mac || rest.length > 0) return undefined;
  if (!sameSecret(mac, secrets.mac('form', key, issued))) return undefined;
  const issuedAt = new Date(Number.parseInt(issued, 36));
  const ageMinutes = (now.getTime() - issuedAt.getTime()) / 60_000;
  if (ageMinutes > formKeyHoursMax * 60 || ageMinutes < -aheadMinutesMax) return undefined;
  return { key, issuedAt };
}

/** 16 Crockford characters (80 bits), the same whenever the same form is sent again. */
export function receiptFor(key: FormKey, secrets: Secrets): string {
  return codeFrom(Buffer.from(secrets.mac('receipt', key.key), 'hex'), 16);
}
