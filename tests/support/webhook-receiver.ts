/**
 * A case system that takes referrals, as somebody who reads docs/webhook.openapi.yaml would write one: it checks the
 * signature and its age before it looks at anything, and takes each message once.
 *
 * Nothing here is imported from the portal, so that what it checks is what the document says. A test can make it misbehave.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

/** A message that was sent more than this long ago, or will be, is somebody's copy. */
const ageSecondsMax = 5 * 60;

export type Verdict = 'taken' | 'taken-before' | 'unsigned' | 'stale';

/** @param keys `whsec_…` by key id @param takenBefore ids of messages, kept for ever */
export function verdictOn(
  headers: IncomingHttpHeaders,
  body: Buffer,
  { keys, takenBefore, now }: { keys: Readonly<Record<string, string>>; takenBefore: Set<string>; now: Date },
): Verdict {
  const header = (name: string) => String(headers[name] ?? '');
  const id = header('webhook-id');
  const secret = keys[header('webhook-key-id')];
  if (secret === undefined) return 'unsigned';
  const mac = createHmac('sha256', Buffer.from(secret.replace('whsec_', ''), 'base64'))
    .update(`${id}.${header('webhook-timestamp')}.`)
    .update(body)
    .digest();
  const given = Buffer.from(header('webhook-signature').replace(/^v1,/, ''), 'base64');
  if (given.length !== mac.length || !timingSafeEqual(given, mac)) return 'unsigned';

  const ageSeconds = now.getTime() / 1000 - Number(header('webhook-timestamp'));
  if (!(Math.abs(ageSeconds) <= ageSecondsMax)) return 'stale';
  if (takenBefore.has(id)) return 'taken-before';
  takenBefore.add(id);
  return 'taken';
}

/** What to do instead of answering as it should. */
export type Misbehaviour =
  | { status: number; location?: string; words?: string }
  | { takesFirst: true; then: 'drop' }
  | 'stall'
  | 'drop'
  | 'drip';

export type ReceiverScript = {
  certificate: 'good' | 'wrong-name' | 'expired' | 'self-signed' | 'none';
  keys: Readonly<Record<string, string>>;
  now: () => Date;
  misbehaviour: Misbehaviour | undefined;
};

export type Received = { headers: IncomingHttpHeaders; body: string; verdict: Verdict };

export type WebhookReceiver = {
  readonly url: string;
  /** May be changed between requests. */
  readonly script: ReceiverScript;
  /** Every request whose head arrived, whatever became of it. */
  readonly received: readonly Received[];
  /** Bodies of what was taken, each once. */
  readonly taken: () => readonly unknown[];
  readonly connections: () => number;
};

const certificates = join(import.meta.dirname, 'certificates');

export async function aWebhookReceiver(
  t: TestContext,
  named: Partial<ReceiverScript> & Pick<ReceiverScript, 'keys' | 'now'>,
): Promise<WebhookReceiver> {
  const script: ReceiverScript = { certificate: 'good', misbehaviour: undefined, ...named };
  const received: Received[] = [];
  const takenBefore = new Set<string>();
  let connections = 0;
  const listener: RequestListener = (request, response) => {
    void bodyOf(request).then((body) => {
      const { misbehaviour } = script;
      const isTaken =
        misbehaviour === undefined || (typeof misbehaviour === 'object' && 'takesFirst' in misbehaviour);
      const verdict = isTaken
        ? verdictOn(request.headers, body, { ...script, takenBefore, now: script.now() })
        : 'unsigned';
      received.push({ headers: request.headers, body: body.toString('utf8'), verdict });
      if (misbehaviour) misbehave(misbehaviour, response);
      else response.writeHead(statusFor[verdict]).end();
    });
  };
  const sockets = new Set<Socket>();
  const isSecure = script.certificate !== 'none';
  const pem = isSecure ? readFileSync(join(certificates, `${script.certificate}.pem`)) : '';
  const server = isSecure ? createTlsServer({ key: pem, cert: pem }, listener) : createServer(listener);
  server.on('connection', (socket: Socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => undefined);
  });
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `${isSecure ? 'https' : 'http'}://127.0.0.1:${port}/referrals`,
    script,
    received,
    taken: () =>
      received.filter(({ verdict }) => verdict === 'taken').map(({ body }) => JSON.parse(body) as unknown),
    connections: () => connections,
  };
}

/** What was taken before is a yes again: the sender did not hear the first one. */
const statusFor = { taken: 202, 'taken-before': 200, unsigned: 401, stale: 400 } as const;

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function misbehave(misbehaviour: Misbehaviour, response: ServerResponse): void {
  if (misbehaviour === 'stall') return;
  if (misbehaviour === 'drip') {
    response.socket?.write('HTTP/1.1 200 OK\r\nX-Slow: ');
    const timer = setInterval(() => {
      if (response.socket?.destroyed ?? true) clearInterval(timer);
      else response.socket?.write('.');
    }, 50);
    return;
  }
  if (misbehaviour === 'drop' || 'takesFirst' in misbehaviour) {
    response.socket?.destroy();
    return;
  }
  const { status, location, words } = misbehaviour;
  const upgrade = status === 101 ? { Connection: 'Upgrade', Upgrade: 'example' } : {};
  response.writeHead(status, { ...upgrade, ...(location && { Location: location }) }).end(words);
}
