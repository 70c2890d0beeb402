/** The log: one JSON object a line, of a closed set of fields. There is no field for what a person typed. */
import { formatWithOptions } from 'node:util';

export type Event = { readonly code: string; readonly reference?: string; readonly service?: string };
export type Log = (event: Event) => void;

/** Only these fields are written, whatever else an object carries; control characters cannot survive JSON. */
export function logTo(write: (line: string) => void, part: string, now: () => Date = () => new Date()): Log {
  return ({ code, reference, service }) => {
    write(`${JSON.stringify({ at: now().toISOString(), part, code, reference, service })}\n`);
  };
}

/** So much waits for a reader that stands still; what comes on top of it is dropped. */
const waitingCharactersMax = 1024 * 1024;

/**
 * Writes to standard output. A full disk, or a pipe whose reader has gone, costs lines and nothing else: whoever takes
 * referrals goes on taking them, and the lines come again when there is room.
 */
export function standardLog(part: string): Log {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  return logTo((line) => {
    if (process.stdout.writableLength < waitingCharactersMax) process.stdout.write(line);
  }, part);
}

/**
 * Libraries print whole errors, and an error may quote what a person typed. What they print becomes one code.
 *
 * Call first thing in a process that handles referrals.
 */
export function silenceConsole(log: Log): void {
  for (const level of ['log', 'info', 'warn', 'error', 'debug'] as const) {
    // eslint-disable-next-line no-console -- taking it over is the point.
    console[level] = (...parts: unknown[]) => {
      const text = formatWithOptions({ depth: 0 }, ...parts);
      if (text !== '') log({ code: `library-${level}` });
    };
  }
}

/** An error nobody caught ends the process, with its kind and where in our code it was, never its words. */
export function endOnUncaught(log: Log): void {
  const end = (error: unknown) => {
    const name = error instanceof Error ? error.name : typeof error;
    // The words of the error stand above its frames, and may look like one.
    const frame = /^ {4}at .*?([\w./-]+\.(?:ts|mjs|js):\d+)/mu.exec(
      error instanceof Error ? (error.stack ?? '') : '',
    )?.[1];
    log({ code: `uncaught ${name} at ${frame?.split('/').slice(-3).join('/') ?? 'unknown'}` });
    process.exit(1);
  };
  process.on('uncaughtException', end);
  process.on('unhandledRejection', end);
}
