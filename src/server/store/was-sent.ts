import type { Store } from './store.ts';

/** True when a form with this key has been accepted, so that Back after sending shows no answers again. */
export async function wasSent(store: Store, formKeyMac: string): Promise<boolean> {
  const row = await store.db
    .selectFrom('referral')
    .select('reference')
    .where('form_key_mac', '=', formKeyMac)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}
