/** HTTP by hand, byte for byte: what no client library would send, and every answer as it came. */
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { setTimeout as wait } from 'node:timers/promises';

/** Where to knock. `name` and `authority` are for TLS: the name asked for and the certificate that must vouch for it. */
export type Door = {
  readonly port: number;
  readonly host?: string;
  readonly tls?: { readonly name: string; readonly authority: string };
};

export type Answer = {
  readonly status: number;
  /** As they came: names as written, repeats apart. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
};

export type Conversation = {
  readonly answers: readonly Answer[];
  readonly raw: string;
  /** The other side ended it before our patience did. */
  readonly wasClosed: boolean;
  readonly ms: number;
};

/** Connects; the promise is for the moment at which bytes can be sent. */
export function knock(door: Door): Promise<Socket> {
  const { port, host = '127.0.0.1', tls } = door;
  return new Promise((connected, fail) => {
    const socket = tls
      ? connectTls({ port, host, servername: tls.name, ca: tls.authority, ALPNProtocols: ['http/1.1'] }, () =>
          connected(socket),
        )
      : connect({ port, host }, () => connected(socket));
    socket.once('error', fail);
  });
}

/**
 * Sends the parts one after the other and listens until the other side hangs up or has said nothing for `patienceMs`.
 * A part that is a number is a pause in milliseconds.
 */
export async function converse(
  door: Door,
  parts: readonly (string | Buffer | number)[],
  patienceMs = 20_000,
): Promise<Conversation> {
  const started = performance.now();
  const socket = await knock(door);
  const chunks: Buffer[] = [];
  let wasClosed = false;
  let heardAt = performance.now();
  socket.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    heardAt = performance.now();
  });
  socket.on('error', () => {});
  const closed = new Promise<void>((done) => {
    socket.once('close', () => {
      wasClosed = true;
      done();
    });
  });
  for (const part of parts) {
    if (socket.destroyed) break;
    if (typeof part === 'number') await Promise.race([wait(part), closed]);
    else if (!socket.write(part)) {
      await Promise.race([new Promise((drained) => socket.once('drain', drained)), closed]);
    }
    heardAt = performance.now();
  }
  while (!wasClosed && performance.now() - heardAt < patienceMs) await Promise.race([wait(20), closed]);
  const ms = performance.now() - started;
  const closedByThem = wasClosed;
  socket.destroy();
  const raw = Buffer.concat(chunks).toString('latin1');
  return { answers: answersIn(raw), raw, wasClosed: closedByThem, ms };
}

/** One request by hand, on a connection of its own. */
export async function ask(door: Door, request: string, patienceMs?: number): Promise<Answer | undefined> {
  return (await converse(door, [request], patienceMs)).answers[0];
}

/** Splits what came over one connection into answers, as their lengths say. */
export function answersIn(raw: string): readonly Answer[] {
  const answers: Answer[] = [];
  for (let rest = raw; rest !== '';) {
    const end = rest.indexOf('\r\n\r\n');
    if (end < 0 || !rest.startsWith('HTTP/1.')) break;
    const [first = '', ...lines] = rest.slice(0, end).split('\r\n');
    const headers = lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon), line.slice(colon + 1).trim()] as const;
    });
    const valueOf = (name: string) => headers.find(([known]) => known.toLowerCase() === name)?.[1];
    const after = rest.slice(end + 4);
    const status = Number(first.split(' ')[1]);
    const length = Number(valueOf('content-length') ?? (status === 304 ? 0 : after.length));
    // A HEAD has a length and no body; what follows is then the next answer.
    const bodyBytes = after.startsWith('HTTP/1.') ? 0 : length;
    answers.push({ status, headers, body: after.slice(0, bodyBytes) });
    rest = after.slice(bodyBytes);
  }
  return answers;
}

export function valueOf(answer: Answer | undefined, name: string): string | undefined {
  return answer?.headers.find(([known]) => known.toLowerCase() === name.toLowerCase())?.[1];
}

/** A whole POST of a form, as text. `extra` lines stand among the headers. */
export function formPost(path: string, body: string, extra: readonly string[] = []): string {
  return [
    `POST ${path} HTTP/1.1`,
    'Host: portal.example',
    'Content-Type: application/x-www-form-urlencoded',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
    ...extra,
    '',
    body,
  ].join('\r\n');
}
