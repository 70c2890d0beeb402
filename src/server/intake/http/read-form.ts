/** Reads a posted form off the wire, with a hard limit on size and time. */
import type { IncomingMessage } from 'node:http';

/** 64 KiB: the longest form we can be sent, with every text in four-byte characters, takes about a fifth of it. */
export const bodyBytesMax = 65_536;

/** A slow phone needs seconds; a connection held open to hurt us needs to end. */
export const bodyWaitMsMax = 9_000;

/** More names than this is not our form. */
const pairsMax = 200;

export type ReadForm =
  | { readonly kind: 'form'; readonly form: ReadonlyMap<string, readonly string[]> }
  | { readonly kind: 'too-large' | 'wrong-type' | 'too-slow' | 'gone' };

export async function readForm(request: IncomingMessage): Promise<ReadForm> {
  const type = (request.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase();
  if (type !== 'application/x-www-form-urlencoded') return { kind: 'wrong-type' };
  if (Number(request.headers['content-length'] ?? 0) > bodyBytesMax) return { kind: 'too-large' };

  const body = await bodyOf(request);
  return typeof body === 'string' ? { kind: body } : { kind: 'form', form: parseForm(body.toString('utf8')) };
}

/** All that is sent, or why not. What comes after an answer other than a Buffer is the caller's to drop. */
function bodyOf(request: IncomingMessage): Promise<Buffer | 'too-large' | 'too-slow' | 'gone'> {
  return new Promise((answer) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const settle = (read: Buffer | 'too-large' | 'too-slow' | 'gone') => {
      clearTimeout(timer);
      request.off('data', take).off('end', finish).off('error', fail).off('close', fail);
      request.pause();
      answer(read);
    };
    const take = (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > bodyBytesMax) settle('too-large');
      else chunks.push(chunk);
    };
    const finish = () => settle(Buffer.concat(chunks));
    const fail = () => settle('gone');
    // A timer, because somebody who sends nothing at all gives no other occasion to look at the clock.
    const timer = setTimeout(() => settle('too-slow'), bodyWaitMsMax);
    request.on('data', take).on('end', finish).on('error', fail).on('close', fail);
  });
}

/** A Map, so that a field called `__proto__` is only a name. */
export function parseForm(body: string): ReadonlyMap<string, readonly string[]> {
  const form = new Map<string, string[]>();
  let pairs = 0;
  for (const [name, value] of new URLSearchParams(body)) {
    pairs += 1;
    if (pairs > pairsMax) break;
    const values = form.get(name);
    if (values) values.push(value);
    else form.set(name, [value]);
  }
  return form;
}
