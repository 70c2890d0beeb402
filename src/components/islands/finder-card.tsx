import { Fragment, type ComponentChildren } from 'preact';
import type { FindData, Line, Reach } from './finder-data.ts';
import { FinderName } from './finder-name.tsx';

type Props = { data: Pick<FindData, 'reach'>; ways: readonly Reach[] };

/** A service: one row for each way to reach it, the phone first. What nobody knows is said once. */
export function FinderServiceRows({ data, ways }: Props) {
  const { reach } = data;
  return (
    <>
      {ways.map(({ name, phone, email, website }) => (
        <Fragment key={name}>
          {(phone !== null || (email === null && website === null)) && (
            <FinderRow label={reach.phone}>
              {phone === null ? reach.none : <FinderPhone number={phone} />}
            </FinderRow>
          )}
          {email !== null && (
            <FinderRow label={reach.email}>
              <FinderEmail email={email} />
            </FinderRow>
          )}
          {website !== null && (
            <FinderRow label={reach.website}>
              <FinderWebsite website={website} />
            </FinderRow>
          )}
        </Fragment>
      ))}
    </>
  );
}

export function FinderRow({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** Other organisations, each under its name. */
export function FinderReach({ data, ways }: Props) {
  if (ways.length === 0) return null;
  return (
    <ul>
      {ways.map(({ name, phone, email, website }) => (
        <li key={name}>
          <b>
            <bdi>{name}</bdi>
          </b>
          {phone === null && email === null && website === null && <p>{data.reach.none}</p>}
          {phone !== null && (
            <p>
              <FinderPhone number={phone} />
            </p>
          )}
          {email !== null && (
            <p>
              <FinderEmail email={email} />
            </p>
          )}
          {website !== null && (
            <p>
              <FinderWebsite website={website} />
            </p>
          )}
        </li>
      ))}
    </ul>
  );
}

function FinderEmail({ email }: { email: string }) {
  return (
    <a class="alone" href={`mailto:${email}`}>
      <bdi dir="ltr">{email}</bdi>
    </a>
  );
}

function FinderWebsite({ website }: { website: string }) {
  return (
    <a class="alone" href={website} rel="noreferrer">
      <bdi dir="ltr">{new URL(website).hostname}</bdi>
    </a>
  );
}

function FinderPhone({ number }: { number: string }) {
  return (
    <a class="tel" href={`tel:${number.replaceAll(' ', '')}`}>
      <bdi dir="ltr">{number}</bdi>
    </a>
  );
}

export function FinderHelplines({ title, lines }: { title?: string; lines: readonly Line[] }) {
  if (lines.length === 0) return null;
  return (
    <>
      {title !== undefined && <h2>{title}</h2>}
      <ul class="help">
        {lines.map(({ name, number, about }) => (
          <li key={name.text}>
            <b>
              <FinderName name={name} />
            </b>
            <span>{about.join(' · ')}</span>
            {number !== undefined && <FinderPhone number={number} />}
          </li>
        ))}
      </ul>
    </>
  );
}
