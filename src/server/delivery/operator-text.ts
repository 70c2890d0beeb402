/** The words of the mail to the operator: codes, services and references. In English, as all that only operators read. */
import { showCode } from '../../referral/codes.ts';
import type { Untold } from '../store/operator-mail.ts';

/** A constant and a number: assume that everybody can read a subject. */
export function operatorSubject({ total }: Untold): string {
  return total === 1 ? 'Portal: 1 task waits for a person' : `Portal: ${total} tasks wait for a person`;
}

export function operatorText({ listed, total }: Untold): string {
  const lines = listed.map(({ code, service, reference }) =>
    ['  ', code, service, showCode(reference)].filter((part) => part !== '').join('  '),
  );
  const more = total > listed.length ? [`  and ${total - listed.length} more`] : [];
  return [
    'New tasks wait for a person. On each line: the task, the service, the',
    'reference of the referral.',
    '',
    ...lines,
    ...more,
    '',
    'Open /operator/ on the machine of the portal. It says what each task',
    'means and what to do, and keeps who decided what.',
    '',
    'This mail was sent by a machine. It says nothing about any person.',
    '',
  ].join('\n');
}
