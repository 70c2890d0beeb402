/**
 * The operator's listener, on loopback only: is all well, what waits for a person, and what they decided.
 *
 * Whoever can reach loopback is the operator: there is no other sign-in. A browser on that machine also runs other
 * people's pages, so a name other than loopback's is refused (a stranger's name can be pointed at 127.0.0.1), and a
 * decision is taken only from our own page.
 */
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type Server } from 'node:http';
import { referenceLength, tidyCode } from '../../../referral/codes.ts';
import { countWays } from '../../directory.ts';
import { decide, findTask } from '../../store/decisions.ts';
import { healthOf, type Health } from '../../store/health.ts';
import { openTasks } from '../../store/tasks.ts';
import type { Desk } from '../submit.ts';
import { operatorPage, operatorStyle, type Answer, type Unclear } from './operator-page.ts';
import { taskWords } from './operator-tasks.ts';
import { newTokens, type Tokens } from './operator-token.ts';
import { readForm } from './read-form.ts';

export type OperatorDesk = Pick<Desk, 'store' | 'clock' | 'catalogue' | 'directory' | 'guesses'>;

type Reply = { readonly status: number; readonly type?: string; readonly body?: string };

const headers = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy':
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
} as const;

const htmlType = 'text/html; charset=utf-8';

export function operatorServer(desk: OperatorDesk): Server {
  const tokens = newTokens();
  return createServer({ requestTimeout: 10_000, headersTimeout: 5_000 }, (request, response) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    answer(request, desk, tokens).then(
      ({ status, type, body }) => {
        if (type) response.setHeader('Content-Type', type);
        if (status === 405) response.setHeader('Allow', request.url === '/operator/' ? 'GET, POST' : 'GET');
        // What is left of a body we did not read must not be taken for the next request.
        if (status >= 400 && request.method === 'POST') response.setHeader('Connection', 'close');
        response.writeHead(status).end(body);
      },
      () => response.writeHead(503).end(),
    );
  });
}

async function answer(request: IncomingMessage, desk: OperatorDesk, tokens: Tokens): Promise<Reply> {
  const { method, url: path = '' } = request;
  if (!isLoopback(request.headers.host)) return { status: 421 };
  if (path === '/operator/' && method === 'POST') return take(request, desk, tokens);
  if (path === '/operator/style.css' && method === 'GET')
    return { status: 200, type: 'text/css; charset=utf-8', body: operatorStyle };
  const view = views[path];
  if (!view && path !== '/operator/') return { status: 404 };
  if (method !== 'GET') return { status: 405 };
  if (!view) return { status: 200, type: htmlType, body: await drawn(desk, tokens) };
  const health = await healthOf(desk.store, desk.clock());
  // Prometheus throws away the numbers of an answer that is not 200, just when they matter.
  const status = health.isWell || path === '/metrics' ? 200 : 503;
  return { status, type: view.type, body: view.text(health, desk) };
}

const loopback = new Set(['127.0.0.1', '[::1]', 'localhost']);

/** On any port: an operator may have it forwarded to their own machine. */
function isLoopback(host: string | undefined): boolean {
  return host !== undefined && loopback.has(URL.parse(`http://${host}`)?.hostname ?? '');
}

function isOurPage({ host, origin, 'sec-fetch-site': site }: IncomingHttpHeaders): boolean {
  return origin === `http://${host}` && (site === undefined || site === 'same-origin');
}

const views: Readonly<
  Record<string, { type: string; text: (health: Health, desk: OperatorDesk) => string } | undefined>
> = {
  '/health': { type: 'application/json', text: (health) => JSON.stringify(health) },
  '/metrics': { type: 'text/plain; version=0.0.4', text: metrics },
};

/** Prometheus' text format, https://prometheus.io/docs/instrumenting/exposition_formats/. */
function metrics(health: Health, { guesses }: OperatorDesk): string {
  const gauges = Object.entries({
    portal_referrals_waiting: health.waiting,
    portal_referrals_unconfirmed: health.unconfirmed,
    portal_oldest_waiting_seconds: health.oldestWaitingSeconds,
    portal_oldest_unconfirmed_seconds: health.oldestUnconfirmedSeconds,
    portal_tasks_open: health.tasks.length,
  })
    .map(([name, value]) => `# TYPE ${name} gauge\n${name} ${value}\n`)
    .join('');
  return `${gauges}# TYPE portal_guesses_refused_total counter\nportal_guesses_refused_total ${guesses.refused()}\n`;
}

async function drawn(desk: OperatorDesk, tokens: Tokens, said?: Answer): Promise<string> {
  const now = desk.clock();
  return operatorPage({
    tasks: await openTasks(desk.store),
    health: await healthOf(desk.store, now),
    serviceOf: (id) => {
      const service = desk.catalogue.services.find((one) => one.id === id);
      return service && { name: service.name, phone: service.contacts.phone };
    },
    token: tokens.make(now),
    answer: said,
  });
}

/** The form of one task, sent by the operator's page. */
async function take(request: IncomingMessage, desk: OperatorDesk, tokens: Tokens): Promise<Reply> {
  if (!isOurPage(request.headers)) return { status: 403 };
  const read = await readForm(request);
  if (read.kind !== 'form') return { status: read.kind === 'too-large' ? 413 : 400 };
  const said = await decision((name) => read.form.get(name)?.[0], desk, tokens);
  return {
    status: said.kind === 'recorded' ? 200 : 422,
    type: htmlType,
    body: await drawn(desk, tokens, said),
  };
}

async function decision(
  field: (name: string) => string | undefined,
  desk: OperatorDesk,
  tokens: Tokens,
): Promise<Answer> {
  const now = desk.clock();
  if (!tokens.accepts(field('token'), now)) return { kind: 'stale' };
  const task = await findTask(desk.store, Number.parseInt(field('task') ?? '', 10) || 0);
  if (!task) return { kind: 'closed' };

  const name = tidyName(field('name'));
  const second = tidyName(field('second'));
  const { choices } = taskWords(task.code);
  const choice = choices.find((one) => one === field('choice'));
  const unclear = (kind: Unclear['kind']): Unclear => ({
    kind,
    task: task.id,
    name: field('name') ?? '',
    second: field('second') ?? '',
    reference: field('reference') ?? '',
    choice: choice ?? '',
  });
  if (!choice) return unclear('choice');
  if (!name) return unclear('name');
  const needsSecond = choice === 'unlocked';
  if (needsSecond && (!second || second.toLowerCase() === name.toLowerCase())) return unclear('second');
  const reference = tidyCode(field('reference') ?? '', referenceLength);
  if (choice === 'deleted' && reference !== task.reference) return unclear('reference');

  const recorded = await decide(desk.store, {
    task: task.id,
    choice,
    name,
    second: needsSecond ? second : undefined,
    now,
    addressesOf: (service) => {
      const settings = desk.directory.services[service];
      return settings ? countWays(settings) : 1;
    },
  });
  return recorded ? { kind: 'recorded', task, choice } : { kind: 'closed' };
}

/** Letters of any script, and what stands between them in names; undefined when there is no name in it. */
function tidyName(typed = ''): string | undefined {
  const name = typed.normalize('NFC').trim().replace(/\s+/gu, ' ');
  return /^\p{L}[\p{L}\p{M} .'’-]{1,79}$/u.test(name) ? name : undefined;
}
