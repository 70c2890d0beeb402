import { useRef } from 'preact/hooks';
import type { KeysWords } from './keys-words.ts';
import { OpenHeading } from './open-heading.tsx';

type Props = { keys: KeysWords; passphrase: string; next: () => Promise<void> };

/** The six words, shown once and to be written by hand: a printed or copied passphrase ends up beside its file. */
export function KeysPassphrase({ keys, passphrase, next }: Props) {
  const working = useRef(false);
  const go = () => {
    // Locking takes a second, and a second press would lock it twice.
    if (working.current) return;
    working.current = true;
    void next();
  };

  return (
    <>
      <OpenHeading>{keys.passphrase.heading}</OpenHeading>
      <p>{keys.passphrase.what}</p>
      <p class="receipt screen-only" dir="ltr" lang="en" id="passphrase">
        {passphrase}
      </p>
      <p>
        <strong>{keys.passphrase.keep}</strong>
      </p>
      <p class="go">
        <button type="button" class="button" onClick={go}>
          {keys.passphrase.next}
        </button>
      </p>
    </>
  );
}
