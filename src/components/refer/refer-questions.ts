/**
 * `<refer-questions>`: shows one group of questions at a time over the form that is already there.
 *
 * Each Continue adds a step to the browser's history, with the same address and no data, so that a phone's Back means
 * the previous question. Nothing is checked here: the server checks, once, and says it in the person's language.
 */
class ReferQuestions extends HTMLElement {
  #questions: HTMLElement[] = [];
  #count: HTMLElement | undefined;
  #current = 0;

  connectedCallback(): void {
    this.#questions = [...this.querySelectorAll<HTMLElement>('[data-question]')];
    if (this.#questions.length < 2) return;
    this.#count = document.createElement('p');
    this.#count.className = 'count';
    this.#count.tabIndex = -1;
    this.prepend(this.#count);
    this.#questions.forEach((question, index) => this.#addButtons(question, index));

    this.#show(this.#indexOf(this.querySelector('.bad [id], [aria-invalid]')), false);
    // A problem's link, or "Change", leads to a field of another question: ../form/land-on.ts.
    this.addEventListener('land-on', ({ target }) => {
      this.#show(this.#indexOf(target), false);
      history.replaceState(this.#current, '');
    });
    addEventListener('popstate', (event: PopStateEvent) => {
      const state: unknown = event.state;
      this.#show(typeof state === 'number' ? state : 0, true);
    });
    history.replaceState(this.#current, '');
  }

  #indexOf(field: EventTarget | null): number {
    return Math.max(
      0,
      this.#questions.findIndex((question) => field instanceof Element && question.contains(field)),
    );
  }

  #addButtons(question: HTMLElement, index: number): void {
    const row = document.createElement('p');
    row.className = 'go';
    if (index < this.#questions.length - 1) row.append(this.#button('continue', 'button', index + 1));
    if (index > 0) row.append(this.#button('back', 'button quiet', index - 1));
    question.append(row);
  }

  #button(word: 'continue' | 'back', look: string, to: number): HTMLButtonElement {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = look;
    button.textContent = this.dataset[word] ?? '';
    button.addEventListener('click', () => {
      if (word === 'back') return history.back();
      this.#show(to, true);
      history.pushState(to, '');
    });
    return button;
  }

  #show(index: number, focus: boolean): void {
    this.#current = Math.min(index, this.#questions.length - 1);
    this.#questions.forEach((question, at) => (question.hidden = at !== this.#current));
    const isLast = this.#current === this.#questions.length - 1;
    // The button that sends belongs to the last question only; it is the form's own, so that it works without this.
    const send = this.querySelector<HTMLElement>(':scope > .go');
    if (send) send.hidden = !isLast;
    if (!this.#count) return;
    this.#count.textContent = (this.dataset['count'] ?? '').replace('#', String(this.#current + 1));
    if (focus) {
      this.#count.focus({ preventScroll: true });
      this.#count.scrollIntoView();
    }
  }
}

customElements.define('refer-questions', ReferQuestions);

// Enter in a field presses the form's first button, which may be "Change": send it on to the one that leads on.
document.getElementById('referral')?.addEventListener('keydown', (event) => {
  const field = event.target;
  if (event.key !== 'Enter' || !(field instanceof HTMLInputElement) || field.type === 'hidden') return;
  event.preventDefault();
  const question = field.closest('[data-question]');
  const next = question?.querySelector<HTMLButtonElement>('.go .button:not(.quiet)');
  (
    next ??
    field.form?.querySelector<HTMLButtonElement>(':is(refer-questions, form) > .go .button:not(.quiet)')
  )?.click();
});

// A second press while the first is under way would be answered the same, but it makes people think something is wrong.
// Whoever has stopped a page that took too long may press again.
const doublePressMs = 3_000;
let pressedAt = Number.NEGATIVE_INFINITY;
document.getElementById('referral')?.addEventListener('submit', (event) => {
  if (event.timeStamp - pressedAt < doublePressMs) event.preventDefault();
  else pressedAt = event.timeStamp;
});
