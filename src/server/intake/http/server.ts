/** The public listener: headers on everything, static files, then the pages that are drawn on demand. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Sender } from '../lane.ts';
import { networkOf } from '../network.ts';
import { classOf, constantHeaders, setHeaders } from './headers.ts';
import { answerUnread } from './unread.ts';
import { answerCompressed } from './compress.ts';
import { endGently } from './end-gently.ts';
import { readForm, type ReadForm } from './read-form.ts';
import { sendStaticFile, type StaticFiles } from './static-files.ts';
import { looksForeign } from './origin.ts';

/** Draws a page on demand. Astro's own request handler fits. */
export type Draw = (
  request: IncomingMessage,
  response: ServerResponse,
  next: () => void,
  locals: object,
) => unknown;

export type PublicSite = {
  readonly origin: string;
  readonly hsts: 'host' | 'subdomains' | 'preload';
  /** Where the proxy says whom it speaks for; believed from this machine only. */
  readonly addressHeader?: string | undefined;
  readonly files: StaticFiles;
  readonly draw: Draw;
  /** What pages are handed besides the posted form. */
  readonly locals: object;
  /** Takes the posts that answer in JSON, for the page that opens referrals. */
  readonly answerOpening: (
    path: string,
    form: ReadonlyMap<string, readonly string[]>,
  ) => Promise<JsonAnswer> | undefined;
  readonly log: (event: { code: string }) => void;
};

export type JsonAnswer = { readonly status: number; readonly body: object };

/** Where a POST is answered: the form, finder, search and status pages of a language, and the calls of the opening page. */
const postable =
  /^\/(?:(?<language>[a-z]{2,3})\/(?:find|search|status|refer\/[1-4])\/|p\/(?:open|ack|services|hand-on|ask-operator))$/;

/** What a proxy, or a stranger, says of itself: no page needs to know. */
const forwarded = ['x-forwarded-host', 'x-forwarded-proto', 'x-forwarded-for', 'x-forwarded-port'];

const silenceMsMax = 20_000;

/** More than a few machines that dawdle can hold; the forms of all of them together fit into 128 MiB. */
const connectionsMax = 2_048;

const refusals: Readonly<Record<Exclude<ReadForm['kind'], 'form'>, number>> = {
  'too-large': 413,
  'wrong-type': 415,
  'too-slow': 408,
  gone: 400,
};

