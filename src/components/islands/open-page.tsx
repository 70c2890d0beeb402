import { useEffect, useState } from 'preact/hooks';
import type { Envelope } from '../../referral/envelope.ts';
import type { Link, LinkRead } from '../../referral/link.ts';
import { openReferral, type Opened } from '../../referral/opening.ts';
import { OpenCodeForm } from './open-code-form.tsx';
import { OpenConfirm } from './open-confirm.tsx';
import { OpenHandedOn } from './open-handed-on.tsx';
import { OpenHeading } from './open-heading.tsx';
import { OpenKeep } from './open-keep.tsx';
import { OpenKeyForm } from './open-key-form.tsx';
import { OpenLetter } from './open-letter.tsx';
import { OpenNotOurs } from './open-not-ours.tsx';
import { fetchSealed, type HandedOn, type Sealed } from './open-server.ts';
import { OpenSheetForm } from './open-sheet-form.tsx';
import { OpenStop } from './open-stop.tsx';
import type { OpenPage as Page, ProblemWord } from './open-words.ts';

type State =
  | { at: 'start' | 'badLink' | 'fetching' | 'missing' | 'gone' | 'withdrawn' | 'unreachable' }
  | { at: 'locked'; sealed: Sealed }
  | { at: 'handedOn'; to: HandedOn }
  | { at: 'opened'; sealed: Sealed; envelope: Envelope };

/** Says what an attempt to open came to, where it did not open. */
const problemWords = {
  'other-key': 'keyOther',
  damaged: 'sealDamaged',
  unreadable: 'sealUnknown',
  swapped: 'sealSwapped',
} as const satisfies Record<Exclude<Opened['kind'], 'opened'>, ProblemWord>;

/** From the link in a notice to a confirmed referral. What is decrypted lives in this component and nowhere else. */
export function OpenPage({ page, read }: { page: Page; read: LinkRead }) {
  const { words } = page;
  const link = read.kind === 'link' ? read.link : undefined;
  const [state, setState] = useState<State>(() => firstState(read));
  const [status, say] = useState(link ? words.fetching : '');

  const fetchAgain = async (wanted: Link) => {
    setState({ at: 'fetching' });
    say(words.fetching);
    const fetched = await fetchSealed(wanted);
    say('');
    if (fetched.state === 'here') setState({ at: 'locked', sealed: fetched });
    else if (fetched.state === 'handed-on') setState({ at: 'handedOn', to: fetched });
    else setState({ at: fetched.state === 'unknown' ? 'missing' : fetched.state });
  };

  useEffect(() => {
    if (link) void fetchAgain(link);
  }, [link]);

  const tryKey = async (identity: string, sealed: Sealed): Promise<ProblemWord | undefined> => {
    const opened = await openReferral(sealed.sealed, identity, link?.reference ?? '');
    if (opened.kind !== 'opened') return problemWords[opened.kind];
    setState({ at: 'opened', sealed, envelope: opened.envelope });
    return undefined;
  };

  const byCode = <OpenCodeForm page={page} say={say} />;

  return (
    <div class="page stack" data-state={state.at}>
      {/* Always in the page: a live region that appears together with its words is often not read out. */}
      <div role="status" class={status ? 'notice screen-only' : 'screen-only'}>
        {status}
      </div>

      {(state.at === 'start' || state.at === 'fetching') && (
        <>
          <OpenHeading focus={false}>{words.start.heading}</OpenHeading>
          <p>{words.start.what}</p>
          {state.at === 'start' && <p>{words.start.needLink}</p>}
        </>
      )}
      {state.at === 'badLink' && <OpenStop {...words.badLink} />}
      {state.at === 'missing' && <OpenStop {...words.missing} more={[words.missing.help]} />}
      {state.at === 'gone' && <OpenStop {...words.gone} more={[words.gone.help]} />}
      {state.at === 'withdrawn' && <OpenStop {...words.withdrawn} />}
      {state.at === 'handedOn' && <OpenHandedOn page={page} to={state.to} />}
      {state.at === 'unreachable' && link && (
        <OpenStop
          {...words.unreachable}
          again={() => void fetchAgain(link)}
          againWords={words.unreachable.again}
        />
      )}

      {state.at === 'locked' && (
        <>
          <OpenHeading>{words.key.heading}</OpenHeading>
          <p>{words.start.what}</p>
          <p>{words.start.where}</p>
          <OpenKeyForm
            words={words}
            button={words.key.unlock}
            tryKey={(identity) => tryKey(identity, state.sealed)}
            say={say}
          />
          <p class="hint">{words.start.reload}</p>
          <OpenSheetForm words={words} tryKey={(identity) => tryKey(identity, state.sealed)} />
          <details>
            <summary>{words.start.otherDevice}</summary>
            {byCode}
          </details>
          <p>
            <a href={page.keysPath}>{words.key.noKey}</a>
          </p>
        </>
      )}

      {state.at === 'opened' && (
        <>
          <OpenLetter page={page} envelope={state.envelope} versions={state.sealed.versions} />
          <OpenKeep words={words} envelope={state.envelope} />
          <OpenConfirm page={page} sealed={state.sealed} envelope={state.envelope} say={say} />
          {link && !state.envelope.test && !state.sealed.versions.supersededBy && (
            <OpenNotOurs
              page={page}
              link={link}
              sealed={state.sealed}
              envelope={state.envelope}
              say={say}
              gone={(to) => setState({ at: 'handedOn', to })}
            />
          )}
        </>
      )}

      {state.at === 'start' && (
        <>
          {byCode}
          <p>
            <a href={page.keysPath}>{words.key.noKey}</a>
          </p>
        </>
      )}
    </div>
  );
}

function firstState(read: LinkRead): State {
  if (read.kind === 'link') return { at: 'fetching' };
  return { at: read.kind === 'broken' ? 'badLink' : 'start' };
}
