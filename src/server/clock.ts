/** Time is passed in. `CLOCK_FILE` moves it for tests and rehearsals. */
import { readFileSync, statSync } from 'node:fs';
import * as z from 'zod';

export type Clock = () => Date;

/** An instant and how fast time goes from there: `{"instant": "2026-11-20T09:00:00Z", "rate": 60}`. */
export const ClockFile = z.strictObject({ instant: z.iso.datetime(), rate: z.number().nonnegative() });
export type ClockFile = z.infer<typeof ClockFile>;

export const machineClock: Clock = () => new Date();

/**
 * A clock that started at the file's `instant` when the file was last written, and goes `rate` seconds a second.
 * Writing the file anew moves every process that reads it.
 *
 * @throws when the file is missing or is not a ClockFile.
 */
export function clockFrom(file: string): Clock {
  let writtenMs = Number.NaN;
  let setting: ClockFile | undefined;
  const read = (): ClockFile => {
    const { mtimeMs } = statSync(file);
    if (setting && mtimeMs === writtenMs) return setting;
    writtenMs = mtimeMs;
    setting = ClockFile.parse(JSON.parse(readFileSync(file, 'utf8')));
    return setting;
  };
  read();
  return () => {
    const { instant, rate } = read();
    return new Date(Date.parse(instant) + (Date.now() - writtenMs) * rate);
  };
}
