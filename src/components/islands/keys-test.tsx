import { useRef, useState } from 'preact/hooks';
import { innerCodeLength, showCode, tidyCode } from '../../referral/codes.ts';
import type { Envelope } from '../../referral/envelope.ts';
import { openReferral } from '../../referral/opening.ts';
import type { Trial } from '../../referral/trial.ts';
import type { KeysPage } from './keys-words.ts';
import { OpenField } from './open-field.tsx';
import { OpenHeading } from './open-heading.tsx';
import { OpenKeyForm } from './open-key-form.tsx';
import { OpenProblems } from './open-problems.tsx';
import { OpenRow } from './open-rows.tsx';

type Props = { page: KeysPage; trial: Trial; say: (words: string) => void; passed: () => void };

/** The key file and the written words must open something before anything is sealed to them. */
export function KeysTest({ page, trial, say, passed }: Props) {
  const { keys, words } = page;
  const [envelope, setEnvelope] = useState<Envelope>();

  if (envelope) return <KeysTestCode page={page} envelope={envelope} passed={passed} />;

  return (
    <>
      <OpenHeading>{keys.test.heading}</OpenHeading>
      <p>{keys.test.what}</p>
      <OpenKeyForm
        words={words}
        button={keys.test.unlock}
        say={say}
        tryKey={async (identity) => {
          const opened = await openReferral(trial.sealed, identity, trial.reference);
          // It was sealed on this page a minute ago, so whatever stays shut is a matter of the key.
          if (opened.kind !== 'opened') return 'keyOther';
          setEnvelope(opened.envelope);
          return undefined;
        }}
      />
    </>
  );
}

function KeysTestCode({
  page,
  envelope,
  passed,
}: {
  page: KeysPage;
  envelope: Envelope;
  passed: () => void;
}) {
  const { keys, words } = page;
  const code = useRef<HTMLInputElement>(null);
  const [wrong, setWrong] = useState(false);
  const [attempt, setAttempt] = useState(0);

  const check = (event: Event) => {
    event.preventDefault();
    if (tidyCode(code.current?.value ?? '', innerCodeLength) === envelope.innerCode) return passed();
    setWrong(true);
    setAttempt((before) => before + 1);
  };

  return (
    <>
      <OpenHeading>{keys.test.opened}</OpenHeading>
      <p>{keys.test.openedWhat}</p>
      <dl class="rows">
        <OpenRow label={words.letter.reference}>
          <bdi dir="ltr">{showCode(envelope.reference)}</bdi>
        </OpenRow>
        <OpenRow label={words.letter.innerCode}>
          <bdi dir="ltr" id="inner-code">
            {showCode(envelope.innerCode)}
          </bdi>
        </OpenRow>
      </dl>
      {wrong && (
        <OpenProblems
          heading={words.problems.heading}
          attempt={attempt}
          problems={[{ text: keys.problems.codeWrong, field: 'test-code' }]}
        />
      )}
      <form class="question" noValidate autoComplete="off" onSubmit={check}>
        <OpenField
          id="test-code"
          label={keys.test.code}
          hint={keys.test.codeHint}
          problem={wrong ? { prefix: words.problems.prefix, text: keys.problems.codeWrong } : undefined}
        >
          {(tied) => (
            <input
              {...tied}
              ref={code}
              type="text"
              dir="ltr"
              size={16}
              autoComplete="off"
              spellcheck={false}
            />
          )}
        </OpenField>
        <p class="go">
          <button class="button">{keys.test.next}</button>
        </p>
      </form>
    </>
  );
}
