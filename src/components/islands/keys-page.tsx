import { useState } from 'preact/hooks';
import { keyFileName } from '../../referral/key-file.ts';
import { wrapIdentity, type KeyPair } from '../../referral/seal.ts';
import { newTrial, type Trial } from '../../referral/trial.ts';
import { KeysDone } from './keys-done.tsx';
import { KeysFile } from './keys-file.tsx';
import { KeysName, type Made } from './keys-name.tsx';
import { KeysPassphrase } from './keys-passphrase.tsx';
import { KeysSheet } from './keys-sheet.tsx';
import { KeysTest } from './keys-test.tsx';
import type { KeysPage as Page } from './keys-words.ts';
import { drawn } from './open-frame.ts';

type Whose = { service: string; initials: string };

/** Each step holds only what it needs: the passphrase is gone after the second, the key itself after the fourth. */
type Step =
  | { at: 'name' }
  | ({ at: 'passphrase'; pair: KeyPair; passphrase: string } & Whose)
  | ({ at: 'file'; pair: KeyPair; keyFile: string } & Whose)
  | ({ at: 'sheet'; pair: KeyPair } & Whose)
  | { at: 'test'; recipient: string; trial: Trial }
  | { at: 'done'; recipient: string };

const steps: readonly Step['at'][] = ['name', 'passphrase', 'file', 'sheet', 'test', 'done'];

/** A worker's key in six steps, one button each. The public key is shown only after the key has opened something. */
export function KeysPage({ page }: { page: Page }) {
  const { keys } = page;
  const [step, setStep] = useState<Step>({ at: 'name' });
  const [status, say] = useState('');

  const wrap = async ({ service, initials, pair, passphrase }: Made) => {
    say(keys.file.working);
    await drawn();
    const keyFile = await wrapIdentity(pair.identity, passphrase);
    say('');
    setStep({ at: 'file', service, initials, pair, keyFile });
  };

  const prepareTest = async (recipient: string, service: string) => {
    const trial = await newTrial(recipient, service, new Date());
    setStep({ at: 'test', recipient, trial });
  };

  return (
    <div class="page stack" data-state={step.at}>
      <div role="status" class={status ? 'notice screen-only' : 'screen-only'}>
        {status}
      </div>
      <p class="count screen-only">
        {keys.step}: {steps.indexOf(step.at) + 1}. {keys.stepOf}: {steps.length}.
      </p>
      {step.at === 'name' && <KeysName page={page} made={(made) => setStep({ at: 'passphrase', ...made })} />}
      {step.at === 'passphrase' && (
        <KeysPassphrase keys={keys} passphrase={step.passphrase} next={() => wrap(step)} />
      )}
      {step.at === 'file' && (
        <KeysFile
          keys={keys}
          name={keyFileName(step.service, step.initials)}
          keyFile={step.keyFile}
          next={() =>
            setStep({ at: 'sheet', service: step.service, initials: step.initials, pair: step.pair })
          }
        />
      )}
      {step.at === 'sheet' && (
        <KeysSheet
          page={page}
          service={step.service}
          initials={step.initials}
          identity={step.pair.identity}
          next={() => prepareTest(step.pair.recipient, step.service)}
        />
      )}
      {step.at === 'test' && (
        <KeysTest
          page={page}
          trial={step.trial}
          say={say}
          passed={() => setStep({ at: 'done', recipient: step.recipient })}
        />
      )}
      {step.at === 'done' && (
        <KeysDone keys={keys} recipient={step.recipient} again={() => setStep({ at: 'name' })} />
      )}
    </div>
  );
}
