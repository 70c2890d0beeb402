/** How fast a full outbox empties, beside how fast the same mail server takes the same mail from a plain client. */
import { createTransport } from 'nodemailer';
import { aCourierWorld } from '../support/courier.ts';
import type { Lifetime } from '../support/stores.ts';
import { perSecond } from './alone.ts';

const services = 20;
/** The courier's own number of hands. */
const atOnce = 6;

export type Draining = { readonly courierPerSecond: number; readonly clientPerSecond: number };

export async function draining(life: Lifetime, waiting: number): Promise<Draining> {
  const world = await aCourierWorld(life);
  for (let made = 0; made < waiting; made += 1) await world.submit({ service: `service-${made % services}` });
  const started = performance.now();
  await world.roundAfter(1);
  const courierPerSecond = perSecond(waiting, performance.now() - started);
  if (world.sink.taken.length !== waiting) throw new Error('the outbox did not empty');

  const raw = world.sink.taken[0]?.data ?? '';
  const { port } = new URL(world.sink.url);
  const transport = createTransport({
    host: '127.0.0.1',
    port: Number(port),
    secure: false,
    ignoreTLS: true,
  });
  const envelope = { from: 'portal@sender.example', to: ['team@service-0.example'] };
  let left = waiting;
  const clientStarted = performance.now();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (; left > 0;) {
        left -= 1;
        await transport.sendMail({ envelope, raw });
      }
    }),
  );
  return { courierPerSecond, clientPerSecond: perSecond(waiting, performance.now() - clientStarted) };
}
