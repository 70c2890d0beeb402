/** What a database on disk holds, beside what people were promised. */
import assert from 'node:assert/strict';
import { receiptLength, tidyCode } from '../../src/referral/codes.ts';
import { loadSecrets } from '../../src/server/secrets.ts';
import { openSqlite } from '../../src/server/store/sqlite.ts';

/** Fails unless each receipt is that of one referral whose service will be told once, and no form is kept twice. */
export function expectKept(dataDir: string, receipts: readonly string[]): void {
  const secrets = loadSecrets(dataDir);
  const database = openSqlite(dataDir);
  const rows = database
    .prepare(
      `select receipt_mac, form_key_mac, (select count(*) from notice where notice.reference = referral.reference) as notices
      from referral`,
    )
    .all();
  database.close();
  const noticesOf = new Map(rows.map((row) => [row['receipt_mac'], row['notices']]));
  for (const receipt of receipts) {
    const mac = secrets.mac('lookup', tidyCode(receipt, receiptLength) ?? '');
    assert.equal(noticesOf.get(mac), 1, 'a receipt was shown for what is not on disk');
  }
  assert.equal(new Set(rows.map((row) => row['form_key_mac'])).size, rows.length, 'no form is kept twice');
  assert.ok(rows.every((row) => row['notices'] === 1));
}
