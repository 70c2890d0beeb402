/** The only address on paper: the first page of the language. It says nothing of an area, a service or a person. */
import type { LanguageCode } from '../../i18n/languages.ts';

/** `shown` is what a person types: 'rj.example/en/'. */
export type NeutralAddress = { readonly href: string; readonly shown: string };

export function neutralAddress(site: URL | undefined, language: LanguageCode): NeutralAddress {
  const { href, host, pathname } = new URL(`/${language}/`, site);
  return { href, shown: `${host}${pathname}` };
}
