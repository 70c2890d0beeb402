/** Points on in the direction of the text; in `.back` the stylesheet turns it round. */
export function FinderArrow() {
  return (
    <svg class="arrow" viewBox="0 0 20 20" width="20" height="20" aria-hidden="true">
      <path
        d="M3 10h13M11 5l5 5-5 5"
        fill="none"
        stroke="currentColor"
        stroke-width="2"
        stroke-linecap="round"
        stroke-linejoin="round"
      />
    </svg>
  );
}
