/** Answers what is not HTTP, or came too slowly to be read: it never becomes a request, so no page can answer it. */
import type { Duplex } from 'node:stream';
import { additions } from './headers.ts';

/**
 * A browser keeps spare connections: one that was too slow must hear 408, which it knows to try again, and never 400. The
 * answer has no body, because what follows on such a connection means nothing.
 */
export function answerUnread(
  error: NodeJS.ErrnoException,
  socket: Duplex,
  constant: Readonly<Record<string, string>>,
): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const headers = { ...constant, ...additions.private, Connection: 'close', 'Content-Length': '0' };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${statusOf(error.code)}\r\n${lines.join('')}\r\n`);
}

function statusOf(code: string | undefined): string {
  switch (code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return '408 Request Timeout';
    case 'HPE_HEADER_OVERFLOW':
      return '431 Request Header Fields Too Large';
    default:
      return '400 Bad Request';
  }
}
