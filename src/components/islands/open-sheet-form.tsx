import { useRef, useState } from 'preact/hooks';
import { readRecoveryText } from '../../referral/opening.ts';
import { OpenField } from './open-field.tsx';
import { OpenProblems } from './open-problems.tsx';
import type { OpenWords, ProblemWord } from './open-words.ts';

type Props = {
  words: OpenWords;
  tryKey: (identity: string) => Promise<ProblemWord | undefined>;
};

/** The way in when the key file or the passphrase is lost: the text on the recovery sheet is the key itself. */
export function OpenSheetForm({ words, tryKey }: Props) {
  const sheet = useRef<HTMLTextAreaElement>(null);
  const [problem, setProblem] = useState<ProblemWord>();
  const [attempt, setAttempt] = useState(0);

  const unlock = async (event: Event) => {
    event.preventDefault();
    const typed = sheet.current?.value ?? '';
    const identity = await readRecoveryText(typed);
    const word = identity ? await tryKey(identity) : typed.trim() === '' ? 'sheetMissing' : 'sheetNotKey';
    setProblem(word);
    setAttempt((before) => before + 1);
  };

  const text = problem && words.problems[problem];
  return (
    <details>
      <summary>{words.key.sheetSummary}</summary>
      {text && (
        <OpenProblems
          heading={words.problems.heading}
          attempt={attempt}
          problems={[{ text, field: 'key-sheet' }]}
        />
      )}
      <form noValidate autoComplete="off" onSubmit={unlock} aria-label={words.key.sheetSummary}>
        <OpenField
          id="key-sheet"
          label={words.key.sheet}
          problem={text ? { prefix: words.problems.prefix, text } : undefined}
          hint={
            <>
              {words.key.sheetHint} <bdi dir="ltr">AGE-SECRET-KEY-1</bdi>
            </>
          }
        >
          {(tied) => (
            <textarea
              {...tied}
              ref={sheet}
              rows={3}
              cols={34}
              dir="ltr"
              autoComplete="off"
              autoCapitalize="characters"
              spellcheck={false}
            />
          )}
        </OpenField>
        <p class="go">
          <button class="button quiet">{words.key.sheetUnlock}</button>
        </p>
      </form>
    </details>
  );
}
