import { showCode } from '../../referral/codes.ts';
import type { Envelope } from '../../referral/envelope.ts';
import { letterFrom, type Versions } from '../../referral/letter.ts';
import { OpenBanners } from './open-banners.tsx';
import { dayAndTimeIn } from './open-day.ts';
import { OpenHeading } from './open-heading.tsx';
import { OpenRow, OpenRows } from './open-rows.tsx';
import type { OpenPage } from './open-words.ts';

type Props = { page: OpenPage; envelope: Envelope; versions: Versions };

/** The opened referral, laid out for action; on paper it is all there is. */
export function OpenLetter({ page, envelope, versions }: Props) {
  const { words, names, tag } = page;
  const letter = letterFrom(envelope, page.answers[envelope.role], versions);
  const spoken = page.languages[envelope.language];
  const rows = { notGiven: words.letter.notGiven, personTag: spoken?.tag };

  return (
    <>
      <div class="question">
        <OpenHeading>{words.letter.heading}</OpenHeading>
        <p>
          {words.letter.reference}: <bdi dir="ltr">{showCode(envelope.reference)}</bdi>
        </p>
        <p id="role">
          {words.letter.role}: <b>{words.roles[envelope.role]}</b>
        </p>
        <p class="paper-only">{words.letter.printed}</p>
      </div>

      <OpenBanners words={words} banners={letter.banners} versions={versions} />

      <section>
        <h2>{words.letter.safe}</h2>
        <p class="hint">{words.letter.safeHint}</p>
        <OpenRows rows={letter.safeContact} {...rows} />
      </section>

      {letter.answers.length > 0 && (
        <section>
          <h2>{words.letter.answers}</h2>
          <OpenRows rows={letter.answers} {...rows} />
        </section>
      )}

      <section>
        <h2>{words.letter.consents}</h2>
        <dl class="rows">
          {letter.consents.map(({ consent, given }) => (
            <OpenRow key={consent} label={words.consents[consent]}>
              {given ? words.letter.yes : words.letter.no}
            </OpenRow>
          ))}
        </dl>
      </section>

      <section>
        <h2>{words.letter.about}</h2>
        <dl class="rows">
          <OpenRow label={words.letter.reference}>
            <bdi dir="ltr">{showCode(envelope.reference)}</bdi>
          </OpenRow>
          <OpenRow label={words.letter.innerCode}>
            <bdi dir="ltr">{showCode(envelope.innerCode)}</bdi>
          </OpenRow>
          <OpenRow label={words.letter.createdAt}>{dayAndTimeIn(tag, envelope.createdAt)}</OpenRow>
          <OpenRow label={words.letter.language}>
            {spoken ? <bdi lang={spoken.tag}>{spoken.ownName}</bdi> : envelope.language}
          </OpenRow>
          {envelope.area && (
            <OpenRow label={words.letter.area}>{names[envelope.area] ?? envelope.area}</OpenRow>
          )}
          {envelope.council && (
            <OpenRow label={words.letter.council}>{names[envelope.council] ?? envelope.council}</OpenRow>
          )}
          <OpenRow label={words.letter.service}>{names[envelope.service] ?? envelope.service}</OpenRow>
          {envelope.handedOnBy && (
            <OpenRow label={words.letter.handedOnBy}>
              {names[envelope.handedOnBy] ?? envelope.handedOnBy}
            </OpenRow>
          )}
        </dl>
      </section>
    </>
  );
}
