/** A process of ours that may be killed at any moment and is started again, as systemd does in production. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { startOf } from '../support/npm-script.ts';

export type MortalProcess = {
  readonly pid: () => number;
  readonly kill: (signal: NodeJS.Signals) => void;
  /** Ends it for good. */
  readonly end: () => Promise<void>;
};

/** Resolves when it has printed `ready` for the first time. A second after it dies it is started again. */
export async function aMortalProcess(
  script: 'web' | 'courier',
  environment: Readonly<Record<string, string>>,
  ready: string,
): Promise<MortalProcess> {
  let child: ChildProcess;
  let isOver = false;
  const begun = startOf(script);

  function start(): Promise<void> {
    child = spawn(process.execPath, begun.words, {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { PATH: process.env['PATH'], ...begun.environment, ...environment },
    });
    child.once('exit', () => {
      if (!isOver) setTimeout(() => !isOver && void start(), 1_000);
    });
    return new Promise((up) => {
      child.stdout?.setEncoding('utf8').on('data', (text: string) => {
        if (text.includes(ready)) up();
      });
    });
  }

  await start();
  return {
    pid: () => child.pid ?? 0,
    kill: (signal) => void child.kill(signal),
    async end() {
      isOver = true;
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}
