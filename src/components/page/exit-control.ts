/**
 * Leaves at once, by the link or by Shift three times within five seconds.
 *
 * Never Esc: browsers use it to stop loading, which would cancel the escape. `replace` takes this page out of the
 * history, so that Back does not show it. Words come from the page, in its language.
 */
const bar = document.querySelector<HTMLElement>('.exit');
const status = bar?.querySelector('[role=status]');
const title = document.title;
const withinMs = 5000;

let presses = 0;
let alone = false;
let timer: ReturnType<typeof setTimeout> | undefined;

function say(words: string | undefined) {
  if (status) status.textContent = words ?? '';
}

function leave(event?: Event) {
  event?.preventDefault();
  // Covered before anything else: the next page may take seconds to come, and somebody may be at the door.
  document.documentElement.classList.add('leaving');
  document.title = bar?.dataset['loading'] ?? '';
  say(bar?.dataset['loading']);
  location.replace('/exit');
}

function startAgain() {
  clearTimeout(timer);
  presses = 0;
}

for (const link of bar?.querySelectorAll('a') ?? []) link.addEventListener('click', leave);

// Shift held for a capital letter or a shortcut is not a press: only Shift down and up with nothing between counts.
addEventListener('keydown', (event) => {
  alone = event.key === 'Shift' && !event.ctrlKey && !event.altKey && !event.metaKey;
  if (!alone) startAgain();
});

addEventListener('keyup', (event) => {
  if (event.key !== 'Shift' || !alone) return;
  alone = false;
  presses += 1;
  if (presses === 3) return leave();
  say(presses === 1 ? bar?.dataset['two'] : bar?.dataset['one']);
  if (presses > 1) return;
  timer = setTimeout(() => {
    startAgain();
    say(bar?.dataset['stopped']);
  }, withinMs);
});

// A browser may bring the page back from memory as it was left: then it must work again.
addEventListener('pageshow', () => {
  startAgain();
  document.documentElement.classList.remove('leaving');
  document.title = title;
  say('');
});

export {};
