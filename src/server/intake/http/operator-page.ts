/** The operator's page as HTML: what waits for a person, the oldest first, and a form under each to say what was decided. */
import { formatDay, formatTime } from '../../../i18n/dates.ts';
import { showCode } from '../../../referral/codes.ts';
import type { Choice } from '../../store/decisions.ts';
import type { Health } from '../../store/health.ts';
import type { TaskRow } from '../../store/schema.ts';
import { html, nothing, type Html } from './html.ts';
import { choiceWords, taskWords } from './operator-tasks.ts';

/** Further ones are counted, not drawn: a page of ten thousand forms helps nobody. */
const drawnMax = 100;

/** What came of a decision that was sent. `task` is the one it was about, with what was typed. */
export type Answer =
  | { readonly kind: 'recorded'; readonly task: TaskRow; readonly choice: Choice }
  | { readonly kind: 'stale' | 'closed' }
  | {
      readonly kind: 'name' | 'choice' | 'second' | 'reference';
      readonly task: number;
      readonly name: string;
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
  return html`<!doctype html>
    <html lang="en-GB">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} – portal</title>
        <link rel="stylesheet" href="/operator/style.css" />
      </head>
      <body>
        <main>
          <h1>${title}</h1>
          ${answer ? answered(answer) : nothing}
          <p>
            ${health.waiting} referrals have not been handed over yet. ${health.unconfirmed} were handed over
            and nobody has confirmed them. Nobody here can read them.
          </p>
          ${health.alarms.length > 0 ? html`<p class="problem">Alarms: ${health.alarms.join(', ')}</p>` : nothing}
          <p>Decisions are kept in the audit under the name you enter.</p>
          ${drawn.map((task) => taskPart(task, page))}
          ${tasks.length > drawn.length ? html`<p>And ${tasks.length - drawn.length} more, all newer.</p>` : nothing}
        </main>
      </body>
    </html> `.html;
}

function answered(answer: Answer): Html {
  if (answer.kind === 'recorded') {
    const { task, choice } = answer;
    const about = task.reference === '' ? task.code : `${task.code}, ${showCode(task.reference)}`;
    return html`<p role="status" class="done">Recorded: ${choiceWords[choice]} (${about}).</p>`;
  }
  if (!('task' in answer)) return html`<p role="alert" class="problem">${answers[answer.kind]}</p>`;
  return html`<p role="alert" class="problem"><a href="#task-${answer.task}">${answers[answer.kind]}</a></p>`;
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
  const typed = answer && 'name' in answer && answer.task === task.id ? answer : undefined;
  const { choices } = taskWords(task.code);
  return html`<form method="post" action="/operator/" autocomplete="off">
    <input type="hidden" name="token" value="${token}" />
    <input type="hidden" name="task" value="${task.id}" />
    <fieldset>
      <legend>What was decided</legend>
      ${choices.map((choice) => choiceField(task, choice, typed?.choice === choice))}
    </fieldset>
    ${choices.includes('unlocked') ? secondField(task) : nothing}
    ${choices.includes('deleted') ? referenceField(task) : nothing}
    <p>
      <label for="name-${task.id}">Your name</label>
      <input id="name-${task.id}" name="name" maxlength="80" value="${typed?.name ?? ''}" />
    </p>
    <button>Record and close</button>
  </form>`;
}

function choiceField({ id }: TaskRow, choice: Choice, chosen: boolean): Html {
  const checked = chosen ? html` checked` : nothing;
  return html`<p>
    <input type="radio" id="choice-${id}-${choice}" name="choice" value="${choice}" ${checked} />
    <label for="choice-${id}-${choice}">${choiceWords[choice]}</label>
  </p> `;
}

function secondField({ id }: TaskRow): Html {
  return html`<p>
    <label for="second-${id}">To let them try again: the name of the second person</label>
    <input id="second-${id}" name="second" maxlength="80" />
  </p>`;
}

function referenceField({ id }: TaskRow): Html {
  return html`<p>
    <label for="reference-${id}">To delete it: its reference</label>
    <input id="reference-${id}" name="reference" maxlength="20" aria-describedby="hint-${id}" />
    <span id="hint-${id}">This cannot be undone.</span>
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
input:not([type]) { font: inherit; padding: 0.4rem; inline-size: 100%; max-inline-size: 20rem; box-sizing: border-box; display: block; }
button { font: inherit; padding: 0.5rem 1rem; min-block-size: 2.75rem; }
.problem, .done { border: 2px solid; padding: 0.75rem; font-weight: 600; }
`;
