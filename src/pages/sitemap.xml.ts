/** Every page that search engines may list, with its languages. Forms and answers are not among them. */
import type { APIRoute } from 'astro';
import { getCollection } from 'astro:content';
import { pathIn } from '../components/page/paths.ts';
import { pages } from '../content/pages.ts';
import { textLanguages } from '../content/texts.ts';
import { languageOf, type LanguageCode } from '../i18n/languages.ts';
import { isOffered, offeredLanguages } from '../site.ts';

export const prerender = true;

type Listed = { readonly path: string; readonly languages: readonly LanguageCode[] };
const everywhere = offeredLanguages.map(({ code }) => code);

const fixed: readonly Listed[] = ['/', '/find/', '/help-now/', '/privacy/', '/all/', '/areas/'].map(
  (path) => ({
    path,
    languages: everywhere,
  }),
);
const areas: readonly Listed[] = (await getCollection('areas')).map(({ id }) => ({
  path: `/areas/${id}/`,
  languages: everywhere,
}));
const toRead: readonly Listed[] = pages.map(({ id, path }) => ({
  path,
  languages: textLanguages(id).filter(isOffered),
}));

export const GET: APIRoute = ({ site }) => {
  const address = (code: LanguageCode, path: string) => new URL(pathIn(code, path), site).href;
  const entries = [...fixed, ...areas, ...toRead].flatMap(({ path, languages }) => {
    const alternates = languages.map(
      (code) =>
        `<xhtml:link rel="alternate" hreflang="${languageOf(code).tag}" href="${address(code, path)}"/>`,
    );
    return languages.map((code) => `<url><loc>${address(code, path)}</loc>${alternates.join('')}</url>`);
  });
  return new Response(
    `<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">\n${entries.join('\n')}\n</urlset>\n`,
    { headers: { 'Content-Type': 'application/xml; charset=utf-8' } },
  );
};
