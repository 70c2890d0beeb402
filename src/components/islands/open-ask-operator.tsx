import { useEffect, useRef, useState } from 'preact/hooks';
import type { Envelope } from '../../referral/envelope.ts';
import type { Link } from '../../referral/link.ts';
import { handOnProblem } from './open-answer.ts';
import { OpenProblems } from './open-problems.tsx';
import { askOperator, type HandedOn } from './open-server.ts';
import type { OpenPage, ProblemWord } from './open-words.ts';

type Props = {
  page: OpenPage;
  link: Link;
  envelope: Envelope;
  say: (words: string) => void;
  gone: (to: HandedOn) => void;
  /** Why the service cannot pass it on by itself. */
  why: string;
  /** True where it stands in the place of what a button has asked for. */
  focus?: boolean;
};

/**
 * Where a referral may not be passed on: somebody at the operator phones. They learn the reference and the service
 * only.
 */
export function OpenAskOperator({ page, link, envelope, say, gone, why, focus = false }: Props) {
  const { words } = page;
  const heading = useRef<HTMLHeadingElement>(null);
  const working = useRef(false);
  const [asked, setAsked] = useState(false);
  const [problem, setProblem] = useState<ProblemWord>();
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    if (focus || asked) heading.current?.focus();
  }, [focus, asked]);

  const ask = async () => {
    if (working.current) return;
    working.current = true;
    say(words.notOurs.asking);
    const answer = await askOperator(link, envelope.innerCode);
    say('');
    working.current = false;
    if (answer.state === 'handed-on') return gone(answer);
    if (answer.state === 'asked') return setAsked(true);
    setProblem(answer.state === 'unreachable' ? 'askUnreachable' : handOnProblem(answer.state));
    setAttempt((before) => before + 1);
  };

  if (asked) {
    return (
      <section class="panel screen-only" data-state="asked">
        <h2 ref={heading} tabIndex={-1}>
          {words.notOurs.askedHeading}
        </h2>
        <p>{words.notOurs.asked}</p>
      </section>
    );
  }
  return (
    <section class="screen-only">
      <h2 ref={heading} tabIndex={-1}>
        {words.notOurs.heading}
      </h2>
      {problem && (
        <OpenProblems
          heading={words.problems.heading}
          attempt={attempt}
          problems={[{ text: words.problems[problem] }]}
        />
      )}
      <p>{why}</p>
      <p class="go">
        <button type="button" class="button quiet" onClick={() => void ask()}>
          {words.notOurs.ask}
        </button>
      </p>
    </section>
  );
}
