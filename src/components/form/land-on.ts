/**
 * Leads to a field from the link of a problem and from "Change", without a word of it in the address.
 *
 * Both are fragments where there is no script. A fragment stays in the browser's history, and would tell the next person
 * at the device what the form asked. So a link only moves the focus here, and "Change" says in the form which field it
 * means: the page that answers names it in `data-land-on`.
 */

/** True where the page has such a field. */
function landOn(id: string): boolean {
  const field = id === '' ? null : document.getElementById(id);
  if (!field) return false;
  // One question of many may be out of sight: it hears this, and shows itself.
  field.dispatchEvent(new Event('land-on', { bubbles: true }));
  // What is asked stands above the field, and a browser that only moves the focus leaves it out of sight.
  (field.closest('.field, fieldset') ?? field).scrollIntoView();
  field.focus({ preventScroll: true });
  return true;
}

document.addEventListener('click', (event) => {
  const link = event.target instanceof Element ? event.target.closest('.errors a[href^="#"]') : null;
  if (landOn(link?.getAttribute('href')?.slice(1) ?? '')) event.preventDefault();
});

for (const button of document.querySelectorAll<HTMLButtonElement>('button[formaction^="#"]')) {
  const field = button.getAttribute('formaction')?.slice(1) ?? '';
  button.removeAttribute('formaction');
  button.addEventListener('click', () => {
    // Only one, also when the person stopped the page from loading and pressed another.
    const known = button.form?.querySelector<HTMLInputElement>('input[name="land-on"]');
    const wanted = known ?? document.createElement('input');
    wanted.type = 'hidden';
    wanted.name = 'land-on';
    wanted.value = field;
    button.form?.append(wanted);
  });
}

// After every script of the page, in whatever order they come: the questions must be laid out before one is led to.
document.addEventListener('DOMContentLoaded', () => {
  const problems = document.getElementById('problems');
  const named = document.querySelector<HTMLElement>('[data-land-on]')?.dataset['landOn'];
  // The fragment is there when "Change" was pressed before this had loaded.
  if (problems) problems.focus();
  else landOn(named ?? location.hash.slice(1));
});

export {};
