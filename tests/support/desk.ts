/** The form as it stands behind the page: a real store, real keys, real tables, and a clock that the test moves. */
import type { TestContext } from 'node:test';
import { newKeyPair } from '../../src/referral/seal.ts';
import type { Form } from '../../src/referral/referral.ts';
import { readCatalogue } from '../../src/server/catalogue.ts';
import { Directory } from '../../src/server/directory.ts';
import { newGuesses } from '../../src/server/intake/guesses.ts';
import { newTide } from '../../src/server/intake/tide.ts';
import { loadPostcodes } from '../../src/server/intake/postcode-tables.ts';
import { blankForm, submit, type Desk, type Shown } from '../../src/server/intake/submit.ts';
import { withOpenServices } from '../../src/server/open-services.ts';
import { loadSecrets } from '../../src/server/secrets.ts';
import { noon } from './sealed-referral.ts';
import { aFolder, aSqliteStore } from './stores.ts';

export type DeskWorld = {
  readonly desk: Desk;
  /** Opens what any service receives. */
  readonly identity: string;
  /** Everything that was logged, as it was handed over. */
  readonly events: object[];
  now: Date;
  /** Presses Check and then Send, with these answers besides the needed ones. */
  send(answers?: Readonly<Record<string, string>>, changes?: Partial<Desk>): Promise<Shown>;
};

export async function aDesk(t: TestContext, dataDir = aFolder(t)): Promise<DeskWorld> {
  const [first, second] = [await newKeyPair(), await newKeyPair()];
  const known = readCatalogue();
  const directory = Directory.parse({
    version: 1,
    services: Object.fromEntries(
      known.services.map(({ id }) => [
        id,
        {
          channel: 'notice',
          addresses: [`${id}@service.example`],
          recipients: [first.recipient, second.recipient],
          canaryAcknowledgedOn: '2026-11-01',
        },
      ]),
    ),
  });
  const postcodes = loadPostcodes();
  const events: object[] = [];
  const desk: Desk = {
    store: await aSqliteStore(t, dataDir),
    secrets: loadSecrets(dataDir),
    directory,
    catalogue: withOpenServices(known, directory, []),
    tables: postcodes.tables,
    areaOfCouncil: postcodes.areaOfCouncil,
    councilName: postcodes.councilName,
    clock: () => world.now,
    tide: newTide(),
    guesses: newGuesses(),
    log: (event) => events.push(event),
  };
  const world: DeskWorld = {
    desk,
    identity: first.identity,
    events,
    now: noon,
    async send(answers = {}, changes = {}) {
      const at = { ...desk, ...changes };
      const typed = { ...needed, 'form-key': blankForm(desk).formKey, ...answers };
      const post = (more: Readonly<Record<string, string>>) =>
        submit(
          {
            role: 'harmed',
            language: 'en',
            form: formOf({ ...typed, ...more }),
            sender: { isForeign: false },
          },
          at,
        );
      // With a key of its own: a form that was sent is not checked again.
      const checked = await post({ step: 'check', 'form-key': blankForm(desk).formKey });
      const service = 'route' in checked && 'service' in checked.route ? checked.route.service : '';
      return post({ step: 'send', service });
    },
  };
  return world;
}

const needed = {
  postcode: 'CB1 0AG',
  'call-me': 'Test Person',
  'reach-by': 'email',
  email: 'test.person@mail.example',
  'consent-send': 'yes',
};

export function formOf(fields: Readonly<Record<string, string>>): Form {
  return new Map(Object.entries(fields).map(([name, value]) => [name, [value]]));
}
