import { useRef, useState } from 'preact/hooks';
import { innerCodeLength, referenceLength, tidyCode } from '../../referral/codes.ts';
import { problemWith, type ConfirmProblem } from './open-answer.ts';
import { OpenConfirmed } from './open-confirmed.tsx';
import { OpenField } from './open-field.tsx';
import { OpenProblems } from './open-problems.tsx';
import { confirmReferral, type Confirmed } from './open-server.ts';
import type { OpenPage } from './open-words.ts';

type Props = { page: OpenPage; say: (words: string) => void };

/** For whoever read the referral on paper or on another device: the reference and the code, by hand. */
export function OpenCodeForm({ page, say }: Props) {
  const { words } = page;
  const reference = useRef<HTMLInputElement>(null);
  const code = useRef<HTMLInputElement>(null);
  const working = useRef(false);
  const [problems, setProblems] = useState<readonly ConfirmProblem[]>([]);
  const [attempt, setAttempt] = useState(0);
  const [confirmed, setConfirmed] = useState<Confirmed>();

  const confirm = async (event: Event) => {
    event.preventDefault();
    if (working.current) return;
    working.current = true;
    const typed = readCodes(reference.current?.value ?? '', code.current?.value ?? '');
    if ('problems' in typed) {
      setProblems(typed.problems);
    } else {
      say(words.confirm.working);
      const answer = await confirmReferral(typed.reference, typed.code);
      const problem = problemWith(answer);
      say('');
      setProblems(problem ? [problem] : []);
      if (!problem) setConfirmed(answer);
    }
    working.current = false;
    setAttempt((before) => before + 1);
  };

  if (confirmed?.state === 'acknowledged' || confirmed?.state === 'already') {
    return (
      <OpenConfirmed
        page={page}
        goneOn={confirmed.goneOn}
        already={confirmed.state === 'already'}
        next={words.confirmed.nextByCode}
        focus
      />
    );
  }

  const problemAt = (field: ConfirmProblem['field']) => {
    const found = problems.find((problem) => problem.field === field);
    return found && { prefix: words.problems.prefix, text: words.problems[found.word] };
  };
  const input = { type: 'text', dir: 'ltr', autoComplete: 'off', autoCapitalize: 'characters' } as const;

  return (
    <form
      class="question screen-only"
      noValidate
      autoComplete="off"
      onSubmit={confirm}
      aria-label={words.byCode.heading}
    >
      <h2>{words.byCode.heading}</h2>
      <p>{words.byCode.what}</p>
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
      <OpenField
        id="reference"
        label={words.byCode.reference}
        hint={words.byCode.referenceHint}
        problem={problemAt('reference')}
      >
        {(tied) => <input {...tied} {...input} ref={reference} size={11} spellcheck={false} />}
      </OpenField>
      <OpenField id="code" label={words.byCode.code} hint={words.byCode.codeHint} problem={problemAt('code')}>
        {(tied) => <input {...tied} {...input} ref={code} size={16} spellcheck={false} />}
      </OpenField>
      <p class="go">
        <button class="button quiet">{words.byCode.send}</button>
      </p>
    </form>
  );
}

function readCodes(
  typedReference: string,
  typedCode: string,
): { reference: string; code: string } | { problems: readonly ConfirmProblem[] } {
  const reference = tidyCode(typedReference, referenceLength);
  const code = tidyCode(typedCode, innerCodeLength);
  if (reference !== undefined && code !== undefined) return { reference, code };

  const problems: ConfirmProblem[] = [];
  if (reference === undefined) {
    problems.push({
      word: typedReference.trim() ? 'referenceWrong' : 'referenceMissing',
      field: 'reference',
    });
  }
  if (code === undefined)
    problems.push({ word: typedCode.trim() ? 'codeMalformed' : 'codeMissing', field: 'code' });
  return { problems };
}
