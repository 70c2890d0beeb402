/** The compiled postcode tables that the finder looks in, as they lie under `data/postcodes/`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { APIRoute } from 'astro';

export const prerender = true;

export const getStaticPaths = () => ['areas', 'ask', 'near'].map((table) => ({ params: { table } }));

export const GET: APIRoute = ({ params: { table } }) =>
  new Response(new Uint8Array(readFileSync(join('data', 'postcodes', `${table}.bin`))));
