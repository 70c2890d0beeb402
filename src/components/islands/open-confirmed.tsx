import { useEffect, useRef } from 'preact/hooks';
import { dayIn } from './open-day.ts';
import type { OpenPage } from './open-words.ts';

type Props = {
  page: OpenPage;
  goneOn?: string | undefined;
  already: boolean;
  /** What to do with this page now. */
  next: string;
  /** False where the page opens with it. */
  focus: boolean;
};

/** The referral is in a person's hands, and the site knows. */
export function OpenConfirmed({ page: { words, tag }, goneOn, already, next, focus }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (focus) heading.current?.focus();
  }, [focus]);

  return (
    <section class="panel screen-only" data-state="confirmed">
      <h2 ref={heading} tabIndex={-1}>
        {words.confirmed.heading}
      </h2>
      {already && <p>{words.confirmed.already}</p>}
      <p>{words.confirmed.what}</p>
      {goneOn && (
        <p>
          {words.confirmed.goneOn}: <strong>{dayIn(tag, goneOn)}</strong>
        </p>
      )}
      <p>{next}</p>
    </section>
  );
}
