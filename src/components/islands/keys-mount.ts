/** Mounts the key page. On leaving, the key is dropped: an enrolment that was not finished is simply begun again. */
import { h, render } from 'preact';
import { KeysPage } from './keys-page.tsx';
import type { KeysPage as Page } from './keys-words.ts';
import { handedTo } from './open-words.ts';

const place = document.querySelector<HTMLElement>('#keys');

if (place) {
  const page = handedTo<Page>(place);
  const begin = () => render(h(KeysPage, { page }), place);

  place.replaceChildren();
  begin();
  addEventListener('pagehide', () => render(null, place));
  addEventListener('pageshow', (event) => {
    if (event.persisted) begin();
  });
}
