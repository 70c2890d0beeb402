/** Did this post come from a page of ours? Decides the lane of a referral, never whether it is taken. */
import type { IncomingHttpHeaders } from 'node:http';

/**
 * True when the browser says that another site sent it, or when nothing says where it came from.
 *
 * Old browsers send no `Sec-Fetch-Site`; then the Origin decides.
 */
export function looksForeign(headers: IncomingHttpHeaders, origin: string): boolean {
  const site = headers['sec-fetch-site'];
  if (typeof site === 'string') return site !== 'same-origin' && site !== 'none';
  return headers.origin !== origin;
}
