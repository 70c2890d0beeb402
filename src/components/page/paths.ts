/** Addresses with and without their language: `/en/find/` is `/find/` in English. */
import { isLanguage, type LanguageCode } from '../../i18n/languages.ts';

/** '/en/find/' → '/find/'; an address that has no language, such as '/404/', stands for the home page: '/'. */
export function pathWithoutLanguage(pathname: string): string {
  const [, first, ...rest] = pathname.split('/');
  return isLanguage(first) ? `/${rest.join('/')}` : '/';
}

/** ('cy', '/find/') → '/cy/find/'. Always ends in a slash. */
export function pathIn(language: LanguageCode, path: string): string {
  return `/${language}${path.endsWith('/') ? path : `${path}/`}`;
}

/** The places every reader can go to, in the order of the menu. */
export const places = [
  { path: '/what-it-is/', key: 'page.places.whatItIs' },
  { path: '/find/', key: 'page.places.find' },
  { path: '/refer/', key: 'page.places.refer' },
  { path: '/status/', key: 'page.places.status' },
  { path: '/help-now/', key: 'page.places.helpNow' },
] as const;

/** What stands in the footer below them. */
export const lowerPlaces = [
  { path: '/all/', key: 'page.footer.all' },
  { path: '/search/', key: 'page.footer.search' },
  { path: '/areas/', key: 'page.footer.areas' },
  { path: '/easy-read/', key: 'page.footer.easy' },
  { path: '/professionals/', key: 'page.footer.professionals' },
  { path: '/privacy/', key: 'page.footer.privacy' },
  { path: '/accessibility/', key: 'page.footer.accessibility' },
  { path: '/about/', key: 'page.footer.about' },
  { path: '/contact/', key: 'page.footer.contact' },
] as const;
