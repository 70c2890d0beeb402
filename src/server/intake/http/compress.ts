/** Compresses pages drawn on demand, and makes them all of one size. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';

/**
 * Pages are sent in whole steps of this size. Whoever watches the line, such as the owner of the router at home, could
 * tell by its size which questions a page asks, or that it gives numbers for a kind of harm. In gzip every page of the
 * form fits into one step, in every language.
 */
const stepBytes = 8_192;

/**
 * Collects what is written to the response and sends it at the end, compressed where the browser accepts that.
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
    const isText = type.startsWith('text/html') && body.length > 0;
    const isPacked = isText && /\bgzip\b/.test(accepted);
    response.setHeader('Vary', 'Accept-Encoding');
    if (isPacked) response.setHeader('Content-Encoding', 'gzip');
    const sent = isPacked ? paddedGzip(body) : isText ? paddedText(body) : body;
    response.setHeader('Content-Length', sent.length);
    response.writeHead(status);
    return end(request.method === 'HEAD' ? undefined : sent);
  }) as typeof response.end;

  return () => void Object.assign(response, { writeHead, write, end });
}

/** An extra field in the head of the file is skipped by whoever reads it: https://www.rfc-editor.org/rfc/rfc1952 2.3.1 */
function paddedGzip(body: Buffer): Buffer {
  const packed = gzipSync(body);
  const head = Buffer.from(packed.subarray(0, gzipHeadBytes));
  head[gzipFlags] = hasExtraField;
  const spare = spareIn(packed.length + fieldHeadBytes);
  const field = Buffer.alloc(fieldHeadBytes + spare);
  field.writeUInt16LE(4 + spare, 0);
  field.write('pd', 2, 'latin1');
  field.writeUInt16LE(spare, 4);
  return Buffer.concat([head, field, packed.subarray(gzipHeadBytes)]);
}

const gzipHeadBytes = 10;
const gzipFlags = 3;
const hasExtraField = 4;
/** The length of all extra fields, the two letters of this one, and its own length. */
const fieldHeadBytes = 6;

/** Spaces after the end of a page are no part of it. */
function paddedText(body: Buffer): Buffer {
  return Buffer.concat([body, Buffer.alloc(spareIn(body.length), ' ')]);
}

function spareIn(length: number): number {
  return (stepBytes - (length % stepBytes)) % stepBytes;
}
