import type { ComponentChildren } from 'preact';
import type { Row, Value } from '../../referral/letter.ts';

type Props = {
  rows: readonly Row[];
  notGiven: string;
  /** BCP 47 tag of the language the person wrote in. */
  personTag: string | undefined;
};

/**
 * Questions and answers. What the person typed carries their language; what they chose is in the reader's. What they typed
 * is not for translating: a browser that translates the page would send it away.
 */
export function OpenRows({ rows, notGiven, personTag }: Props) {
  return (
    <dl class="rows">
      {rows.map(({ field, label, values }) => (
        <OpenRow key={field} label={label}>
          {values.length === 0 ? (
            notGiven
          ) : values.length === 1 && values[0] ? (
            <OpenValue value={values[0]} personTag={personTag} />
          ) : (
            <ul>
              {values.map((value) => (
                <li key={value.text}>
                  <OpenValue value={value} personTag={personTag} />
                </li>
              ))}
            </ul>
          )}
        </OpenRow>
      ))}
    </dl>
  );
}

export function OpenRow({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function OpenValue({ value, personTag }: { value: Value; personTag: string | undefined }) {
  if (value.kind === 'chosen') return <>{value.text}</>;
  if (value.kind === 'code')
    return (
      <bdi dir="ltr" translate={false}>
        {value.text}
      </bdi>
    );
  return (
    <div dir="auto" translate={false} {...(personTag !== undefined && { lang: personTag })}>
      {value.text.split('\n').map((line, index) => (
        <>
          {index > 0 && <br />}
          {line}
        </>
      ))}
    </div>
  );
}
