import { showCode } from '../../referral/codes.ts';
import type { Envelope } from '../../referral/envelope.ts';
import { saveFile } from './open-save.ts';
import type { OpenWords } from './open-words.ts';

/** Two ways to keep the referral. Never the clipboard: other programs read it, and some send it elsewhere. */
export function OpenKeep({ words, envelope }: { words: OpenWords; envelope: Envelope }) {
  const save = () =>
    saveFile(
      `RJ-${showCode(envelope.reference)}.json`,
      'application/json',
      `${JSON.stringify(envelope, null, 2)}\n`,
    );

  return (
    <section class="screen-only">
      <h2>{words.keep.heading}</h2>
      <p>{words.keep.what}</p>
      <p class="hint">{words.keep.saveHint}</p>
      <p class="go">
        <button type="button" class="button quiet" onClick={() => print()}>
          {words.keep.print}
        </button>
        <button type="button" class="button quiet" onClick={save}>
          {words.keep.save}
        </button>
      </p>
    </section>
  );
}
