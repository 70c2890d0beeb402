/** Referrals over HTTP, each read, routed, sealed to two keys and on disk before its answer. */
import { Agent, request } from 'node:http';
import { readFileSync } from 'node:fs';
import { formPath, residentBytes, type WebProcess } from '../support/web-process.ts';
import { perSecond } from './alone.ts';

export type Load = {
  readonly perSecond: number;
  /** Milliseconds from the first byte asked to the last byte answered. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Milliseconds of processor time that the web process spent on one. */
  readonly webMs: number;
};

/** Sends `count` different referrals over so many connections at once. */
export async function accepting(web: WebProcess, connections: number, count: number): Promise<Load> {
  const bodies = [];
  for (let made = 0; made < count; made += 1)
    bodies.push(await web.readyForm({ 'call-me': `Person ${made}` }));
  return underLoad(web, connections, bodies, 'id="receipt"');
}

/** The empty form asked for instead: what HTTP and drawing cost without reading, sealing and keeping. */
export function drawing(web: WebProcess, connections: number, count: number): Promise<Load> {
  return underLoad(
    web,
    connections,
    Array.from({ length: count }, () => undefined),
    'name="form-key"',
  );
}

export function residentMegabytes(web: WebProcess): number {
  return residentBytes(web.pid) / 2 ** 20;
}

async function underLoad(
  web: WebProcess,
  connections: number,
  bodies: readonly (string | undefined)[],
  expected: string,
): Promise<Load> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const waiting = [...bodies];
  const times: number[] = [];
  const cpuBefore = processorMs(web.pid);
  const started = performance.now();
  const connection = async () => {
    while (waiting.length > 0) {
      const asked = performance.now();
      const page = await answered(web, agent, waiting.pop());
      times.push(performance.now() - asked);
      if (!page.includes(expected)) throw new Error('the web process answered something else');
    }
  };
  await Promise.all(Array.from({ length: connections }, connection));
  const tookMs = performance.now() - started;
  agent.destroy();
  times.sort((one, other) => one - other);
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
  return {
    perSecond: perSecond(times.length, tookMs),
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    webMs: (processorMs(web.pid) - cpuBefore) / times.length,
  };
}

function answered(web: WebProcess, agent: Agent, body: string | undefined): Promise<string> {
  return new Promise((done, failed) => {
    const asking = request({
      agent,
      host: '127.0.0.1',
      port: web.port,
      path: formPath,
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        origin: web.origin,
        ...(body === undefined
          ? {}
          : {
              'content-type': 'application/x-www-form-urlencoded',
              'content-length': Buffer.byteLength(body),
            }),
      },
    });
    asking.once('error', (cause) => {
      // The server may end a connection that was kept, just as the next request sets out. The form can be sent again.
      if (asking.reusedSocket) answered(web, agent, body).then(done, failed);
      else failed(cause);
    });
    asking.once('response', (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.once('end', () => done(Buffer.concat(parts).toString()));
      response.once('error', failed);
    });
    asking.end(body);
  });
}

/**
 * Processor time of a process so far. Linux counts it in hundredths of a second.
 * https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
 */
function processorMs(pid: number): number {
  const after = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(after[11]) + Number(after[12])) * 10;
}
