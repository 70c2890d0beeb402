import { useEffect, useRef, useState } from 'preact/hooks';
import { foundBy, type ReceivingService } from '../../routing/receivers.ts';
import { OpenField } from './open-field.tsx';
import { OpenProblems } from './open-problems.tsx';
import type { OpenPage, ProblemWord } from './open-words.ts';

type Props = {
  page: OpenPage;
  services: readonly ReceivingService[];
  problem: ProblemWord | undefined;
  back: () => void;
  chosen: (service: ReceivingService) => void;
};

/** A list that grows shorter while one types the name of a service, an area or a council. */
export function OpenChooseService({ page, services, problem: found, back, chosen }: Props) {
  const { words } = page;
  const heading = useRef<HTMLHeadingElement>(null);
  const [typed, setTyped] = useState('');
  const [picked, setPicked] = useState('');
  const [problem, setProblem] = useState(found);
  const [attempt, setAttempt] = useState(0);
  useEffect(() => heading.current?.focus(), []);

  const shown = foundBy(typed, services);
  // What the search has hidden is not chosen any more: nobody should send what they do not see.
  const choice = shown.find(({ id }) => id === picked);

  const next = (event: Event) => {
    event.preventDefault();
    if (choice) return chosen(choice);
    setProblem('serviceMissing');
    setAttempt((before) => before + 1);
  };

  const first = shown[0] && idOf(shown[0]);
  const text = problem && words.problems[problem];
  return (
    <form
      class="question screen-only"
      noValidate
      autoComplete="off"
      data-state="choose"
      onSubmit={next}
      aria-label={words.choose.heading}
    >
      <h2 ref={heading} tabIndex={-1}>
        {words.choose.heading}
      </h2>
      {text && (
        <OpenProblems
          heading={words.problems.heading}
          attempt={attempt}
          problems={[{ text, field: first ?? 'service-search' }]}
        />
      )}
      <OpenField id="service-search" label={words.choose.search} hint={words.choose.searchHint}>
        {(tied) => (
          <input
            {...tied}
            type="search"
            size={30}
            maxLength={100}
            autoComplete="off"
            spellcheck={false}
            onInput={({ currentTarget }) => setTyped(currentTarget.value)}
          />
        )}
      </OpenField>
      <p role="status">
        {words.choose.found}: {shown.length}
      </p>
      <fieldset {...(text && { 'aria-describedby': 'service-problem' })}>
        <legend>{words.choose.legend}</legend>
        {text && (
          <p class="error" id="service-problem">
            <b>{words.problems.prefix}</b> {text}
          </p>
        )}
        {shown.map((service) => (
          <div class="choice" key={service.id}>
            <input
              type="radio"
              name="service"
              id={idOf(service)}
              checked={service.id === picked}
              aria-labelledby={`${idOf(service)}-name`}
              aria-describedby={`${idOf(service)}-areas`}
              onChange={() => setPicked(service.id)}
            />
            {/* The whole card is the label, but the areas are heard as a description and not as a part of the name. */}
            <label for={idOf(service)}>
              <span id={`${idOf(service)}-name`}>{service.name}</span>
              <span class="hint" id={`${idOf(service)}-areas`}>
                {service.areas.map(({ name }) => name).join(', ') || words.choose.everywhere}
              </span>
            </label>
          </div>
        ))}
      </fieldset>
      <p class="go">
        <button class="button">{words.choose.next}</button>
        <button type="button" class="button quiet" onClick={back}>
          {words.choose.back}
        </button>
      </p>
    </form>
  );
}

const idOf = ({ id }: ReceivingService) => `service-${id}`;
