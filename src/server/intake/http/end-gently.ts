/** Ends a connection over which more of a refused request may still come, so that its sender sees why. */
import type { IncomingMessage, ServerResponse } from 'node:http';

/** A second is enough for the page to arrive and for a browser to stop sending. */
const lingerMsMax = 1_000;
const lingerBytesMax = 16 * 1024 * 1024;

/**
 * Call before the answer is written. The answer goes out at once, and the connection closes when all of the request has
 * come and was dropped, or after a second.
 *
 * Closing a socket into which bytes still arrive makes the system send a reset, and a reset overtakes what was written:
 * the person would see that the connection failed, and not the page that says nothing was received.
 */
export function endGently(request: IncomingMessage, response: ServerResponse): void {
  // What is left of the request must not be taken for the next one.
  response.setHeader('Connection', 'close');
  const end = response.end.bind(response);
  response.end = ((body?: Uint8Array) => {
    if (body) response.write(body);
    let bytes = 0;
    const finish = () => {
      clearTimeout(timer);
      request.off('data', drop);
      if (!response.writableEnded) end();
    };
    const drop = (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > lingerBytesMax) finish();
    };
    const timer = setTimeout(finish, lingerMsMax);
    request.on('data', drop);
    for (const over of ['end', 'error', 'close'] as const) request.once(over, finish);
    if (request.readableEnded || request.destroyed) finish();
    request.resume();
    return response;
  }) as typeof response.end;
}
