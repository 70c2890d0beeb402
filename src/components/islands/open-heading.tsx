import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

type Props = {
  /** False for what the page opens with: a browser starts reading at the top by itself. */
  focus?: boolean;
  children: ComponentChildren;
};

/** The heading of a state. It takes the focus when the state begins, so that a screen reader says where one is. */
export function OpenHeading({ focus = true, children }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (focus) heading.current?.focus();
  }, [focus]);
  return (
    <h1 ref={heading} tabIndex={-1}>
      {children}
    </h1>
  );
}
