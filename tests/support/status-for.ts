import { progressOf } from '../../src/server/store/status.ts';
import type { Store } from '../../src/server/store/store.ts';

/** The word that somebody with this receipt reads. */
export const statusFor = async (store: Store, receiptMac: string, now: Date) =>
  (await progressOf(store, receiptMac, now))?.word;
