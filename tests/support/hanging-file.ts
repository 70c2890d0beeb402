/** A file that does not answer, as on a network disk that is gone: a pipe, which keeps whoever opens it. */
import { spawnSync } from 'node:child_process';
import { closeSync, constants, linkSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Lifetime } from './stores.ts';

/** The end of the test lets go of whoever waits there: a process cannot end before. */
export function aHangingFile(t: Lifetime, path: string): { answer(): void } {
  // Under a name of its own as well, because the folder it stands in may go first.
  const folder = mkdtempSync(join(tmpdir(), 'portal-pipe-'));
  const pipe = join(folder, 'pipe');
  if (spawnSync('mkfifo', [pipe]).status !== 0) throw new Error('no pipe could be made');
  linkSync(pipe, path);
  const answer = () => closeSync(openSync(pipe, constants.O_RDWR | constants.O_NONBLOCK));
  t.after(() => {
    answer();
    rmSync(folder, { recursive: true });
  });
  return { answer };
}
