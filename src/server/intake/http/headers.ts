/** Every header we send for safety, in one place: a constant set, and the few additions of each class of response. */
import type { ServerResponse } from 'node:http';

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'none'",
  "form-action 'self'",
  "base-uri 'none'",
  "object-src 'none'",
  "frame-ancestors 'none'",
  "frame-src 'none'",
  "manifest-src 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

const denied = [
  'accelerometer',
  'autoplay',
  'bluetooth',
  'browsing-topics',
  'camera',
  'clipboard-read',
  'display-capture',
  'fullscreen',
  'geolocation',
  'gyroscope',
  'hid',
  'idle-detection',
  'local-fonts',
  'magnetometer',
  'microphone',
  'midi',
  'payment',
  'screen-wake-lock',
  'serial',
  'usb',
  'web-share',
  'xr-spatial-tracking',
];

/**
 * The headers of every response, whatever its status.
 *
 * `Referrer-Policy` is `same-origin`: with `no-referrer` browsers send `Origin: null` and forms fail. HSTS and
 * `upgrade-insecure-requests` go only with an https origin, because they break a plain-http host.
 */
export function constantHeaders(site: {
  origin: string;
  hsts: 'host' | 'subdomains' | 'preload';
}): Readonly<Record<string, string>> {
  const isHttps = site.origin.startsWith('https:');
  const scope = { host: '', subdomains: '; includeSubDomains', preload: '; includeSubDomains; preload' };
  return {
    'Content-Security-Policy': isHttps ? `${policy}; upgrade-insecure-requests` : policy,
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
    'Referrer-Policy': 'same-origin',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Cross-Origin-Embedder-Policy': 'require-corp',
    'Origin-Agent-Cluster': '?1',
    'X-DNS-Prefetch-Control': 'off',
    'X-Permitted-Cross-Domain-Policies': 'none',
    'Permissions-Policy': [
      ...denied.map((feature) => `${feature}=()`),
      'clipboard-write=(self)',
      'publickey-credentials-get=(self)',
    ].join(', '),
    ...(isHttps ? { 'Strict-Transport-Security': `max-age=63072000${scope[site.hsts]}` } : {}),
  };
}

/** What a response is, for caching and indexing. Every response has exactly one class. */
export type ResponseClass = 'asset' | 'file' | 'page' | 'private' | 'found' | 'exit';

/**
 * `asset`: a file whose name changes with its content · `file`: any other static file · `page`: a public page ·
 * `private`: the form, status, a service's page, every answer to a POST but one · `found`: what a search found ·
 * `exit`: the way out.
 *
 * `found` alone may be kept by the browser. With `no-store`, Back from a result would meet "Confirm form
 * resubmission": a browser shows a posted page again from its memory of whole pages or from its cache, and `no-store`
 * often closes the first and always empties the second. `max-age=0` lets nothing but Back use the copy, because no other
 * request is the same POST; `private` keeps it out of everything between us and the browser. The price is that what was
 * typed may lie in the browser's cache until it is pushed out, or until "Leave this site" clears it; the page says so
 * under the box. The form keeps `no-store`: there a trace weighs more than Back.
 */
export const additions: Readonly<Record<ResponseClass, Readonly<Record<string, string>>>> = {
  asset: { 'Cache-Control': 'public, max-age=31536000, immutable' },
  file: { 'Cache-Control': 'public, max-age=3600' },
  page: { 'Cache-Control': 'no-store' },
  private: { 'Cache-Control': 'no-store', 'X-Robots-Tag': 'noindex' },
  found: { 'Cache-Control': 'private, max-age=0', 'X-Robots-Tag': 'noindex' },
  exit: {
    'Cache-Control': 'no-store',
    'X-Robots-Tag': 'noindex',
    'Clear-Site-Data': '"cache", "storage"',
  },
};

const privatePath = /^\/(?:[a-z]{2,3}\/(?:refer|status|p)\/|p\/)/;
const searchPath = /^\/[a-z]{2,3}\/search\/$/;

export function classOf(method: string, path: string): ResponseClass {
  if (path === '/exit' || path === '/exit/') return 'exit';
  if (method === 'POST' && searchPath.test(path)) return 'found';
  if (method === 'POST' || privatePath.test(path)) return 'private';
  return 'page';
}

export function setHeaders(
  response: ServerResponse,
  constant: Readonly<Record<string, string>>,
  responseClass: ResponseClass,
): void {
  for (const [name, value] of Object.entries({ ...constant, ...additions[responseClass] })) {
    response.setHeader(name, value);
  }
}
