/** A mail server on a real socket that does what a test tells it to: take mail, refuse, stall, hang up, or drip. */
import { readFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { TLSSocket, type SecureVersion } from 'node:tls';
import type { Lifetime } from './stores.ts';

/** The moments of a conversation at which a script can step in. */
export type Moment = 'greeting' | 'ehlo' | 'starttls' | 'auth' | 'mail' | 'rcpt' | 'data' | 'dot' | 'stored';

/** A reply such as '450 later'; `stall` says nothing more; `drop` hangs up; `reset` does so rudely. */
export type Reply = string | 'stall' | 'drop' | 'reset';

export type Script = {
  /** What to answer instead of the usual. `stored` is the answer to a message that has been kept. */
  replies: Partial<Record<Moment, Reply>>;
  /** An answer for one address only, before `replies.rcpt` is asked. */
  rcptFor: Readonly<Record<string, Reply>>;
  /** Milliseconds between the single bytes of every answer. */
  dripMs: number;
  /** Offer STARTTLS with this certificate. */
  certificate: 'good' | 'wrong-name' | 'expired' | 'self-signed' | undefined;
  tlsVersionMax: SecureVersion | undefined;
  /** Ask for a password: `user` and `right`. */
  auth: boolean;
  /** Called at each moment of every conversation, before it is answered. */
  seen: ((moment: Moment) => void) | undefined;
};

export type Taken = { from: string; to: readonly string[]; data: string; overTls: boolean };

export type SmtpSink = {
  readonly url: string;
  readonly port: number;
  readonly urlWithPassword: (password: string) => string;
  /** May be changed between and during conversations. */
  readonly script: Script;
  readonly taken: readonly Taken[];
  /** Every line a client said outside a message, across all conversations. */
  readonly said: readonly string[];
  /** Conversations begun. */
  readonly connections: () => number;
};

const certificates = join(import.meta.dirname, 'certificates');

export const testAuthority = readFileSync(join(certificates, 'authority.pem'), 'utf8');

export async function anSmtpSink(t: Lifetime, script: Partial<Script> = {}): Promise<SmtpSink> {
  const sink = {
    script: {
      replies: {},
      rcptFor: {},
      dripMs: 0,
      certificate: undefined,
      tlsVersionMax: undefined,
      auth: false,
      seen: undefined,
      ...script,
    },
    taken: [] as Taken[],
    said: [] as string[],
  };
  let connections = 0;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    converse(socket, sink);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return {
    ...sink,
    url: `smtp://127.0.0.1:${port}`,
    port,
    urlWithPassword: (password) => `smtp://user:${password}@127.0.0.1:${port}`,
    connections: () => connections,
  };
}

type Sink = { script: Script; taken: Taken[]; said: string[] };

/** One conversation. Everything goes through `answer`, where the script may step in. */
function converse(raw: Socket, sink: Sink): void {
  let socket: Socket = raw;
  let overTls = false;
  let rest = '';
  let message: { from: string; to: string[] } = { from: '', to: [] };
  let data: string[] | undefined;

  function answer(moment: Moment, usual: string, scripted = sink.script.replies[moment]): boolean {
    sink.script.seen?.(moment);
    const reply = scripted ?? usual;
    if (reply === 'drop') socket.destroy();
    else if (reply === 'reset') raw.resetAndDestroy();
    else if (reply !== 'stall') say(reply);
    return scripted === undefined || /^[23]/u.test(scripted);
  }

  function say(reply: string): void {
    const { dripMs } = sink.script;
    const text = `${reply}\r\n`;
    if (dripMs === 0) {
      socket.write(text);
      return;
    }
    let sent = 0;
    const timer = setInterval(() => {
      if (sent === text.length || socket.destroyed) clearInterval(timer);
      else socket.write(text.charAt(sent++));
    }, dripMs);
  }

  function onLine(line: string): void {
    if (data) {
      if (line !== '.') data.push(line.replace(/^\./u, ''));
      else takeMessage(data);
      return;
    }
    sink.said.push(line);
    const [verb = '', argument = ''] = line.split(/ (.*)/su);
    switch (verb.toUpperCase()) {
      case 'EHLO':
        return void answer('ehlo', greetingOf(sink.script, overTls));
      case 'STARTTLS':
        if (sink.script.certificate === undefined) say('502 not here');
        else if (answer('starttls', '220 go ahead')) goSecure();
        return;
      case 'AUTH':
        return void answer('auth', argument === plainPassword ? '235 welcome' : '535 5.7.8 no');
      case 'MAIL':
        message = { from: addressIn(argument), to: [] };
        return void answer('mail', '250 ok');
      case 'RCPT': {
        const address = addressIn(argument);
        if (answer('rcpt', '250 ok', sink.script.rcptFor[address] ?? sink.script.replies.rcpt))
          message.to.push(address);
        return;
      }
      case 'DATA':
        if (answer('data', '354 go ahead')) data = [];
        return;
      case 'QUIT':
        say('221 bye');
        socket.end();
        return;
      default:
        say('502 what?');
    }
  }

  function takeMessage(lines: readonly string[]): void {
    data = undefined;
    // Before it is kept, and after: the client cannot tell the difference, and that is the point.
    const refused = sink.script.replies.dot;
    if (refused) return void answer('dot', '', refused);
    sink.taken.push({ ...message, data: lines.join('\r\n'), overTls });
    answer('stored', '250 ok');
  }

  function goSecure(): void {
    const { certificate, tlsVersionMax } = sink.script;
    const pem = readFileSync(join(certificates, `${certificate}.pem`), 'utf8');
    raw.removeAllListeners('data');
    const old = tlsVersionMax && {
      maxVersion: tlsVersionMax,
      minVersion: 'TLSv1' as const,
      ciphers: 'DEFAULT@SECLEVEL=0',
    };
    socket = new TLSSocket(raw, { isServer: true, key: pem, cert: pem, ...old });
    overTls = true;
    listen();
  }

  function listen(): void {
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      rest += chunk.toString('utf8');
      for (let end = rest.indexOf('\r\n'); end >= 0; end = rest.indexOf('\r\n')) {
        const line = rest.slice(0, end);
        rest = rest.slice(end + 2);
        onLine(line);
      }
    });
  }

  listen();
  answer('greeting', '220 sink ready');
}

const plainPassword = `PLAIN ${Buffer.from('\0user\0right').toString('base64')}`;

function greetingOf({ certificate, auth }: Script, overTls: boolean): string {
  const offers = ['sink', ...(certificate && !overTls ? ['STARTTLS'] : []), ...(auth ? ['AUTH PLAIN'] : [])];
  return offers.map((offer, index) => `250${index === offers.length - 1 ? ' ' : '-'}${offer}`).join('\r\n');
}

function addressIn(argument: string): string {
  return /<([^>]*)>/u.exec(argument)?.[1] ?? '';
}
