/** A log that takes nothing more must never end or stall a process that takes referrals. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, openSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';

const script = join(import.meta.dirname, '../support/log-forever.ts');

/** Resolves with its exit code: 7 when it came to its end. */
async function exitOf(stdout: 'pipe' | number, meet?: (child: ReturnType<typeof spawn>) => void) {
  const child = spawn(process.execPath, [script, '500'], { stdio: ['ignore', stdout, 'inherit'] });
  meet?.(child);
  // One that stands still would never come to its end.
  const timer = setTimeout(() => child.kill('SIGKILL'), 15_000);
  const [code] = (await once(child, 'exit')) as [number | null];
  clearTimeout(timer);
  return code;
}

test('a full disk under the log ends nothing', { skip: !existsSync('/dev/full') }, async () => {
  assert.equal(await exitOf(openSync('/dev/full', 'w')), 7);
});

test('a pipe whose reader has gone ends nothing', async () => {
  const code = await exitOf('pipe', ({ stdout }) => void stdout?.once('data', () => stdout.destroy()));
  assert.equal(code, 7);
});

test('a pipe whose reader stands still stalls nothing, and what waits for it is bounded', async () => {
  assert.equal(await exitOf('pipe', ({ stdout }) => void stdout?.pause()), 7);
});
