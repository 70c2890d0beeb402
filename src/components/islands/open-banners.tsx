import type { Banner, Versions } from '../../referral/letter.ts';
import { showCode } from '../../referral/codes.ts';
import type { OpenWords } from './open-words.ts';

type Props = {
  words: OpenWords;
  banners: readonly Banner[];
  versions: Versions;
};

/** What to know before anything is done. On paper too: whoever makes the call may never see the screen. */
export function OpenBanners({ words, banners, versions }: Props) {
  return (
    <section class="panel calm">
      <h2>{words.letter.before}</h2>
      <ul class="ticks">
        {banners.map((banner) => (
          <li key={banner}>
            <OpenBanner words={words} banner={banner} versions={versions} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function OpenBanner({ words, banner, versions }: Omit<Props, 'banners'> & { banner: Banner }) {
  switch (banner) {
    case 'test':
      return <strong>{words.banners.test}</strong>;
    case 'unverified':
      return (
        <>
          <p>{words.banners.unverified.what}</p>
          <p>
            <strong>{words.banners.unverified.first}</strong>
          </p>
          <p>
            {words.banners.unverified.ask} <q>{words.banners.unverified.question}</q>
          </p>
        </>
      );
    case 'kind-not-given':
      return <strong>{words.banners.kindNotGiven}</strong>;
    case 'held':
      return <p>{words.banners.held}</p>;
    case 'handed-on':
      return <p>{words.banners.handedOn}</p>;
    case 'replaces':
      return (
        <>
          <p>{words.banners.replaces}</p>
          <p>
            {words.banners.replacesReference}: <bdi dir="ltr">{showCode(versions.supersedes ?? '')}</bdi>
          </p>
        </>
      );
    case 'replaced':
      return (
        <>
          <p>
            <strong>{words.banners.replaced}</strong>
          </p>
          <p>
            {words.banners.replacedReference}: <bdi dir="ltr">{showCode(versions.supersededBy ?? '')}</bdi>
          </p>
        </>
      );
    case 'other':
      return <p>{words.banners.other}</p>;
  }
}
