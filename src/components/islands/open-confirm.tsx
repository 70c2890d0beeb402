import { useRef, useState } from 'preact/hooks';
import type { Envelope } from '../../referral/envelope.ts';
import { problemWith } from './open-answer.ts';
import { OpenConfirmed } from './open-confirmed.tsx';
import { dayIn } from './open-day.ts';
import { OpenProblems } from './open-problems.tsx';
import { confirmReferral, type Confirmed, type Sealed } from './open-server.ts';
import type { OpenPage } from './open-words.ts';

type Props = { page: OpenPage; sealed: Sealed; envelope: Envelope; say: (words: string) => void };

/**
 * Confirms the opened referral with the code inside it, which only an opened referral shows.
 *
 * The tick comes first, because from this moment the referral has a day on which it is deleted here.
 */
export function OpenConfirm({ page, sealed, envelope, say }: Props) {
  const { words, tag } = page;
  const tick = useRef<HTMLInputElement>(null);
  const working = useRef(false);
  const [answer, setAnswer] = useState<Confirmed>();
  const [unticked, setUnticked] = useState(false);
  const [attempt, setAttempt] = useState(0);

  const confirm = async (event: Event) => {
    event.preventDefault();
    if (working.current) return;
    const ticked = tick.current?.checked === true;
    setUnticked(!ticked);
    if (ticked) {
      working.current = true;
      say(words.confirm.working);
      setAnswer(await confirmReferral(envelope.reference, envelope.innerCode));
      say('');
      working.current = false;
    }
    setAttempt((before) => before + 1);
  };

  const isConfirmed = answer?.state === 'acknowledged' || answer?.state === 'already';
  if (isConfirmed || sealed.acknowledged) {
    return (
      <OpenConfirmed
        page={page}
        goneOn={isConfirmed ? (answer.goneOn ?? sealed.goneOn) : sealed.goneOn}
        already={!isConfirmed || answer.state === 'already'}
        next={words.confirmed.next}
        focus={isConfirmed}
      />
    );
  }

  const failed = answer && problemWith(answer);
  const problem = unticked
    ? { text: words.problems.tickMissing, field: 'kept' }
    : failed && { text: words.problems[failed.word] };

  return (
    <form
      class="question screen-only"
      noValidate
      autoComplete="off"
      onSubmit={confirm}
      aria-label={words.confirm.heading}
    >
      <h2>{words.confirm.heading}</h2>
      <p>{words.confirm.what}</p>
      {problem && <OpenProblems heading={words.problems.heading} attempt={attempt} problems={[problem]} />}
      <p>
        {words.confirm.goneOn}: <strong>{dayIn(tag, sealed.goneOn)}</strong>
      </p>
      {unticked && (
        <p class="error" id="kept-problem">
          <b>{words.problems.prefix}</b> {words.problems.tickMissing}
        </p>
      )}
      <div class="choice">
        <input
          ref={tick}
          type="checkbox"
          id="kept"
          {...(unticked && { 'aria-invalid': 'true', 'aria-describedby': 'kept-problem' })}
        />
        <label for="kept">{words.confirm.tick}</label>
      </div>
      <p class="go">
        <button class="button">{words.confirm.send}</button>
      </p>
    </form>
  );
}
