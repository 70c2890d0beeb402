/**
 * The operator's page as HTML: what waits for a person, the oldest first, and a form under each to say what was
 * decided.
 */
import { formatDay, formatTime } from '../../../i18n/dates.ts';
import { showCode } from '../../../referral/codes.ts';
import type { Choice } from '../../store/decisions.ts';
import type { Health } from '../../store/health.ts';
import type { TaskRow } from '../../store/schema.ts';
import { html, nothing, type Html } from './html.ts';
import { choiceWords, taskWords } from './operator-tasks.ts';

/** Further ones are counted, not drawn: a page of ten thousand forms helps nobody. */
const drawnMax = 100;

/** What came of a decision that was sent. */
export type Answer =
  | { readonly kind: 'recorded'; readonly task: TaskRow; readonly choice: Choice }
  | { readonly kind: 'stale' | 'closed' }
  | Unclear;

/** The field that stands in the way, and all that was typed, as it was typed. */
export type Unclear = {
  readonly kind: 'name' | 'choice' | 'second' | 'reference';
  readonly task: number;
  readonly name: string;
  readonly second: string;
  readonly reference: string;
  readonly choice: string;
};

export type OperatorPage = {
  readonly tasks: readonly TaskRow[];
  readonly health: Health;
  /** Name and phone of a service, as the catalogue has them. */
  readonly serviceOf: (id: string) => { name: string; phone: string | null } | undefined;
  readonly token: string;
  readonly answer?: Answer | undefined;
};

const answers: Readonly<Record<Exclude<Answer['kind'], 'recorded'>, string>> = {
  stale:
    'This page had been open for too long, or the portal was started again. Nothing was recorded. Please decide again.',
  closed: 'This task is closed already. Nothing was recorded.',
  name: 'Enter your name, so that it is known who decided.',
  choice: 'Choose what was decided.',
  second: 'Enter the name of a second person who agrees. It must be another one.',
  reference: 'To delete a referral, enter its reference exactly. Nothing was deleted.',
};

export function operatorPage(page: OperatorPage): string {
  const { tasks, health, answer } = page;
  const drawn = tasks.slice(0, drawnMax);
  const title = `${tasks.length} waiting for a person`;
  // What is read out first when the page comes.
  const outcome = answer ? (answer.kind === 'recorded' ? 'Recorded: ' : 'Problem: ') : '';
  return html`<!doctype html>
    <html lang="en-GB">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${outcome}${title} – portal</title>
        <link rel="stylesheet" href="/operator/style.css" />
      </head>
      <body>
        <main>
          <h1>${title}</h1>
          ${answer ? answered(answer, tasks) : nothing}
          <p>
            ${health.waiting} things services do not know yet: referrals not handed over, and referrals taken
            back. ${health.unconfirmed} were handed over and nobody has confirmed them. Nobody here can read
            them.
          </p>
          ${health.alarms.length > 0 ? html`<p class="problem">Alarms: ${health.alarms.join(', ')}</p>` : nothing}
          <p>Decisions are kept in the audit under the name you enter.</p>
          ${drawn.map((task) => taskPart(task, page))}
          ${tasks.length > drawn.length ? html`<p>And ${tasks.length - drawn.length} more, all newer.</p>` : nothing}
        </main>
      </body>
    </html> `.html;
}

function answered(answer: Answer, tasks: readonly TaskRow[]): Html {
  if (answer.kind === 'recorded') {
    const { task, choice } = answer;
    const about = task.reference === '' ? task.code : `${task.code}, ${showCode(task.reference)}`;
    return html`<p role="status" class="done" ${takesFocus}>Recorded: ${choiceWords[choice]} (${about}).</p>`;
  }
  const text = answers[answer.kind];
  const said = 'task' in answer ? html`<a href="#${fieldOf(answer, tasks)}">${text}</a>` : text;
  // The alert is inside what is focused: on the focused element itself some screen readers cut it short.
  return html`<div class="problem" ${takesFocus}><p role="alert">${said}</p></div>`;
}

/** There is no script on this page to move the focus, and whoever sent the form is told first what came of it. */
const takesFocus = html`tabindex="-1" autofocus`;

function fieldOf({ kind, task }: Unclear, tasks: readonly TaskRow[]): string {
  if (kind !== 'choice') return `${kind}-${task}`;
  const [first] = taskWords(tasks.find(({ id }) => id === task)?.code ?? '').choices;
  return `choice-${task}-${first ?? ''}`;
}

/** The problem of one field, beside it, and what ties the field to it. */
function problemAt(kind: Unclear['kind'], task: TaskRow, unclear: Unclear | undefined, hintId?: string) {
  const isHere = unclear?.kind === kind;
  const id = `problem-${task.id}`;
  const described = [hintId, isHere ? id : undefined].filter((one) => one !== undefined).join(' ');
  return {
    said: isHere ? html`<span class="error" id="${id}">${answers[kind]}</span>` : nothing,
    tie: html`${described === '' ? nothing : html`aria-describedby="${described}"`}
    ${isHere ? html`aria-invalid="true"` : nothing}`,
  };
}

