import type { Store } from './store.ts';

/**
 * What became of a form with this key: accepted, so that Back after sending shows no answers again; or taken back since,
 * so that it is not sent anew by the way. Undefined for one that was never sent.
 */
export async function sentBefore(
  store: Store,
  formKeyMac: string,
): Promise<'sent' | 'taken-back' | undefined> {
  const newest = await store.db
    .selectFrom('referral')
    .select('state')
    .where('form_key_mac', '=', formKeyMac)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (!newest) return undefined;
  return newest.state === 'withdrawn' ? 'taken-back' : 'sent';
}
