/** The finder, whatever it has to show. The server draws it for browsers without script, the browser draws it otherwise. */
import type { Finding } from '../../routing/finding.ts';
import { FinderAnswer } from './finder-answer.tsx';
import { FinderAsk } from './finder-ask.tsx';
import { FinderCouncil } from './finder-council.tsx';
import type { FindData } from './finder-data.ts';
import { FinderEither } from './finder-either.tsx';

export type FinderProps = {
  finding: Finding;
  data: FindData;
  /** True in a browser with script: only then does the postcode stay on the device. */
  stays?: boolean;
};

export function FinderView({ finding, data, stays = false }: FinderProps) {
  switch (finding.kind) {
    case 'blank':
      return <FinderAsk data={data} stays={stays} />;
    case 'problem':
      return <FinderAsk data={data} stays={stays} problem={finding} />;
    case 'council':
      return <FinderCouncil data={data} {...finding} />;
    case 'either':
      return <FinderEither data={data} places={finding.places} />;
    case 'place':
      // A code that is no place of ours can only come from a form that somebody altered.
      return Object.hasOwn(data.places, finding.place) ? (
        <FinderAnswer data={data} found={finding} />
      ) : (
        <FinderAsk data={data} stays={stays} problem={{ problem: 'area', postcode: '', didYouMean: [] }} />
      );
  }
}
