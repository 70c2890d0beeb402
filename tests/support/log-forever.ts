/**
 * Logs as a process does that takes referrals, for so many milliseconds, and says by its exit code that it came to its
 * end.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { endOnUncaught, standardLog } from '../../src/server/log.ts';

const log = standardLog('test');
endOnUncaught(log);
const until = performance.now() + Number(process.argv[2]);
while (performance.now() < until) {
  for (let count = 0; count < 2000; count += 1) log({ code: 'accepted' });
  await wait(5);
}
log({ code: 'last' });
// 7 when it came to its end, and held no more than a little of what nobody reads.
process.exit(process.stdout.writableLength < 2 * 1024 * 1024 ? 7 : 8);
