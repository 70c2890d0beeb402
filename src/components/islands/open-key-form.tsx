import { useRef, useState } from 'preact/hooks';
import { unlockKey } from '../../referral/opening.ts';
import { OpenField } from './open-field.tsx';
import { drawn } from './open-frame.ts';
import { OpenProblems } from './open-problems.tsx';
import type { OpenWords, ProblemWord } from './open-words.ts';

/** A key file is under 1 KB. Somebody who picks a film by mistake should not wait for it to be read. */
const fileBytesMax = 64 * 1024;

export type KeyProblem = { readonly word: ProblemWord; readonly field?: 'key-file' | 'key-passphrase' };

type Props = {
  words: OpenWords;
  button: string;
  /** Tries the key. Answers what is wrong, or nothing when the page has moved on. */
  tryKey: (identity: string) => Promise<ProblemWord | undefined>;
  say: (words: string) => void;
};

/** Key file and passphrase. Whatever goes wrong, both stay as they are and can be tried again. */
export function OpenKeyForm({ words, button, tryKey, say }: Props) {
  const file = useRef<HTMLInputElement>(null);
  const passphrase = useRef<HTMLInputElement>(null);
  const working = useRef(false);
  const [problems, setProblems] = useState<readonly KeyProblem[]>([]);
  const [attempt, setAttempt] = useState(0);

  const unlock = async (event: Event) => {
    event.preventDefault();
    if (working.current) return;
    working.current = true;
    setProblems([]);
    say(words.key.working);
    await drawn();
    const found = await problemsWith(file.current?.files?.[0], passphrase.current?.value ?? '', tryKey);
    working.current = false;
    say('');
    setProblems(found);
    setAttempt((before) => before + 1);
  };

  const problemAt = (field: KeyProblem['field']) => {
    const found = problems.find((problem) => problem.field === field);
    return found && { prefix: words.problems.prefix, text: words.problems[found.word] };
  };

  return (
    <>
      {problems.length > 0 && (
        <OpenProblems
          heading={words.problems.heading}
          attempt={attempt}
          problems={problems.map(({ word, field }) => ({
            text: words.problems[word],
            ...(field && { field }),
          }))}
        />
      )}
      <form class="question" noValidate autoComplete="off" onSubmit={unlock} aria-label={words.key.heading}>
        <OpenField
          id="key-file"
          label={words.key.file}
          problem={problemAt('key-file')}
          hint={
            <>
              {words.key.fileHint} <bdi dir="ltr">RJ-key-</bdi>
            </>
          }
        >
          {(tied) => <input {...tied} ref={file} type="file" accept=".txt,text/plain" />}
        </OpenField>
        <OpenField
          id="key-passphrase"
          label={words.key.passphrase}
          hint={words.key.passphraseHint}
          problem={problemAt('key-passphrase')}
        >
          {/* Not a password field: browsers offer to keep those, and six words from paper are typed better when seen.
              Spell checkers may send what they check to somebody. No name, so that no browser remembers it. */}
          {(tied) => (
            <input
              {...tied}
              ref={passphrase}
              type="text"
              size={34}
              dir="ltr"
              autoComplete="off"
              autoCapitalize="none"
              spellcheck={false}
            />
          )}
        </OpenField>
        <p class="go">
          <button class="button">{button}</button>
        </p>
      </form>
    </>
  );
}

async function problemsWith(
  file: File | undefined,
  passphrase: string,
  tryKey: Props['tryKey'],
): Promise<readonly KeyProblem[]> {
  const missing: KeyProblem[] = [];
  if (!file) missing.push({ word: 'fileMissing', field: 'key-file' });
  if (passphrase.trim() === '') missing.push({ word: 'passphraseMissing', field: 'key-passphrase' });
  if (!file || missing.length > 0) return missing;
  if (file.size > fileBytesMax) return [{ word: 'fileNotKey', field: 'key-file' }];

  let text: string;
  try {
    text = await file.text();
  } catch {
    // The file was moved or changed after it was chosen.
    return [{ word: 'fileUnreadable', field: 'key-file' }];
  }

  const unlocked = await unlockKey(text, passphrase);
  switch (unlocked.kind) {
    case 'not-a-key':
      return [{ word: 'fileNotKey', field: 'key-file' }];
    case 'damaged-key':
      return [{ word: 'fileDamaged', field: 'key-file' }];
    case 'wrong-passphrase':
      return [{ word: 'passphraseWrong', field: 'key-passphrase' }];
    case 'unlocked': {
      const word = await tryKey(unlocked.identity);
      if (word === undefined) return [];
      return [word === 'keyOther' ? { word, field: 'key-file' } : { word }];
    }
  }
}
