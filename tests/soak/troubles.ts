/** What goes wrong on a bad day, one at a time. Each ends by itself. */
import { setTimeout as wait } from 'node:timers/promises';
import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import type { SmtpSink } from '../support/smtp-sink.ts';
import type { MortalProcess } from './mortal-process.ts';

export type Trouble = {
  readonly name: string;
  readonly happen: () => Promise<void>;
  readonly endsWeb?: boolean;
};

type Parts = { origin: string; web: MortalProcess; courier: MortalProcess; sink: SmtpSink; dataDir: string };

const lastsMs = 8_000;

export function troublesOf({ origin, web, courier, sink, dataDir }: Parts): readonly Trouble[] {
  const mailServer = (name: string, replies: SmtpSink['script']['replies']): Trouble => ({
    name,
    async happen() {
      sink.script.replies = replies;
      await wait(lastsMs);
      sink.script.replies = {};
    },
  });
  return [
    { name: 'A1 the web process is killed', happen: async () => web.kill('SIGKILL'), endsWeb: true },
    { name: 'A2 the courier is killed', happen: async () => courier.kill('SIGKILL') },
    {
      name: 'A6 another process holds the database',
      async happen() {
        const database = new DatabaseSync(join(dataDir, 'referrals.db'));
        database.exec('pragma busy_timeout = 10000; begin exclusive');
        await wait(lastsMs);
        database.exec('rollback');
        database.close();
      },
    },
    {
      name: 'B16 the courier stands still',
      async happen() {
        courier.kill('SIGSTOP');
        await wait(lastsMs);
        courier.kill('SIGCONT');
      },
    },
    mailServer('B2 the mail server says nothing after the message', { stored: 'stall' }),
    mailServer('B3 the mail server hangs up after keeping the message', { stored: 'drop' }),
    mailServer('B4 the mail server is busy', { rcpt: '451 later' }),
    mailServer('B17 the mail server hangs up at once', { greeting: 'drop' }),
    {
      name: 'D1 somebody sends far too much',
      async happen() {
        const body = 'x'.repeat(10_000_000);
        await Promise.allSettled(
          Array.from({ length: 10 }, () => fetch(`${origin}/en/refer/1/`, { method: 'POST', body })),
        );
      },
    },
  ];
}
