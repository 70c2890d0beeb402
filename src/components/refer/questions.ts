/** Which questions of the second step stand together on one screen. */
import type { Role } from '../../referral/choices.ts';
import { fieldsFor, type FieldName } from '../../referral/fields.ts';

/** `name` is also the string `refer.answers.<name>`; a group nobody of this role is asked leaves the list. */
export type QuestionGroup = {
  readonly name: 'contact' | 'safely' | 'about' | 'counted' | 'agree';
  readonly fields: readonly FieldName[];
};

/** What is asked under each way of contact, and so not on its own. */
export const askedUnder = {
  phone: ['phone', 'voicemail'],
  text: ['mobile'],
  email: ['email'],
  letter: ['address'],
} as const satisfies Record<string, readonly FieldName[]>;

const groups: readonly QuestionGroup[] = [
  { name: 'contact', fields: ['call-me', 'reach-by'] },
  { name: 'safely', fields: ['safe-when', 'who-knows', 'spoken-language', 'access'] },
  { name: 'about', fields: ['relation', 'matter', 'kind', 'stage', 'crime-number', 'hopes', 'note'] },
  { name: 'counted', fields: ['told', 'heard'] },
  { name: 'agree', fields: ['consent-send', 'consent-police', 'consent-victim-service', 'consent-fallback'] },
];

export function questionsFor(role: Role): readonly QuestionGroup[] {
  const asked = new Set(fieldsFor(role, 'answers'));
  return groups
    .map((group) => ({ ...group, fields: group.fields.filter((name) => asked.has(name)) }))
    .filter((group) => group.fields.length > 0);
}
