/** Lets the browser draw once. Opening a key file blocks the page for a second, and "please wait" must be seen before. */
export function drawn(): Promise<void> {
  return new Promise((resolve) => {
    // A page in the background draws nothing and would wait for ever.
    if (document.hidden) setTimeout(resolve);
    else requestAnimationFrame(() => setTimeout(resolve));
  });
}
