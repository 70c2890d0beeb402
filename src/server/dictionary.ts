/** What outside programs may rely on, made from the same schemas that read forms and the directory. */
import * as z from 'zod';
import { roles } from '../referral/choices.ts';
import { fieldNames, fields, type Field } from '../referral/fields.ts';
import { Directory } from './directory.ts';

/**
 * Every field of the form: its name, type, limit in characters, choices, the roles that are asked it, and when it is
 * required.
 */
export function fieldDictionary() {
  return {
    paths: Object.fromEntries(roles.map((role, index) => [role, `/{language}/refer/${index + 1}/`])),
    step: ['where', 'answers', 'check', 'change', 'send'],
    hidden: ['form-key', 'service'],
    fields: fieldNames.map((name) => {
      const { type, step, roles: asked, required, charactersMax, choices, sealed }: Field = fields[name];
      return { name, type, step, roles: asked, required, charactersMax, choices, sealed };
    }),
  };
}

/** JSON Schema of `DIRECTORY_FILE`. */
export function directorySchema() {
  return z.toJSONSchema(Directory, { io: 'input' });
}
