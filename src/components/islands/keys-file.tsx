import { useState } from 'preact/hooks';
import type { KeysWords } from './keys-words.ts';
import { OpenHeading } from './open-heading.tsx';
import { saveFile } from './open-save.ts';

type Props = { keys: KeysWords; name: string; keyFile: string; next: () => void };

/** The wrapped key as a file. Only when it was saved can one go on. */
export function KeysFile({ keys, name, keyFile, next }: Props) {
  const [saved, setSaved] = useState(false);
  const save = () => {
    saveFile(name, 'text/plain', keyFile);
    setSaved(true);
  };

  return (
    <>
      <OpenHeading>{keys.file.heading}</OpenHeading>
      <p>{keys.file.what}</p>
      <p>
        {keys.file.name}: <bdi dir="ltr">{name}</bdi>
      </p>
      <p class="go">
        {/* The same button in both states, so that the focus stays on it. */}
        <button type="button" class={saved ? 'button quiet' : 'button'} onClick={save}>
          {saved ? keys.file.again : keys.file.save}
        </button>
        {saved && (
          <button type="button" class="button" onClick={next}>
            {keys.file.next}
          </button>
        )}
      </p>
    </>
  );
}
