import { wordlist } from '@scure/bip39/wordlists/english.js';
import { useRef, useState } from 'preact/hooks';
import { newPassphrase } from '../../referral/passphrase.ts';
import { newKeyPair, type KeyPair } from '../../referral/seal.ts';
import type { KeysPage, KeysWords } from './keys-words.ts';
import { OpenField } from './open-field.tsx';
import { OpenHeading } from './open-heading.tsx';
import { OpenProblems } from './open-problems.tsx';

export type Made = { service: string; initials: string; pair: KeyPair; passphrase: string };

type Found = { word: keyof KeysWords['problems']; field?: 'service' | 'initials' };

/** Whose key it is, so that the file and the sheet can be told apart; then the key is made. */
export function KeysName({ page, made }: { page: KeysPage; made: (made: Made) => void }) {
  const { keys, words } = page;
  const service = useRef<HTMLInputElement>(null);
  const initials = useRef<HTMLInputElement>(null);
  const [problems, setProblems] = useState<readonly Found[]>([]);
  const [attempt, setAttempt] = useState(0);

  const make = async (event: Event) => {
    event.preventDefault();
    const whose = {
      service: service.current?.value.trim() ?? '',
      initials: initials.current?.value.trim() ?? '',
    };
    const missing: Found[] = [];
    if (whose.service === '') missing.push({ word: 'serviceMissing', field: 'service' });
    if (whose.initials === '') missing.push({ word: 'initialsMissing', field: 'initials' });
    if (missing.length === 0) {
      try {
        made({ ...whose, pair: await newKeyPair(), passphrase: newPassphrase(wordlist) });
        return;
      } catch {
        // The cause is the browser's, and could only be of use to somebody who must not see the key.
        missing.push({ word: 'cannotMake' });
      }
    }
    setProblems(missing);
    setAttempt((before) => before + 1);
  };

  const problemAt = (field: Found['field']) => {
    const found = problems.find((problem) => problem.field === field);
    return found && { prefix: words.problems.prefix, text: keys.problems[found.word] };
  };

  return (
    <>
      <OpenHeading focus={false}>{keys.name.heading}</OpenHeading>
      <p>{keys.name.what}</p>
      <p>{keys.name.where}</p>
      <p>{keys.name.time}</p>
      {problems.length > 0 && (
        <OpenProblems
          heading={words.problems.heading}
          attempt={attempt}
          problems={problems.map(({ word, field }) => ({
            text: keys.problems[word],
            ...(field && { field }),
          }))}
        />
      )}
      <form class="question" noValidate autoComplete="off" onSubmit={make}>
        <OpenField
          id="service"
          label={keys.name.service}
          problem={problemAt('service')}
          hint={
            <>
              {keys.name.serviceHint} <bdi>northfield</bdi>
            </>
          }
        >
          {(tied) => (
            <input {...tied} ref={service} type="text" size={24} maxLength={60} autoComplete="off" />
          )}
        </OpenField>
        <OpenField
          id="initials"
          label={keys.name.initials}
          problem={problemAt('initials')}
          hint={
            <>
              {keys.name.initialsHint} <bdi>AB</bdi>
            </>
          }
        >
          {(tied) => (
            <input {...tied} ref={initials} type="text" size={6} maxLength={10} autoComplete="off" />
          )}
        </OpenField>
        <p class="go">
          <button class="button">{keys.name.make}</button>
        </p>
      </form>
    </>
  );
}
