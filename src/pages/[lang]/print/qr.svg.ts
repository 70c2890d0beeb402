/** The QR code of a language: it leads to the first page, and never to an area or a form. */
import type { APIRoute } from 'astro';
import { neutralAddress } from '../../../components/print/neutral-address.ts';
import { qrSvg } from '../../../components/print/qr.ts';
import type { LanguageCode } from '../../../i18n/languages.ts';
import { offeredLanguages } from '../../../site.ts';

export const prerender = true;

export const getStaticPaths = () =>
  offeredLanguages.map(({ code }) => ({ params: { lang: code }, props: { language: code } }));

export const GET: APIRoute<{ language: LanguageCode }> = ({ props: { language }, site }) =>
  new Response(qrSvg(neutralAddress(site, language).href), { headers: { 'Content-Type': 'image/svg+xml' } });
