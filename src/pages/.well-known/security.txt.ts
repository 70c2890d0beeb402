/** Whom to tell of a hole in the portal. https://www.rfc-editor.org/rfc/rfc9116 */
import type { APIRoute } from 'astro';
import { workerLanguageCodes } from '../../i18n/languages.ts';
import { site as installation } from '../../site.ts';

export const prerender = true;

/** The standard asks for less than a year; whoever builds more rarely has not looked after the contact either. */
const validMs = 360 * 24 * 60 * 60 * 1000;

export const GET: APIRoute = ({ site }) =>
  new Response(
    installation.demonstration
      ? '# This is a demonstration. Nobody runs it.\n'
      : [
          `Contact: ${new URL('/en/contact/', site).href}`,
          `Expires: ${new Date(Date.now() + validMs).toISOString()}`,
          `Preferred-Languages: ${workerLanguageCodes.join(', ')}`,
          `Canonical: ${new URL('/.well-known/security.txt', site).href}`,
          '',
        ].join('\n'),
    { headers: { 'Content-Type': 'text/plain; charset=utf-8' } },
  );
