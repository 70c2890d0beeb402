/** The channel to case systems: one signed POST over verified TLS, to the address in the directory and nowhere else. */
import { lookup, type LookupAddress } from 'node:dns';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { isCertificateProblem, noConnection, type Outcome } from '../outcome.ts';
import { signedHeaders, type WebhookKeys } from '../webhook-signature.ts';

export type WebhookSettings = {
  keys: WebhookKeys;
  /** Speaks to this machine only, and may do so without TLS. */
  demonstration: boolean;
  /** A certificate authority to trust instead of the well-known ones, as PEM. */
  ca?: string | undefined;
  /** The whole attempt, whatever the case system does. */
  attemptMs?: number | undefined;
};

export type WebhookMessage = {
  url: string;
  keyId: string;
  /** The same for every attempt: the case system takes it once. */
  id: string;
  body: Uint8Array;
  date: Date;
};

export type WebhookChannel = {
  /** Never throws for what a case system or a network does: that is an outcome. */
  send(message: WebhookMessage): Promise<Outcome>;
};

const usualAttemptMs = 30_000;

const headerBytesMax = 16_384;

export function openWebhookChannel(settings: WebhookSettings): WebhookChannel {
  const mayReach = settings.demonstration ? isLoopback : isPublic;
  return {
    async send({ url: address, keyId, id, body, date }) {
      const url = new URL(address);
      const key = settings.keys.get(keyId);
      if (!key || !mayUse(url, settings.demonstration, mayReach)) return { kind: 'refused' };
      const attempt: Attempt = { connected: false };
      try {
        const headers = {
          'Content-Type': 'application/json',
          'Content-Length': body.length,
          'User-Agent': 'restorative-justice-portal',
          ...signedHeaders(key, { keyId, id, body, date }),
        };
        return outcomeOfStatus(await post(url, { headers, body, mayReach, ...settings }, attempt));
      } catch (error) {
        return outcomeOfError(error, attempt);
      }
    },
  };
}

type Attempt = { connected: boolean };

type Post = Pick<WebhookSettings, 'ca' | 'attemptMs'> & {
  headers: Readonly<Record<string, string | number>>;
  body: Uint8Array;
  mayReach: MayReach;
};

/** The status of the answer. Its body is never read: whatever a case system says back, it reaches no log of ours. */
function post(url: URL, { headers, body, mayReach, ca, attemptMs }: Post, attempt: Attempt): Promise<number> {
  const isSecure = url.protocol === 'https:';
  const connected = isSecure ? 'secureConnect' : 'connect';
  return new Promise((answer, fail) => {
    const request = (isSecure ? requestHttps : requestHttp)(url, {
      method: 'POST',
      headers,
      // A connection of its own, so that nothing of one service is ever in reach of another.
      agent: false,
      lookup: lookupWhere(mayReach),
      signal: AbortSignal.timeout(attemptMs ?? usualAttemptMs),
      maxHeaderSize: headerBytesMax,
      // Said in full, because an environment variable can turn it off for the whole process.
      rejectUnauthorized: true,
      minVersion: 'TLSv1.2',
      ...(ca && { ca }),
    });
    request.once('socket', (socket) => socket.once(connected, () => (attempt.connected = true)));
    request.once('response', (response) => {
      answer(response.statusCode ?? 0);
      response.destroy();
    });
    // A case system that would rather speak another protocol: without a listener this is no answer and no error.
    request.once('upgrade', (response, socket) => {
      answer(response.statusCode ?? 0);
      socket.destroy();
    });
    request.once('close', () => fail(new Error('closed without an answer')));
    request.on('error', fail);
    request.end(body);
  });
}

/** Statuses that pass by themselves: a busy or resting case system. https://www.rfc-editor.org/rfc/rfc9110#section-15 */
const passing = new Set([408, 425, 429]);

/**
 * A redirect is refused like any other answer that is not a yes: following it would send a referral where nobody
 * looked.
 */
function outcomeOfStatus(status: number): Outcome {
  if (status >= 200 && status <= 299) return { kind: 'handed-over' };
  if (status >= 500 || passing.has(status)) return { kind: 'later' };
  return { kind: 'refused' };
}

function outcomeOfError(error: unknown, { connected }: Attempt): Outcome {
  const { code } = error as { code?: unknown };
  if (code === oddAddress) return { kind: 'refused' };
  if (isCertificateProblem(code)) return { kind: 'stopped', why: 'tls' };
  if (!connected || noConnection.has(String(code))) return { kind: 'unreached' };
  return { kind: 'unknown' };
}

type MayReach = (address: string) => boolean;

function mayUse(url: URL, demonstration: boolean, mayReach: MayReach): boolean {
  const host = url.hostname.replace(/^\[|\]$/gu, '');
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') return false;
  if (url.protocol !== 'https:' && !(demonstration && url.protocol === 'http:')) return false;
  return isIP(host) === 0 || mayReach(host);
}

const oddAddress = 'ODD_ADDRESS';

/**
 * Looks a name up, and refuses it where it leads to this machine or into a network: a name can be made to point
 * anywhere.
 */
function lookupWhere(mayReach: MayReach): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
      if (error) return callback(error, '', 0);
      const [first] = addresses;
      if (!first || !addresses.every(({ address }) => mayReach(address)))
        return callback(Object.assign(new Error('an address not to be used'), { code: oddAddress }), '', 0);
      if (options.all) return callback(null, addresses);
      callback(null, first.address, first.family);
    });
  };
}

const loopback = blockListOf(['127.0.0.0/8', '::1/128']);

/** Special-purpose addresses: https://www.iana.org/assignments/iana-ipv4-special-registry and -ipv6-. */
const special = blockListOf([
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '224.0.0.0/3',
  '::/96',
  // IPv4 addresses inside IPv6: translation, Teredo, 6to4.
  '64:ff9b::/96',
  '64:ff9b:1::/48',
  '100::/64',
  '2001::/32',
  '2002::/16',
  'fc00::/7',
  'fe80::/10',
  'fec0::/10',
  'ff00::/8',
]);

function blockListOf(nets: readonly string[]): BlockList {
  const list = new BlockList();
  for (const net of nets) {
    const [address = '', prefix] = net.split('/');
    list.addSubnet(address, Number(prefix), family(address));
  }
  return list;
}

function family(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}

function isLoopback(address: string): boolean {
  return loopback.check(address, family(address));
}

/** An IPv4 address written as IPv6 is checked as what it is. */
function isPublic(address: string): boolean {
  return isIP(address) !== 0 && !special.check(address, family(address));
}