function taskPart(task: TaskRow, page: OperatorPage): Html {
  const { title, means, doThis } = taskWords(task.code);
  const service = page.serviceOf(task.service);
  const at = new Date(task.at);
  return html`<section aria-labelledby="task-${task.id}">
    <h2 id="task-${task.id}">${title}</h2>
    <dl>
      <dt>Since</dt>
      <dd>${formatDay(at, 'en')}, ${formatTime(at, 'en')}</dd>
      <dt>Task</dt>
      <dd>${task.code}</dd>
      ${
        task.reference === ''
          ? nothing
          : html`<dt>Reference</dt>
              <dd>${showCode(task.reference)}</dd>`
      }
      ${
        task.service === ''
          ? nothing
          : html`<dt>Service</dt>
              <dd>${service ? `${service.name} (${task.service})` : task.service}</dd>`
      }
      ${
        service
          ? html`<dt>Phone</dt>
              <dd>${service.phone ?? 'not known'}</dd>`
          : nothing
      }
    </dl>
    <p>${means}</p>
    <p><strong>What to do.</strong> ${doThis}</p>
    ${decisionForm(task, page)}
  </section> `;
}

function decisionForm(task: TaskRow, { token, answer }: OperatorPage): Html {
  const unclear = answer && 'name' in answer && answer.task === task.id ? answer : undefined;
  const { choices } = taskWords(task.code);
  const { said, tie } = problemAt('choice', task, unclear);
  return html`<form method="post" action="/operator/" autocomplete="off">
    <input type="hidden" name="token" value="${token}" />
    <input type="hidden" name="task" value="${task.id}" />
    <fieldset aria-labelledby="decided-${task.id} task-${task.id}">
      <legend id="decided-${task.id}">What was decided</legend>
      ${said} ${choices.map((choice) => choiceField(task, choice, unclear?.choice === choice, tie))}
    </fieldset>
    ${choices.includes('unlocked') ? secondField(task, unclear) : nothing}
    ${choices.includes('deleted') ? referenceField(task, unclear) : nothing} ${nameField(task, unclear)}
    <button>Record and close</button>
  </form>`;
}

function choiceField({ id }: TaskRow, choice: Choice, isChosen: boolean, tie: Html): Html {
  const checked = isChosen ? html` checked` : nothing;
  return html`<p class="choice">
    <input type="radio" id="choice-${id}-${choice}" name="choice" value="${choice}" ${checked} ${tie} />
    <label for="choice-${id}-${choice}">${choiceWords[choice]}</label>
  </p> `;
}

function nameField(task: TaskRow, unclear: Unclear | undefined): Html {
  const { said, tie } = problemAt('name', task, unclear);
  return html`<p>
    <label for="name-${task.id}">Your name</label> ${said}
    <input id="name-${task.id}" name="name" maxlength="80" value="${unclear?.name ?? ''}" ${tie} />
  </p>`;
}

function secondField(task: TaskRow, unclear: Unclear | undefined): Html {
  const { said, tie } = problemAt('second', task, unclear);
  return html`<p>
    <label for="second-${task.id}">To let them try again: the name of the second person</label> ${said}
    <input id="second-${task.id}" name="second" maxlength="80" value="${unclear?.second ?? ''}" ${tie} />
  </p>`;
}

function referenceField(task: TaskRow, unclear: Unclear | undefined): Html {
  const { id } = task;
  const { said, tie } = problemAt('reference', task, unclear, `hint-${id}`);
  return html`<p>
    <label for="reference-${id}">To delete it: its reference</label>
    <span id="hint-${id}">This cannot be undone.</span> ${said}
    <input id="reference-${id}" name="reference" maxlength="20" value="${unclear?.reference ?? ''}" ${tie} />
  </p>`;
}

/** Served beside the page, because the policy allows nothing inline. */
export const operatorStyle = `:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { margin: 0; }
main { max-inline-size: 45rem; margin-inline: auto; padding: 1rem; }
section { border-block-start: 2px solid; padding-block: 1rem; }
h1, h2 { line-height: 1.25; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.25rem 1rem; }
dt { font-weight: 600; }
dd { margin: 0; overflow-wrap: anywhere; }
fieldset { border: 1px solid; }
fieldset p { margin-block: 0.5rem; }
label { overflow-wrap: anywhere; }
.choice { display: grid; grid-template-columns: 1.75rem 1fr; align-items: start; }
.choice input { inline-size: 1.5rem; block-size: 1.5rem; margin: 0; }
.error { display: block; font-weight: 600; border-inline-start: 4px solid; padding-inline-start: 0.5rem; }
:focus-visible { outline: 3px solid; outline-offset: 2px; }
.problem p { margin: 0; }
a { color: inherit; }
input:not([type]) { font: inherit; padding: 0.4rem; inline-size: 100%; max-inline-size: 20rem; box-sizing: border-box; display: block; }
button { font: inherit; padding: 0.5rem 1rem; min-block-size: 2.75rem; color: Canvas; background: CanvasText; border: 2px solid CanvasText; }
.problem, .done { border: 2px solid; padding: 0.75rem; font-weight: 600; }
`;
