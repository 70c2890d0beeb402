/** The courier as it runs in production: a process of its own, on a folder, with a clock in a file. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { prepareDemonstration } from '../../scripts/demonstration/keys.ts';
import { readCatalogue } from '../../src/server/catalogue.ts';
import { loadSecrets } from '../../src/server/secrets.ts';
import { openStore } from '../../src/server/store/open-store.ts';
import type { Store } from '../../src/server/store/store.ts';
import { startOf } from './npm-script.ts';
import type { SmtpSink } from './smtp-sink.ts';
import type { Lifetime } from './stores.ts';

export type CourierProcesses = {
  readonly store: Store;
  /** Those that the directory lists. */
  readonly services: readonly string[];
  /** For another process that is to go by the same clock. */
  readonly clockFile: string;
  /** Resolves when it is at work. */
  start(): Promise<ChildProcess>;
  /** Moves the clock; from there it goes as usual. */
  setClock(instant: Date): void;
};

export async function courierProcesses(
  t: Lifetime,
  {
    dataDir,
    secondCopyDir,
    sink,
    from,
  }: { dataDir: string; secondCopyDir?: string; sink: SmtpSink; from: Date },
): Promise<CourierProcesses> {
  const services = readCatalogue().services.map(({ id }) => id);
  await prepareDemonstration(dataDir, join(dataDir, 'directory.json'), services);
  const clockFile = join(dataDir, 'clock.json');
  const setClock = (instant: Date) => {
    writeFileSync(clockFile, JSON.stringify({ instant: instant.toISOString(), rate: 1 }));
  };
  setClock(from);
  loadSecrets(dataDir);
  const store = await openStore({ dataDir });
  const started = new Set<ChildProcess>();
  t.after(async () => {
    for (const child of started) child.kill('SIGKILL');
    await store.close();
  });
  return {
    store,
    services,
    clockFile,
    setClock,
    async start() {
      const { words, environment } = startOf('courier');
      const child = spawn(process.execPath, words, {
        cwd: join(import.meta.dirname, '../..'),
        stdio: ['ignore', 'pipe', 'inherit'],
        env: {
          PATH: process.env['PATH'],
          ...environment,
          PORTAL_DEMONSTRATION: '1',
          DATA_DIR: dataDir,
          ...(secondCopyDir && { SECOND_COPY_DIR: secondCopyDir }),
          SMTP_PORT: String(sink.port),
          CLOCK_FILE: clockFile,
        },
      });
      started.add(child);
      child.once('exit', () => started.delete(child));
      await once(child.stdout, 'data');
      child.stdout.resume();
      return child;
    },
  };
}

/** The most memory a process has held, in megabytes; undefined where the system does not say. */
export function peakMegabytes(pid: number | undefined): number | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Math.round(Number(/^VmHWM:\s+(\d+) kB$/mu.exec(status)?.[1]) / 1024);
  } catch {
    return undefined;
  }
}
