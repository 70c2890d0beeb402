/** An Atom feed (RFC 4287) of the stories in one language. It has no entries until a story is published. */
import type { APIRoute, GetStaticPaths } from 'astro';
import { languageOf, type LanguageCode } from '../../i18n/languages.ts';
import { wordsIn } from '../../i18n/translate.ts';
import { offeredLanguages } from '../../site.ts';

export const prerender = true;

export const getStaticPaths: GetStaticPaths = () =>
  offeredLanguages.map(({ code }) => ({ params: { lang: code }, props: { code } }));

/** Nothing was published before this day. */
const begun = '2026-11-21T00:00:00Z';

export const GET: APIRoute<{ code: LanguageCode }> = ({ props: { code }, site }) => {
  const t = wordsIn(code);
  const home = new URL(`/${code}/`, site).href;
  const own = new URL(`/${code}/feed.xml`, site).href;
  return new Response(
    `<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="${languageOf(code).tag}">
  <title>${t('page.name')}</title>
  <id>${home}</id>
  <link rel="self" type="application/atom+xml" href="${own}"/>
  <link rel="alternate" type="text/html" hreflang="${languageOf(code).tag}" href="${home}"/>
  <updated>${begun}</updated>
  <author><name>${t('page.name')}</name></author>
</feed>
`,
    { headers: { 'Content-Type': 'application/atom+xml; charset=utf-8' } },
  );
};
