/** What this machine does when it does one thing alone: what the portal's own rates are compared with. */
import { openSqlite } from '../../src/server/store/sqlite.ts';
import { newKeyPair, seal } from '../../src/referral/seal.ts';
import { aFolder, type Lifetime } from '../support/stores.ts';

const lastsMs = 3_000;
/** A sealed referral of usual length. */
const sealedBytes = 4_400;

/** Commits that survive a power cut, per second: one row each, in a database opened as ours is. */
export function durableCommitsPerSecond(life: Lifetime): number {
  const database = openSqlite(aFolder(life));
  database.exec('create table kept (id integer primary key, sealed blob not null)');
  const insert = database.prepare('insert into kept (sealed) values (?)');
  const sealed = new Uint8Array(sealedBytes).fill(7);
  const started = performance.now();
  let count = 0;
  for (; performance.now() - started < lastsMs; count += 1) insert.run(sealed);
  const rate = perSecond(count, performance.now() - started);
  database.close();
  return rate;
}

/** Seals to two keys per second, on as much of the machine as the library takes. */
export async function sealsPerSecond(): Promise<number> {
  const recipients = [(await newKeyPair()).recipient, (await newKeyPair()).recipient];
  const text = new Uint8Array(4096).fill(32);
  const started = performance.now();
  let count = 0;
  for (; performance.now() - started < lastsMs; count += 8) {
    await Promise.all(Array.from({ length: 8 }, () => seal(text, recipients)));
  }
  return perSecond(count, performance.now() - started);
}

export function perSecond(count: number, ms: number): number {
  return (count * 1000) / ms;
}

export function median(times: readonly number[]): number {
  return times.toSorted((one, other) => one - other)[Math.floor(times.length / 2)] ?? 0;
}
