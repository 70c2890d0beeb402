/** How `npm run web` and `npm run courier` start their process, so that what is tested and measured is what runs. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export type Start = {
  /** What the script sets before the command. */
  readonly environment: Readonly<Record<string, string>>;
  /** What Node is started with; the file, from the root of the project, is the last. */
  readonly words: readonly string[];
};

export function startOf(script: 'web' | 'courier'): Start {
  const manifest = readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8');
  const { scripts } = JSON.parse(manifest) as { scripts: Record<typeof script, string> };
  const words = scripts[script].split(' ');
  const node = words.indexOf('node');
  return {
    environment: Object.fromEntries(words.slice(0, node).map((word) => word.split('='))),
    words: words.slice(node + 1),
  };
}
