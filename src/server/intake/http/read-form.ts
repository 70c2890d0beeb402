/** Reads a posted form off the wire, with a hard limit on size and time. */
import type { IncomingMessage } from 'node:http';

/** 64 KiB: the longest form we can be sent, with every text in four-byte characters, takes about a fifth of it. */
export const bodyBytesMax = 65_536;

/** A slow phone needs seconds; a connection held open to hurt us needs to end. */
export const bodyWaitMsMax = 10_000;

/** More names than this is not our form. */
const pairsMax = 200;

export type ReadForm =
  | { readonly kind: 'form'; readonly form: ReadonlyMap<string, readonly string[]> }
  | { readonly kind: 'too-large' | 'wrong-type' | 'too-slow' | 'gone' };

export async function readForm(request: IncomingMessage): Promise<ReadForm> {
  const type = (request.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase();
  if (type !== 'application/x-www-form-urlencoded') return { kind: 'wrong-type' };
  if (Number(request.headers['content-length'] ?? 0) > bodyBytesMax) return { kind: 'too-large' };

  const chunks: Buffer[] = [];
  let bytes = 0;
  const deadline = AbortSignal.timeout(bodyWaitMsMax);
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      if (deadline.aborted) return { kind: 'too-slow' };
      const buffer = chunk as Buffer;
      bytes += buffer.length;
      if (bytes > bodyBytesMax) return { kind: 'too-large' };
      chunks.push(buffer);
    }
  } catch {
    return { kind: 'gone' };
  }
  return { kind: 'form', form: parseForm(Buffer.concat(chunks).toString('utf8')) };
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
