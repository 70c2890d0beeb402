import { useRef, useState } from 'preact/hooks';
import { KeysQr } from './keys-qr.tsx';
import type { KeysPage } from './keys-words.ts';
import { dayIn } from './open-day.ts';
import { OpenHeading } from './open-heading.tsx';
import { OpenRow } from './open-rows.tsx';

type Props = {
  page: KeysPage;
  service: string;
  initials: string;
  identity: string;
  next: () => Promise<void>;
};

/** The recovery sheet: the key itself on paper, for the safe. Printed, it is the sheet and nothing else. */
export function KeysSheet({ page, service, initials, identity, next }: Props) {
  const { keys, tag } = page;
  const [printed, setPrinted] = useState(false);
  const working = useRef(false);
  const go = () => {
    if (working.current) return;
    working.current = true;
    void next();
  };
  const toPaper = () => {
    print();
    setPrinted(true);
  };

  return (
    <>
      <div class="screen-only">
        <OpenHeading>{keys.sheet.heading}</OpenHeading>
        <p>{keys.sheet.what}</p>
        <p>
          <strong>{keys.sheet.keep}</strong>
        </p>
      </div>
      <section class="panel calm">
        <h2>{keys.sheet.title}</h2>
        <p>
          <strong>{keys.sheet.confidential}</strong>
        </p>
        <dl class="rows">
          <OpenRow label={keys.sheet.service}>
            <bdi>{service}</bdi>
          </OpenRow>
          <OpenRow label={keys.sheet.initials}>
            <bdi>{initials}</bdi>
          </OpenRow>
          <OpenRow label={keys.sheet.madeOn}>{dayIn(tag, new Date().toISOString())}</OpenRow>
          <OpenRow label={keys.sheet.text}>
            <code dir="ltr" id="identity">
              {/* In fours, as a person reads and types it; spaces do not matter when it is typed. */}
              {identity.replace(/^(AGE-SECRET-KEY-1)(.*)$/, (_, start: string, rest: string) =>
                [start, ...(rest.match(/.{1,4}/g) ?? [])].join(' '),
              )}
            </code>
          </OpenRow>
        </dl>
        <KeysQr text={identity} label={keys.sheet.picture} />
        <p>{keys.sheet.use}</p>
      </section>
      <p class="go screen-only">
        <button type="button" class={printed ? 'button quiet' : 'button'} onClick={toPaper}>
          {keys.sheet.print}
        </button>
        {printed && (
          <button type="button" class="button" onClick={go}>
            {keys.sheet.next}
          </button>
        )}
      </p>
    </>
  );
}
