/** How fast a full outbox empties, beside how fast the same mail server takes the same mail from a plain client. */
import { createTransport } from 'nodemailer';
import { aCourierWorld } from '../support/courier.ts';
import { aPostfix } from '../support/postfix.ts';
import { anSmtpSink, testAuthority } from '../support/smtp-sink.ts';
import type { Lifetime } from '../support/stores.ts';
import { perSecond } from './alone.ts';

const services = 20;
/** The courier's own number of hands. */
const atOnce = 6;

export type Draining = { readonly courierPerSecond: number; readonly clientPerSecond: number };

/** To a mail server that keeps nothing and answers at once, in this very process: what the courier itself can do. */
export async function drainingAtOnce(life: Lifetime, waiting: number): Promise<Draining> {
  const sink = await anSmtpSink(life);
  return draining(life, waiting, { url: sink.url, demonstration: true });
}

/** To a real Postfix over TLS, which has each mail on disk before it says so. */
export async function drainingToPostfix(life: Lifetime, waiting: number): Promise<Draining> {
  const { port } = await anSmtpSink(life);
  const { url } = await aPostfix(life, port, { default_transport: 'discard:' });
  return draining(life, waiting, { url, demonstration: false });
}

async function draining(
  life: Lifetime,
  waiting: number,
  server: { url: string; demonstration: boolean },
): Promise<Draining> {
  const mail = { demonstration: server.demonstration };
  const world = await aCourierWorld(life, { smtpUrl: () => server.url, mail });
  for (let made = 0; made < waiting; made += 1) await world.submit({ service: `service-${made % services}` });
  const started = performance.now();
  await world.roundAfter(1);
  const courierPerSecond = perSecond(waiting, performance.now() - started);
  if ((await world.notices()).some(({ state }) => state !== 'sent'))
    throw new Error('the outbox did not empty');

  const transport = createTransport({
    host: '127.0.0.1',
    port: Number(new URL(server.url).port),
    secure: false,
    ...(server.demonstration ? { ignoreTLS: true } : { requireTLS: true, tls: { ca: testAuthority } }),
  });
  const from = 'portal@sender.example';
  const to = 'team@service-0.example';
  // As long as a notice.
  const text = 'Somebody has asked for your service. '.repeat(20);
  let left = waiting;
  const clientStarted = performance.now();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (; left > 0;) {
        left -= 1;
        await transport.sendMail({ from, to, subject: 'A notice', text, textEncoding: 'quoted-printable' });
      }
    }),
  );
  return { courierPerSecond, clientPerSecond: perSecond(waiting, performance.now() - clientStarted) };
}
