/** Which catalogue entries a test proves: the ids before the colon of its title, as in 'B7, B8: a server that …'. */
import { globSync, readFileSync } from 'node:fs';

const atStart = /^((?:[A-K]\d{1,2}, )*[A-K]\d{1,2}): /;

/** Empty for a title without ids. An id need not be in the catalogue. */
export function idsOf(title: string): readonly string[] {
  return atStart.exec(title)?.[1]?.split(', ') ?? [];
}

/** What tells Playwright which tests to run; it puts project, file and groups before the title. */
export const titlePattern = String.raw`(?:^| )(?:[A-K]\d{1,2}, )*[A-K]\d{1,2}: `;

export type Claim = { readonly file: string; readonly ids: readonly string[] };

/** Every title with ids in the tests of a folder, read from their text: paths are relative to it. */
export function claimsIn(root: string): readonly Claim[] {
  return globSync('tests/**/*.{test,spec}.ts', { cwd: root })
    .sort()
    .flatMap((file) =>
      [...readFileSync(`${root}/${file}`, 'utf8').matchAll(/['"`]((?:[A-K]\d{1,2}, )*[A-K]\d{1,2}): /g)].map(
        ([, found = '']) => ({ file, ids: found.split(', ') }),
      ),
    );
}
