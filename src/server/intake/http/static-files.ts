/** Serves what the build made: each file as it is, or as the `.br` or `.gz` beside it. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, relative, sep } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { additions } from './headers.ts';

type Encoding = 'br' | 'gzip' | 'identity';
type Variant = { readonly bytes: number; readonly etag: string; readonly body: () => Buffer };
type StaticFile = {
  readonly type: string;
  /** The build puts files with a hash in their name in one folder. */
  readonly isHashed: boolean;
  readonly isPage: boolean;
  readonly variants: Readonly<Partial<Record<Encoding, Variant>>>;
};

/** By the path people ask for: '/en/' for 'en/index.html'. Read once: compressed, the whole site is a few megabytes. */
export type StaticFiles = ReadonlyMap<string, StaticFile>;

export const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.txt': 'text/plain; charset=utf-8',
  '.xml': 'application/xml; charset=utf-8',
  '.bin': 'application/octet-stream',
};

export function readStaticFiles(clientDir: string): StaticFiles {
  const files = new Map<string, StaticFile>();
  for (const entry of readdirSync(clientDir, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || /\.(br|gz)$/.test(entry.name)) continue;
    const file = join(entry.parentPath, entry.name);
    const path = `/${relative(clientDir, file).split(sep).join('/')}`;
    files.set(path.replace(/\/index\.html$/, '/'), {
      type: types[extname(entry.name)] ?? 'application/octet-stream',
      isHashed: path.startsWith('/_astro/'),
      isPage: entry.name.endsWith('.html'),
      variants: variantsOf(file),
    });
  }
  return files;
}

function variantsOf(file: string): Partial<Record<Encoding, Variant>> {
  // Small files have no compressed sibling.
  if (!existsSync(`${file}.gz`)) return { identity: variantOf(readFileSync(file)) };
  const gzip = readFileSync(`${file}.gz`);
  return {
    br: variantOf(readFileSync(`${file}.br`)),
    gzip: variantOf(gzip),
    // Hardly anybody asks for it, and as it is it would be two thirds of what the site takes in memory.
    identity: { bytes: statSync(file).size, etag: etagOf(gzip, 'plain'), body: () => gunzipSync(gzip) },
  };
}

function variantOf(body: Buffer): Variant {
  return { bytes: body.length, etag: etagOf(body), body: () => body };
}

function etagOf(body: Buffer, form = ''): string {
  return `"${createHash('sha256').update(form).update(body).digest('base64url').slice(0, 22)}"`;
}

/** Answers a GET or HEAD; the caller has set the constant headers and those of the page's class. */
export function sendStaticFile(
  file: StaticFile,
  request: IncomingMessage,
  response: ServerResponse,
  status = 200,
) {
  const encoding = chooseEncoding(String(request.headers['accept-encoding'] ?? ''), file);
  const variant = file.variants[encoding];
  if (!variant) throw new Error('a static file without a body');
  if (!file.isPage) {
    response.setHeader('Cache-Control', additions[file.isHashed ? 'asset' : 'file']['Cache-Control'] ?? '');
  }
  response.setHeader('Vary', 'Accept-Encoding');
  response.setHeader('ETag', variant.etag);
  if (status === 200 && request.headers['if-none-match'] === variant.etag) {
    response.writeHead(304).end();
    return;
  }
  if (encoding !== 'identity') response.setHeader('Content-Encoding', encoding);
  response.setHeader('Content-Type', file.type);
  response.setHeader('Content-Length', variant.bytes);
  response.writeHead(status);
  response.end(request.method === 'HEAD' ? undefined : variant.body());
}

function chooseEncoding(accepted: string, file: StaticFile): Encoding {
  const wanted = accepted.split(',').map((part) => part.trim());
  const accepts = (name: string) =>
    wanted.some((part) => part === name || (part.startsWith(`${name};`) && !/q=0(?:\.0*)?$/.test(part)));
  if (file.variants.br && accepts('br')) return 'br';
  if (file.variants.gzip && accepts('gzip')) return 'gzip';
  return 'identity';
}
