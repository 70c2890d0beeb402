import type { KeysWords } from './keys-words.ts';
import { OpenField } from './open-field.tsx';
import { OpenHeading } from './open-heading.tsx';

type Props = { keys: KeysWords; recipient: string; again: () => void };

/** The public half, to be sent by hand. It goes into the directory only after two people have compared its end. */
export function KeysDone({ keys, recipient, again }: Props) {
  return (
    <>
      <OpenHeading>{keys.done.heading}</OpenHeading>
      <p>{keys.done.what}</p>
      <OpenField id="recipient" label={keys.done.recipient} hint={keys.done.recipientHint}>
        {(tied) => (
          <textarea
            {...tied}
            dir="ltr"
            rows={3}
            cols={34}
            readOnly
            spellcheck={false}
            value={recipient}
            onFocus={(event) => event.currentTarget.select()}
          />
        )}
      </OpenField>
      <p>
        {keys.done.check}:{' '}
        <strong class="receipt" dir="ltr">
          {recipient.slice(-6)}
        </strong>
      </p>
      <p>{keys.done.second}</p>
      <p class="go screen-only">
        <button type="button" class="button quiet" onClick={again}>
          {keys.done.again}
        </button>
      </p>
    </>
  );
}
