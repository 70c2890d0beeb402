/**
 * Every question of the form, once: what it accepts, who is asked it and when.
 *
 * A question is here only if a service cannot call back without it, or the person may want it said:
 * docs/decisions/0004-ask-less.md. Names and codes are permanent; `docs/fields.json` is made from this file.
 */
import * as z from 'zod';
import { ages, kinds, matters, otherAges, roles, stages, type Role } from './choices.ts';
import { characters, plainText } from './plain-text.ts';

/** The part of the form that asks: where the person is, or everything else. */
export type Step = 'where' | 'answers';

/** `line` one line · `text` several · `choice` one code · `choices` any codes · `tick` yes or nothing. */
export type FieldType = 'line' | 'text' | 'choice' | 'choices' | 'tick';

export type Field = {
  readonly type: FieldType;
  readonly step: Step;
  readonly roles: readonly Role[];
  /** 'depends' is decided by another answer, in `referral.ts`. */
  readonly required: 'yes' | 'no' | 'depends';
  /** Most characters (code points) for `line` and `text`. */
  readonly charactersMax?: number;
  readonly choices?: readonly string[];
  /** False for what is counted or used to route, and never put into the seal. */
  readonly sealed: boolean;
  readonly schema: z.ZodType<string | readonly string[] | undefined, readonly string[]>;
};

type Who = { step?: Step; roles?: readonly Role[]; required?: Field['required']; sealed?: boolean };

const everyone = roles;
/** Those who were part of what happened. */
const people = ['harmed', 'responsible'] as const satisfies readonly Role[];

/** Repeated values of a one-value field are ignored after the first, as a browser would never send them. */
const first = z.array(z.string()).transform((values) => values[0]);

function typed(type: 'line' | 'text', charactersMax: number, who: Who = {}): Field {
  const schema = first.transform((value, context) => {
    const text = plainText(value ?? '', { lines: type === 'text' });
    if (characters(text) > charactersMax) context.addIssue('too-long');
    if (text === '' && who.required === 'yes') context.addIssue('missing');
    return text === '' ? undefined : text;
  });
  return { ...settled(type, who), charactersMax, schema };
}

function choice(choices: readonly string[], who: Who = {}): Field {
  const schema = first.transform((value, context) => {
    const known = value && choices.includes(value) ? value : undefined;
    if (value && !known) context.addIssue('not-listed');
    if (!known && !value && who.required === 'yes') context.addIssue('missing');
    return known;
  });
  return { ...settled('choice', who), choices, schema };
}

function anyOf(choices: readonly string[], who: Who = {}): Field {
  const schema = z.array(z.string()).transform((values) => {
    const known = choices.filter((code) => values.includes(code));
    return known.length > 0 ? known : undefined;
  });
  return { ...settled('choices', who), choices, schema };
}

function tick(who: Who = {}): Field {
  const schema = first.transform((value, context) => {
    if (value !== 'yes' && who.required === 'yes') context.addIssue('missing');
    return value === 'yes' ? 'yes' : undefined;
  });
  return { ...settled('tick', who), choices: ['yes'], schema };
}

function settled(type: FieldType, who: Who) {
  const { step = 'answers', roles: asked = everyone, required = 'no', sealed = true } = who;
  return { type, step, roles: asked, required, sealed };
}

/** An ONS code of a police force area or a council, or one of the named places below. */
const code = { step: 'where', sealed: false } as const;

/** Where a person can say they are instead of a police force area. */
export const otherPlaces = [
  'scotland',
  'northern-ireland',
  'isle-of-man',
  'jersey',
  'guernsey',
  'overseas',
  'forces',
  'prison',
  'no-fixed-address',
  'refuge',
  'unsaid',
] as const;
export type OtherPlace = (typeof otherPlaces)[number];

export const fields = {
  // Where. The postcode decides the area and is dropped; area and council travel on.
  postcode: typed('line', 60, { ...code, required: 'depends' }),
  area: typed('line', 20, code),
  council: typed('line', 20, code),
  railway: tick({ step: 'where', roles: people }),
  age: choice(ages, { step: 'where', roles: ['harmed', 'responsible', 'talk'] }),
  'other-age': choice(otherAges, { step: 'where', roles: ['harmed', 'helping'] }),

  // How to reach the person, safely.
  'call-me': typed('line', 80, { required: 'yes' }),
  'reach-by': choice(['phone', 'text', 'email', 'letter'], { required: 'yes' }),
  phone: typed('line', 40, { required: 'depends' }),
  mobile: typed('line', 40, { required: 'depends' }),
  email: typed('line', 120, { required: 'depends' }),
  address: typed('text', 250, { required: 'depends' }),
  voicemail: choice(['yes', 'unnamed', 'no'], { required: 'depends' }),
  'safe-when': typed('line', 200),
  'who-knows': choice(['nobody', 'some', 'fine']),
  'spoken-language': typed('line', 60),
  access: typed('text', 300),

  // What it is about. Every one may be left blank.
  relation: choice(['family', 'friend', 'worker', 'other'], { roles: ['helping'] }),
  matter: choice(matters, { roles: people }),
  kind: choice(kinds, { roles: people }),
  stage: choice(stages, { roles: people }),
  'crime-number': typed('line', 40, { roles: people }),
  hopes: anyOf(['ask', 'tell', 'listen', 'sorry', 'repair', 'safer', 'unsure'], { roles: people }),
  note: typed('text', 500),

  // Counted, never sealed.
  told: choice(['yes', 'no', 'unsure'], { roles: people, sealed: false }),
  heard: choice(
    ['police', 'victim-service', 'court', 'prison-probation', 'friend', 'online', 'print', 'other'],
    {
      sealed: false,
    },
  ),

  // What the person agrees to, item by item.
  'consent-send': tick({ required: 'yes', sealed: false }),
  'consent-police': tick({ roles: people, sealed: false }),
  'consent-victim-service': tick({ roles: ['harmed'], sealed: false }),
  'consent-fallback': tick({ roles: ['harmed', 'responsible', 'talk'], sealed: false }),
} as const satisfies Record<string, Field>;

export type FieldName = keyof typeof fields;

export const fieldNames = Object.keys(fields) as readonly FieldName[];

export function isField(name: string): name is FieldName {
  return Object.hasOwn(fields, name);
}

/** The questions one role is asked in one step, in order. */
export function fieldsFor(role: Role, step: Step): readonly FieldName[] {
  return fieldNames.filter((name) => {
    const field: Field = fields[name];
    return field.step === step && field.roles.includes(role);
  });
}

/** What travels with the form besides the questions. */
export const carried = ['step', 'form-key', 'service'] as const;

/** The field that gets the focus on the next page, where "Change" asked for it with a script. */
export const landOnName = 'land-on';

/** In the form but never in sight: who fills it in is a machine, or a helper that fills in everything. */
export const trapName = 'website';
