import { OpenHeading } from './open-heading.tsx';
import type { HandedOn } from './open-server.ts';
import type { OpenPage } from './open-words.ts';

/** What a service sees of a referral that it has passed on: where it is, and nothing of what is in it. */
export function OpenHandedOn({ page: { words, names }, to }: { page: OpenPage; to: HandedOn }) {
  return (
    <>
      <OpenHeading>{words.handedOn.heading}</OpenHeading>
      <p>
        {words.handedOn.with}: <strong>{names[to.to] ?? to.to}</strong>
      </p>
      <p>{to.acknowledged ? words.handedOn.opened : words.handedOn.waiting}</p>
      <p>{words.handedOn.next}</p>
      <p>
        <strong>{words.handedOn.delete}</strong>
      </p>
    </>
  );
}
