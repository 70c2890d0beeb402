/** The two processes where there is no network but loopback, so that whatever they would reach elsewhere is not there. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import test from 'node:test';
import type { OnLoopback } from '../support/refer-on-loopback.ts';

/** Runs a command in a network of its own; anybody but root needs a user of their own as well. */
function onLoopback(command: readonly string[]) {
  const mine = process.getuid?.() === 0 ? '-n' : '-rn';
  const words = [mine, 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh', ...command];
  return spawnSync('unshare', words, { encoding: 'utf8', timeout: 120_000 });
}

test(
  'J11: the web process takes a referral and the courier delivers it where there is no network but loopback, and neither tries to leave it',
  { skip: onLoopback(['true']).status === 0 ? false : 'unshare -n is not permitted here' },
  (t) => {
    const script = join(import.meta.dirname, '../support/refer-on-loopback.ts');
    const ran = onLoopback([process.execPath, script]);
    assert.equal(ran.status, 0, ran.stderr);
    const { status, hasReceipt, mails, strayed, strayedOnPurpose } = JSON.parse(ran.stdout) as OnLoopback;
    assert.deepEqual({ status, hasReceipt, mails }, { status: 200, hasReceipt: true, mails: 1 });
    assert.equal(strayed, 0, 'something tried to reach another machine');
    assert.equal(strayedOnPurpose, 1, 'and would have been counted');
    t.diagnostic('figure: one receipt, one mail, no packet for elsewhere');
  },
);
