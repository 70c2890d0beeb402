/** All words of one string file at once, for an island: a browser loads no i18next and is handed what it draws. */
import { strings, type Source } from './strings.ts';
import type { Key, Translate } from './translate.ts';

/** A missing word throws, as everywhere, so it fails the build. Words of an island hold no placeholders. */
export function branch<Name extends keyof Source>(name: Name, t: Translate): Source[Name] {
  // The copy has every key of the English file with a text in its place, so it has the English file's shape.
  return said(strings.en[name], name, t) as Source[Name];
}

function said(tree: object, path: string, t: Translate): object {
  return Object.fromEntries(
    Object.entries(tree).map(([key, value]: [string, unknown]) => {
      const full = `${path}.${key}`;
      const isBranch = typeof value === 'object' && value !== null;
      // Keys come from the same file that the type `Key` is made of.
      return [key, isBranch ? said(value, full, t) : t(full as Key)];
    }),
  );
}
