/** The operator's listener, on loopback only: is all well, and what waits for a person. No personal data is in it. */
import { createServer, type Server } from 'node:http';
import type { Clock } from '../../clock.ts';
import { healthOf, type Health } from '../../store/health.ts';
import type { Store } from '../../store/store.ts';

export function operatorServer(store: Store, clock: Clock): Server {
  return createServer({ requestTimeout: 10_000, headersTimeout: 5_000 }, (request, response) => {
    response.setHeader('Cache-Control', 'no-store');
    response.setHeader('X-Content-Type-Options', 'nosniff');
    response.setHeader('Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'");
    if (request.method !== 'GET') return void response.writeHead(405, { Allow: 'GET' }).end();
    const draw = views[request.url ?? ''];
    if (!draw) return void response.writeHead(404).end();
    healthOf(store, clock()).then(
      (health) => {
        response.setHeader('Content-Type', draw.type);
        response.writeHead(health.isWell ? 200 : 503).end(draw.text(health));
      },
      () => response.writeHead(503).end(),
    );
  });
}

const views: Readonly<Record<string, { type: string; text: (health: Health) => string }>> = {
  '/health': { type: 'application/json', text: (health) => JSON.stringify(health) },
  '/metrics': { type: 'text/plain; version=0.0.4', text: metrics },
  '/operator/': { type: 'text/plain; charset=utf-8', text: tasks },
};

/** Prometheus' text format, https://prometheus.io/docs/instrumenting/exposition_formats/. */
function metrics(health: Health): string {
  return Object.entries({
    portal_referrals_waiting: health.waiting,
    portal_referrals_unconfirmed: health.unconfirmed,
    portal_oldest_waiting_seconds: health.oldestWaitingSeconds,
    portal_oldest_unconfirmed_seconds: health.oldestUnconfirmedSeconds,
    portal_tasks_open: health.tasks.length,
  })
    .map(([name, value]) => `# TYPE ${name} gauge\n${name} ${value}\n`)
    .join('');
}

function tasks({ tasks: open }: Health): string {
  const lines = open.map(({ code, reference, service, at }) => [at, code, service, reference].join('\t'));
  return `${open.length} waiting for a person\n${lines.join('\n')}\n`;
}
