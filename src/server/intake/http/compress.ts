/** Compresses pages drawn on demand. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

/** Below this many bytes the saving is not worth the work. */
const bytesMin = 1_000;

/**
 * Collects what is written to the response and sends it at the end, compressed as the browser accepts.
 *
 * Compressing answers that repeat what was typed is safe here: the BREACH attack needs a secret that returns in
 * several responses to requests the attacker can cause, and without cookies no such response exists.
 *
 * @returns what turns this off again, for an answer that turns out to be a file with compressed siblings of its own.
 */
export function answerCompressed(request: IncomingMessage, response: ServerResponse): () => void {
  const accepted = String(request.headers['accept-encoding'] ?? '');
  const chunks: Buffer[] = [];
  const end = response.end.bind(response);
  const write = response.write.bind(response);
  const writeHead = response.writeHead.bind(response);
  let status = 200;

  response.writeHead = ((code: number, ...rest: unknown[]) => {
    status = code;
    const headers = rest.at(-1);
    if (typeof headers === 'object' && headers !== null) {
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value as string);
    }
    return response;
  }) as typeof response.writeHead;

  response.write = ((chunk: string | Uint8Array) => {
    chunks.push(Buffer.from(chunk as Uint8Array));
    return true;
  }) as typeof response.write;

  response.end = ((chunk?: unknown) => {
    if (typeof chunk === 'string' || chunk instanceof Uint8Array)
      chunks.push(Buffer.from(chunk as Uint8Array));
    response.writeHead = writeHead;
    if (response.statusCode !== 200 && status === 200) status = response.statusCode;
    const body = Buffer.concat(chunks);
    const type = String(response.getHeader('content-type') ?? '');
    if (type === 'text/html') response.setHeader('Content-Type', 'text/html; charset=utf-8');
    const packed = body.length >= bytesMin ? pack(body, accepted) : undefined;
    response.setHeader('Vary', 'Accept-Encoding');
    if (packed) response.setHeader('Content-Encoding', packed.encoding);
    const sent = packed?.body ?? body;
    response.setHeader('Content-Length', sent.length);
    response.writeHead(status);
    return end(request.method === 'HEAD' ? undefined : sent);
  }) as typeof response.end;

  return () => void Object.assign(response, { writeHead, write, end });
}

function pack(body: Buffer, accepted: string): { body: Buffer; encoding: string } | undefined {
  if (/\bbr\b/.test(accepted)) {
    const params = { [constants.BROTLI_PARAM_QUALITY]: 5 };
    return { body: brotliCompressSync(body, { params }), encoding: 'br' };
  }
  return /\bgzip\b/.test(accepted) ? { body: gzipSync(body), encoding: 'gzip' } : undefined;
}