export function publicServer(site: PublicSite): Server {
  const constant = constantHeaders(site);

  const server = createServer(
    {
      requestTimeout: 15_000,
      headersTimeout: 10_000,
      connectionsCheckingInterval: 1_000,
      keepAliveTimeout: 5_000,
      maxHeaderSize: 8_192,
      // Node would refuse it without our headers; `answer` does.
      requireHostHeader: false,
    },
    (request, response) => {
      answer(request, response).catch(() => {
        // The reason may quote what was typed, so only the code is logged.
        site.log({ code: 'page-failed' });
        if (response.headersSent) response.destroy();
        else sendFile('/500.html', 500, request, response);
      });
    },
  );
  server.on('clientError', (error, socket) => answerUnread(error, socket, constant));
  server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
    setHeaders(response, constant, 'private');
    refuse(417, request, response);
  });
  // Nobody who reads what they asked for is silent this long; a connection that takes nothing holds a place for ever.
  server.timeout = silenceMsMax;
  server.maxConnections = connectionsMax;
  return server;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const method = request.method ?? '';
    const path = pathOf(request);
    setHeaders(response, constant, path === undefined ? 'private' : classOf(method, path));
    endConnectionsWhenStopping(response);
    if (path === undefined) return sendFile('/404.html', 400, request, response);
    if (request.headers.host === undefined && request.httpVersion === '1.1') {
      return refuse(400, request, response);
    }

    if (method === 'POST') {
      if (!postable.test(path)) return refuse(405, request, response, 'GET, HEAD');
      return take(path, request, response);
    }
    if (method !== 'GET' && method !== 'HEAD') {
      return refuse(405, request, response, postable.test(path) ? 'GET, HEAD, POST' : 'GET, HEAD');
    }
    if (path === '/exit') {
      // The pages' router knows only addresses that end in a slash.
      request.url = '/exit/';
      return draw(request, response, {});
    }
    const file = site.files.get(path);
    if (file && path !== '/404.html' && path !== '/500.html') return sendStaticFile(file, request, response);
    // What a framework answers beside our pages, such as pictures in other sizes, is not for the public.
    if (path.startsWith('/_')) return sendFile('/404.html', 404, request, response);
    // People copy addresses without the last slash. The query goes: none of our pages has one.
    if (!path.endsWith('/') && site.files.has(`${path}/`)) return redirect(`${path}/`, response);
    if (!path.endsWith('/') && /^\/[a-z]{2,3}\/[^.]*$/.test(path)) return redirect(`${path}/`, response);
    return draw(request, response, {});
  }

  async function take(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const read = await readForm(request);
    if (read.kind !== 'form') return refuse(refusals[read.kind], request, response);
    endConnectionsWhenStopping(response);
    const opening = site.answerOpening(path, read.form);
    if (opening) {
      const { status, body } = await opening;
      response.setHeader('Content-Type', 'application/json; charset=utf-8');
      response.writeHead(status).end(JSON.stringify(body));
      return;
    }
    const sender: Sender = {
      isForeign: looksForeign(request.headers, site.origin),
      network: networkOf(addressOf(request, site.addressHeader)),
    };
    await draw(request, response, { form: read.form, sender });
  }

  async function draw(request: IncomingMessage, response: ServerResponse, own: object): Promise<void> {
    // Pages are told our own origin, never the Host header a stranger can choose.
    request.headers.host = new URL(site.origin).host;
    for (const name of [...forwarded, site.addressHeader ?? ''])
      Reflect.deleteProperty(request.headers, name);
    const answerAsIs = answerCompressed(request, response);
    const notFound = () => {
      answerAsIs();
      sendFile('/404.html', 404, request, response);
    };
    await site.draw(request, response, notFound, { ...site.locals, ...own });
    // Astro answers what it cannot draw by itself, and tells nobody.
    if (response.statusCode === 500) site.log({ code: 'page-failed' });
  }

  function sendFile(path: string, status: number, request: IncomingMessage, response: ServerResponse): void {
    const file = site.files.get(path);
    if (file) sendStaticFile(file, request, response, status);
    else response.writeHead(status).end();
  }

  /** A refusal says, in every language, that nothing was received and where else to turn. */
  function refuse(status: number, request: IncomingMessage, response: ServerResponse, allow?: string): void {
    if (allow) response.setHeader('Allow', allow);
    endGently(request, response);
    sendFile('/500.html', status, request, response);
  }

  /** Nobody sends the next form over a connection that is about to go: the answer says that it ends here. */
  function endConnectionsWhenStopping(response: ServerResponse): void {
    if (!server.listening) response.setHeader('Connection', 'close');
  }

  function redirect(path: string, response: ServerResponse): void {
    response.setHeader('Location', path);
    response.writeHead(308).end();
  }
}

/** The path asked for, or undefined when it is not one we could mean: no dots to climb, no encoding tricks. */
function pathOf(request: IncomingMessage): string | undefined {
  const path = (request.url ?? '').split(/[?#]/, 1)[0] ?? '';
  return /^\/[A-Za-z0-9/_.~@-]*$/.test(path) && !path.includes('//') && !/(^|\/)\.\.?(\/|$)/.test(path)
    ? path
    : undefined;
}

/** A proxy adds what it knows to the end of what the visitor claimed, so only the last address counts. */
function addressOf(request: IncomingMessage, header: string | undefined): string | undefined {
  const peer = request.socket.remoteAddress;
  if (header === undefined || networkOf(peer) !== undefined) return peer;
  return String(request.headers[header] ?? '')
    .split(',')
    .at(-1);
}
