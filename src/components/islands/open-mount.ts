/** Mounts the opening page. The link is taken out of the address bar at once; on leaving, everything opened is dropped. */
import { h, render } from 'preact';
import { readLink } from '../../referral/link.ts';
import { OpenPage } from './open-page.tsx';
import { handedTo, type OpenPage as Page } from './open-words.ts';

const place = document.querySelector<HTMLElement>('#open');
const languageLinks = document.querySelectorAll<HTMLAnchorElement>('.languages a');

if (place) {
  const page = handedTo<Page>(place);
  let opening = 0;

  const begin = () => {
    const fragment = isWithinPage() ? '' : location.hash;
    const read = readLink(fragment);
    // Another language is another page, and is handed the link that the address bar no longer shows.
    for (const menuLink of languageLinks) menuLink.hash = fragment;
    // Whoever looks at the screen, or goes Back, must not find a link that still works. The list of visited places
    // keeps it.
    if (read.kind !== 'none') history.replaceState(null, '', location.pathname);
    // A new key makes a new component: nothing of an earlier referral stays.
    opening += 1;
    render(h(OpenPage, { key: opening, page, read }), place);
  };

  place.replaceChildren();
  begin();

  // A second link opened in the same tab changes only what stands after #, and the page is not loaded again.
  addEventListener('hashchange', () => {
    if (location.hash !== '' && !isWithinPage()) begin();
  });
  addEventListener('pagehide', () => render(null, place));
  addEventListener('pageshow', (event) => {
    if (event.persisted) begin();
  });
}

/** The skip links lead to '#main' and the like, which must not throw an opened referral away. */
function isWithinPage(): boolean {
  return document.getElementById(location.hash.slice(1)) !== null;
}
