/** The way out: a neutral page elsewhere, and what this browser still holds of ours is cleared. */
import type { APIRoute } from 'astro';

export const prerender = false;

/** The same page for everybody, one that nobody needs to explain. */
const elsewhere = 'https://www.bbc.co.uk/weather';

export const GET: APIRoute = () =>
  new Response(null, {
    status: 303,
    headers: {
      Location: elsewhere,
      'Clear-Site-Data': '"cache", "storage"',
      'Cache-Control': 'no-store',
    },
  });
