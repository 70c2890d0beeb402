/** Everything the finder can answer, in one language. The browser fetches it once, before anything is typed. */
import type { APIRoute } from 'astro';
import { findData } from '../../../components/find/find-data.ts';
import { isLanguage } from '../../../i18n/languages.ts';
import { isOffered } from '../../../site.ts';

export const prerender = false;

export const GET: APIRoute = ({ params: { lang }, locals }) => {
  if (!isLanguage(lang) || !isOffered(lang)) return new Response(null, { status: 404 });
  return Response.json(findData(locals.desk, lang));
};
