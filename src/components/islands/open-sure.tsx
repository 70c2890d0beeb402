import { useEffect, useRef, useState } from 'preact/hooks';
import type { Envelope } from '../../referral/envelope.ts';
import { sealAnew, type Receiver, type Resealed } from '../../referral/hand-on.ts';
import type { Link } from '../../referral/link.ts';
import type { ReceivingService } from '../../routing/receivers.ts';
import { handOnProblem } from './open-answer.ts';
import { drawn } from './open-frame.ts';
import { OpenProblems } from './open-problems.tsx';
import { handOn, type HandedOn } from './open-server.ts';
import type { OpenPage, ProblemWord } from './open-words.ts';

type Props = {
  page: OpenPage;
  link: Link;
  envelope: Envelope;
  to: Receiver;
  service: ReceivingService;
  say: (words: string) => void;
  gone: (to: HandedOn) => void;
  back: () => void;
  /** Another list of services, or other keys, hold by now. */
  listChanged: () => void;
};

/** Asks once more, because it cannot be taken back; then seals the referral anew and sends it. */
export function OpenSure({ page, link, envelope, to, service, say, gone, back, listChanged }: Props) {
  const { words } = page;
  const heading = useRef<HTMLHeadingElement>(null);
  const working = useRef(false);
  // Sealed once, so that a second try after an answer that got lost brings the same text and the same code.
  const resealed = useRef<Promise<Resealed> | null>(null);
  const [problem, setProblem] = useState<ProblemWord>();
  const [attempt, setAttempt] = useState(0);
  useEffect(() => heading.current?.focus(), []);

  const pass = async (event: Event) => {
    event.preventDefault();
    if (working.current) return;
    working.current = true;
    setProblem(undefined);
    say(words.sure.working);
    await drawn();
    resealed.current ??= sealAnew(envelope, to);
    const answer = await resealed.current.then(
      (sealed) => handOn(link, envelope.innerCode, sealed),
      () => ({ state: 'refused' }) as const,
    );
    say('');
    working.current = false;
    if (answer.state === 'handed-on') return gone(answer);
    if (answer.state === 'keys-changed') return listChanged();
    setProblem(handOnProblem(answer.state));
    setAttempt((before) => before + 1);
  };

  const areas = service.areas.map(({ name }) => name).join(', ') || words.choose.everywhere;
  return (
    <form
      class="question screen-only"
      noValidate
      autoComplete="off"
      data-state="sure"
      onSubmit={pass}
      aria-label={words.sure.heading}
    >
      <h2 ref={heading} tabIndex={-1}>
        {words.sure.heading}
      </h2>
      {problem && (
        <OpenProblems
          heading={words.problems.heading}
          attempt={attempt}
          problems={[{ text: words.problems[problem] }]}
        />
      )}
      <p>
        {words.sure.to}: <strong>{service.name}</strong> ({areas})
      </p>
      <p>{words.sure.what}</p>
      <p>{words.sure.after}</p>
      <p class="go">
        <button class="button">{words.sure.yes}</button>
        <button type="button" class="button quiet" onClick={back}>
          {words.sure.no}
        </button>
      </p>
    </form>
  );
}
