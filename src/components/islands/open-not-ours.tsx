import { useEffect, useRef, useState } from 'preact/hooks';
import { kinds, type Kind } from '../../referral/choices.ts';
import type { Answers, Envelope } from '../../referral/envelope.ts';
import type { Receiver } from '../../referral/hand-on.ts';
import type { Link } from '../../referral/link.ts';
import { receiversFor, type ReceivingService } from '../../routing/receivers.ts';
import { handOnProblem } from './open-answer.ts';
import { OpenAskOperator } from './open-ask-operator.tsx';
import { OpenChooseService } from './open-choose-service.tsx';
import { OpenProblems } from './open-problems.tsx';
import { fetchReceivers, type HandedOn, type Sealed } from './open-server.ts';
import { OpenSure } from './open-sure.tsx';
import type { OpenPage, ProblemWord } from './open-words.ts';

type Props = {
  page: OpenPage;
  link: Link;
  sealed: Sealed;
  envelope: Envelope;
  say: (words: string) => void;
  /** The referral has left this service. */
  gone: (to: HandedOn) => void;
};

type State =
  | { at: 'start'; problem?: ProblemWord }
  | { at: 'choose'; receivers: readonly Receiver[]; problem?: ProblemWord }
  | { at: 'sure'; receivers: readonly Receiver[]; to: Receiver; service: ReceivingService };

/**
 * For a referral that belongs to another service. It goes only where the person agreed that it may go, and once: in every
 * other case somebody at the operator is asked to phone.
 */
export function OpenNotOurs({ page, link, sealed, envelope, say, gone }: Props) {
  const { words } = page;
  const working = useRef(false);
  const start = useRef<HTMLButtonElement>(null);
  const [state, setState] = useState<State>({ at: 'start' });
  const [attempt, setAttempt] = useState(0);
  const [cameBack, setCameBack] = useState(0);
  useEffect(() => {
    if (cameBack > 0) start.current?.focus();
  }, [cameBack]);

  const offer = async (problem?: ProblemWord) => {
    if (working.current) return;
    working.current = true;
    say(words.notOurs.fetching);
    const offered = await fetchReceivers(link);
    say('');
    working.current = false;
    setAttempt((before) => before + 1);
    if (offered.state === 'handed-on') return gone(offered);
    if (offered.state === 'here') {
      setState({ at: 'choose', receivers: offered.receivers, ...(problem && { problem }) });
    } else {
      const word = offered.state === 'unreachable' ? 'listUnreachable' : handOnProblem(offered.state);
      setState({ at: 'start', problem: word });
    }
  };

  if (state.at === 'sure') {
    return (
      <OpenSure
        page={page}
        link={link}
        envelope={envelope}
        to={state.to}
        service={state.service}
        say={say}
        gone={gone}
        back={() => setState({ at: 'choose', receivers: state.receivers })}
        listChanged={() => void offer('servicesChanged')}
      />
    );
  }

  const kind = kindIn(envelope.answers);
  const question = { role: envelope.role, ...(kind && { kind }) };
  const allowed = receiversFor(page.services, question).filter(({ id }) => id !== envelope.service);
  const operator = { page, link, envelope, say, gone };

  if (state.at === 'choose') {
    const open = allowed.filter(({ id }) => state.receivers.some(({ service }) => service === id));
    if (open.length === 0) return <OpenAskOperator {...operator} why={words.notOurs.nobody} focus />;
    return (
      <OpenChooseService
        page={page}
        services={open}
        problem={state.problem}
        back={() => {
          setState({ at: 'start' });
          setCameBack((before) => before + 1);
        }}
        chosen={(service) => {
          const to = state.receivers.find((receiver) => receiver.service === service.id);
          if (to) setState({ at: 'sure', receivers: state.receivers, to, service });
        }}
      />
    );
  }

  if (!envelope.consent.fallback) return <OpenAskOperator {...operator} why={words.notOurs.noConsent} />;
  if (!sealed.mayBeHandedOn) return <OpenAskOperator {...operator} why={words.notOurs.again} />;
  const problem = state.problem && { text: words.problems[state.problem] };
  return (
    <section class="screen-only">
      <h2>{words.notOurs.heading}</h2>
      {problem && <OpenProblems heading={words.problems.heading} attempt={attempt} problems={[problem]} />}
      <p>{words.notOurs.mayPass}</p>
      <p class="go">
        <button ref={start} type="button" class="button quiet" onClick={() => void offer()}>
          {words.notOurs.start}
        </button>
      </p>
    </section>
  );
}

function kindIn(answers: Answers): Kind | undefined {
  return kinds.find((kind) => kind === answers['kind']);
}
