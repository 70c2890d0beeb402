/**
 * Requests whose end two servers could see in different places: the second server would then take what an attacker
 * wrote as the beginning of somebody else's request. Each carries one for `/smuggled/` inside.
 */
type Odd = { readonly what: string; readonly request: string };

const smuggled = 'GET /smuggled/ HTTP/1.1\r\nHost: portal.example\r\n\r\n';
const path = '/en/refer/1/';

function post(lines: readonly string[], body: string): string {
  return [
    `POST ${path} HTTP/1.1`,
    'Host: portal.example',
    'Content-Type: application/x-www-form-urlencoded',
    ...lines,
    '',
    body,
  ].join('\r\n');
}

const chunks = `0\r\n\r\n${smuggled}`;
const length = `Content-Length: ${chunks.length}`;

/** Every one must be refused: nobody sends it by mistake. */
export const oddRequests: readonly Odd[] = [
  { what: 'a length, then chunks', request: post([length, 'Transfer-Encoding: chunked'], chunks) },
  {
    what: 'chunks, then a length',
    request: post(['Transfer-Encoding: chunked', 'Content-Length: 4'], chunks),
  },
  { what: 'two lengths', request: post(['Content-Length: 3', length], `a=b${smuggled}`) },
  {
    what: 'two lengths in one line',
    request: post([`Content-Length: 3, ${chunks.length}`], `a=b${smuggled}`),
  },
  { what: 'a length with a sign', request: post(['Content-Length: +3'], `a=b${smuggled}`) },
  { what: 'a negative length', request: post(['Content-Length: -3'], `a=b${smuggled}`) },
  { what: 'a length in hexadecimal', request: post(['Content-Length: 0x3'], `a=b${smuggled}`) },
  { what: 'a length with a blank before its colon', request: post(['Content-Length : 3'], `a=b${smuggled}`) },
  {
    what: 'chunks with a blank before the colon',
    request: post(['Transfer-Encoding : chunked', length], chunks),
  },
  { what: 'chunks after a tab', request: post([`Transfer-Encoding:\tchunked`, length], chunks) },
  {
    what: 'chunks under two names',
    request: post(['Transfer-Encoding: chunked', 'Transfer-Encoding: x', length], chunks),
  },
  { what: 'an encoding nobody knows', request: post(['Transfer-Encoding: xchunked', length], chunks) },
  {
    what: 'chunks that are not last',
    request: post(['Transfer-Encoding: chunked, identity', length], chunks),
  },
  { what: 'chunks on a folded line', request: post(['Transfer-Encoding:\r\n chunked', length], chunks) },
  { what: 'a lone CR in a header', request: post([`X-A: b\rTransfer-Encoding: chunked`, length], chunks) },
  {
    what: 'a chunk size with a sign',
    request: post(['Transfer-Encoding: chunked'], `+3\r\na=b\r\n${chunks}`),
  },
  {
    what: 'a chunk size beyond all numbers',
    request: post(['Transfer-Encoding: chunked'], `fffffffffffffffff\r\na=b\r\n${chunks}`),
  },
  {
    what: 'a chunk longer than it says',
    request: post(['Transfer-Encoding: chunked'], `3\r\na=bcdef\r\n${chunks}`),
  },
  { what: 'a NUL in a header', request: post(['X-A: b\0c', 'Content-Length: 3'], `a=b${smuggled}`) },
  {
    what: 'a name with a blank',
    request: post(['Content Length: 3', 'Content-Length: 3'], `a=b${smuggled}`),
  },
];

/** One line end where two characters belong. Some servers read it; then both must read it alike. */
export const bareLines: readonly Odd[] = [
  { what: 'bare LF everywhere', request: post(['Content-Length: 3'], 'a=b').replaceAll('\r\n', '\n') },
  { what: 'bare LF after chunks', request: post(['Transfer-Encoding: chunked'], `3\na=b\n0\n\n${smuggled}`) },
  {
    what: 'bare LF before a hidden length',
    request: post([`X-A: b\nContent-Length: ${chunks.length}`, 'Transfer-Encoding: chunked'], chunks),
  },
];
