/** What `npm run build` notes of itself when it has come to its end. */
import { readFileSync } from 'node:fs';
import * as z from 'zod';

const BuildStamp = z.object({
  /** Whether the pages say that they are a demonstration. */
  demonstration: z.boolean(),
  /** SHA-256 of what the pages were built from. */
  sources: z.string(),
});
export type BuildStamp = z.infer<typeof BuildStamp>;

/** In the working folder. */
export const buildStampFile = 'dist/build.json';

/** Undefined where there is none, or what is there is not whole. */
export function readBuildStamp(): BuildStamp | undefined {
  try {
    return BuildStamp.parse(JSON.parse(readFileSync(buildStampFile, 'utf8')));
  } catch {
    return undefined;
  }
}
