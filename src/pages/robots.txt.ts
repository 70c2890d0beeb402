/** Machines may read every page. The demonstration asks to be left out, so that nobody in need finds it first. */
import type { APIRoute } from 'astro';
import { site as installation } from '../site.ts';

export const prerender = true;

export const GET: APIRoute = ({ site }) =>
  new Response(
    installation.demonstration
      ? 'User-agent: *\nDisallow: /\n'
      : `User-agent: *\nDisallow: /exit\nDisallow: /p/\n\nSitemap: ${new URL('/sitemap.xml', site).href}\n`,
    { headers: { 'Content-Type': 'text/plain; charset=utf-8' } },
  );
