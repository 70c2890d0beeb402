/**
 * For every page on which a person types or reads words of their own.
 *
 * Browsers keep whole pages in memory for Back, with all that stands in their fields and, in Chromium, whatever
 * `no-store` says: the next person at the device would read it there. So a page that goes into that memory goes empty,
 * and one that comes out of it asks for itself anew, as somebody first sees it. A reset would not do: it goes back to
 * what the server wrote into the fields, and from the second step on these are the person's answers.
 */

/** Firefox keeps nothing that was posted, and would forget it before the page is loaded again for the second time. */
const isChromium = 'userAgentData' in navigator;

// On the way out, because what comes back is shown before any script runs.
addEventListener('pagehide', ({ persisted }) => {
  if (persisted) document.querySelector('main')?.replaceChildren();
  // What was posted lies on disk, so that whoever opens a closed tab again, or goes Back, can send it once more. What a
  // script has put into the history is asked for instead. No sooner: a page that is loaded again shows its answers.
  if (isChromium) history.replaceState(history.state, '');
});

// By its path alone: with a fragment the browser would only scroll in what is left of the page.
addEventListener('pageshow', ({ persisted }) => {
  if (persisted) location.replace(location.pathname);
});

export {};
