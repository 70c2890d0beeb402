/**
 * A service that reads its mail: opens every referral it is told of with its own key, and confirms it with the code
 * inside.
 */
import PostalMime from 'postal-mime';
import { parseEnvelope } from '../../src/referral/envelope.ts';
import { open } from '../../src/referral/seal.ts';
import type { SmtpSink } from '../support/smtp-sink.ts';

export type Robot = {
  /** What people asked to be called, and when a person at the service confirmed: milliseconds since 1970. */
  readonly confirmed: ReadonlyMap<string, number>;
  /** Looks through the mail that has come since the last time. What cannot be opened is tried again. */
  readonly readMail: () => Promise<void>;
};

export function aRobot(origin: string, sink: SmtpSink, identity: string): Robot {
  const confirmed = new Map<string, number>();
  const waiting: string[] = [];
  let read = 0;

  async function confirm(link: string): Promise<boolean> {
    const [reference = '', capability = ''] = new URL(link).hash.slice(1).split('.');
    const opened = await asked('/p/open', { reference, capability });
    if (opened['state'] !== 'here') return opened['state'] === 'gone';
    const { innerCode, answers } = parseEnvelope(
      await open(Buffer.from(String(opened['sealed']), 'base64'), identity),
    );
    const answer = await asked('/p/ack', { reference, code: innerCode });
    const isDone = answer['state'] === 'acknowledged' || answer['state'] === 'already';
    const name = String(answers['call-me']);
    if (isDone && !confirmed.has(name)) confirmed.set(name, Date.now());
    return isDone;
  }

  async function asked(path: string, fields: Record<string, string>): Promise<Record<string, unknown>> {
    const response = await fetch(origin + path, {
      method: 'POST',
      body: new URLSearchParams(fields),
      headers: { origin },
      signal: AbortSignal.timeout(10_000),
    });
    return (await response.json()) as Record<string, unknown>;
  }

  return {
    confirmed,
    async readMail() {
      for (; read < sink.taken.length; read += 1) {
        const { text = '' } = await PostalMime.parse(sink.taken[read]?.data ?? '');
        waiting.push(...new Set(text.match(/https?:\/\/\S+\/en\/p\/#\S+/g)));
      }
      for (const link of waiting.splice(0)) {
        if (!(await confirm(link).catch(() => false))) waiting.push(link);
      }
    },
  };
}
