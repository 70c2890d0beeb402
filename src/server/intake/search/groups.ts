/** Reads the list of what people type, and refuses it as a whole or takes it as a whole. */
import { readFileSync } from 'node:fs';
import { searchGroups, type SearchGroup } from '../../../content/search-words.ts';
import { helplineOf, type Catalogue } from '../../../routing/catalogue.ts';
import { ConfigError } from '../../failure.ts';

/** @throws ConfigError with every mistake in it. */
export function readGroups(file: string, catalogue: Catalogue): readonly SearchGroup[] {
  const read = searchGroups.safeParse(parse(readFileSync(file, 'utf8')));
  if (!read.success)
    throw new ConfigError(
      read.error.issues.map(({ path, message }) => `${file}: ${path.join('.')}: ${message}`),
    );
  const named = read.data.flatMap(({ help }) => help ?? []);
  const unknown = named.filter((id) => helplineOf(catalogue, id) === undefined);
  if (unknown.length > 0) throw new ConfigError(unknown.map((id) => `${file}: no helpline ${id}`));
  return read.data;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
