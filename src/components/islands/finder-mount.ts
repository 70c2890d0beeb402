/**
 * Answers in the browser what the page would otherwise ask the server: once loaded, a look-up makes no request.
 *
 * The forms stay plain forms. This listens for them being sent, reads them, and draws the answer in their place; where
 * something could not be loaded they are sent, and the server answers the same.
 */
import { h, render } from 'preact';
import { findingFor, type Finding } from '../../routing/finding.ts';
import type { Tables } from '../../routing/lookup.ts';
import { readTables } from '../../routing/read-tables.ts';
import type { FindData } from './finder-data.ts';
import { FinderView } from './finder-view.tsx';

type Loaded = { data: FindData; tables: Tables };

const place = document.querySelector<HTMLElement>('#finder');
if (place) mount(place);

function mount(place: HTMLElement): void {
  const { data: dataPath = '', postcodes = '', loading = '' } = place.dataset;
  const status = document.querySelector('#finder-status');
  const findPath = location.pathname;
  // Begun at once, so that nothing is fetched in answer to what somebody types.
  const loads = load(dataPath, postcodes);
  loads.catch(() => undefined);
  let isSending = false;
  let shown: Finding['kind'] = 'blank';

  place.addEventListener('submit', (event) => {
    const form = event.target;
    const { submitter } = event;
    if (isSending || !(form instanceof HTMLFormElement)) return;
    if (submitter?.hasAttribute('formaction') || new URL(form.action).pathname !== findPath) return;
    event.preventDefault();
    const asked = read(form, submitter);
    if (status) status.textContent = loading;
    loads
      .then((loaded) => show(findingFor(asked, loaded.tables), loaded))
      .catch(() => {
        isSending = true;
        form.requestSubmit(submitter);
      });
  });

  place.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>('.back a') : null;
    if (!link) return;
    event.preventDefault();
    void loads.then((loaded) => show({ kind: 'blank' }, loaded));
  });

  // Back on a phone means the question, and coming back later must not show where somebody lives.
  addEventListener('popstate', startAgain);
  addEventListener('pageshow', ({ persisted }) => persisted && startAgain());

  function startAgain(): void {
    void loads.then((loaded) => show({ kind: 'blank' }, loaded));
  }

  function show(finding: Finding, { data }: Loaded): void {
    const isAsking = (kind: Finding['kind']) => kind === 'blank' || kind === 'problem';
    if (isAsking(shown) && !isAsking(finding.kind)) history.pushState(null, '');
    shown = finding.kind;
    // Emptied first, so that no typed value stays in a field that is used again.
    render(null, place);
    place.replaceChildren();
    render(h(FinderView, { finding, data, stays: true }), place);
    if (status) status.textContent = '';
    place.querySelector<HTMLElement>('#problems, h1')?.focus();
  }
}

function read(form: HTMLFormElement, submitter: HTMLElement | null) {
  const sent = new FormData(form);
  if (submitter instanceof HTMLButtonElement && submitter.name) sent.set(submitter.name, submitter.value);
  const text = (name: string) => {
    const values = sent.getAll(name).filter((value) => typeof value === 'string');
    return values.at(-1);
  };
  const area = text('area');
  // Sending the list without a choice is a problem of its own, not an empty postcode.
  return { area: area === '' ? 'none' : area, postcode: text('postcode'), council: text('council') };
}

async function load(dataPath: string, postcodes: string): Promise<Loaded> {
  const bytes = async (name: string) =>
    new Uint8Array(await (await get(`${postcodes}${name}.bin`)).arrayBuffer());
  const [data, areas, ask, near] = await Promise.all([
    get(dataPath).then((response) => response.json() as Promise<FindData>),
    bytes('areas'),
    bytes('ask'),
    bytes('near'),
  ]);
  return { data, tables: readTables({ areas, ask, near }) };
}

async function get(path: string): Promise<Response> {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`${response.status}`);
  return response;
}
