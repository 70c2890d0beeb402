import { OpenHeading } from './open-heading.tsx';

type Props = {
  heading: string;
  what: string;
  /** What the person does now. */
  next: string;
  more?: readonly string[];
  again?: () => void;
  againWords?: string;
};

/** Where opening ends without a referral: what happened, what to do, and who helps. */
export function OpenStop({ heading, what, next, more = [], again, againWords }: Props) {
  return (
    <>
      <OpenHeading>{heading}</OpenHeading>
      <p>{what}</p>
      <p>
        <strong>{next}</strong>
      </p>
      {more.map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
      {again && (
        <p class="go">
          <button type="button" class="button" onClick={again}>
            {againWords}
          </button>
        </p>
      )}
    </>
  );
}
