/** Reads a posted form into a referral, or into the problems a person can put right. Never throws on what was typed. */
import type { Role } from './choices.ts';
import { fields, fieldsFor, isField, type Field, type FieldName, type Step } from './fields.ts';

/** A posted form: allowed names only, each with its values in order. */
export type Form = ReadonlyMap<string, readonly string[]>;

/** What a person told us, tidied: a text, a code, or codes. Blank answers are absent. */
export type Answers = Readonly<Partial<Record<FieldName, string | readonly string[]>>>;

/** Something the person can put right. `problems.<field>.<reason>` is its sentence. */
export type Problem = { readonly field: FieldName; readonly reason: Reason };

export type Reason =
  | 'missing'
  | 'malformed'
  | 'too-long'
  | 'not-listed'
  | 'unknown'
  | 'choose'
  | 'nongeographic'
  | 'forces'
  | 'no-fixed-address'
  | 'service-changed';

export type Read = { readonly answers: Answers; readonly problems: readonly Problem[] };

/** Reads the questions of one step that this role is asked; anything else in the form is left out. */
export function readStep(form: Form, role: Role, step: Step): Read {
  const answers: Partial<Record<FieldName, string | readonly string[]>> = {};
  const problems: Problem[] = [];
  for (const name of fieldsFor(role, step)) {
    const field: Field = fields[name];
    const result = field.schema.safeParse(form.get(name) ?? []);
    if (result.success) {
      if (result.data !== undefined) answers[name] = result.data;
    } else {
      problems.push({ field: name, reason: reasonFrom(result.error.issues[0]?.message) });
    }
  }
  if (step === 'answers') problems.push(...contactProblems(answers, problems));
  return { answers, problems: inOrder(problems, fieldsFor(role, step)) };
}

/** One safe way to reach the person: the detail that goes with the way they chose. */
function contactProblems(answers: Answers, found: readonly Problem[]): Problem[] {
  const bad = new Set(found.map((problem) => problem.field));
  const problems: Problem[] = [];
  const detail = contactField[String(answers['reach-by'])];
  if (detail && !bad.has(detail.field)) {
    const typed = answers[detail.field];
    if (typeof typed !== 'string') problems.push({ field: detail.field, reason: 'missing' });
    else if (!detail.plausible(typed)) problems.push({ field: detail.field, reason: 'malformed' });
  }
  if (answers['reach-by'] === 'phone' && !answers.voicemail && !bad.has('voicemail')) {
    problems.push({ field: 'voicemail', reason: 'missing' });
  }
  return problems;
}

type Detail = { readonly field: FieldName; readonly plausible: (typed: string) => boolean };

// E.164 allows 15 digits and 00 may stand before them; the shortest UK number has 10 with its 0 (Ofcom, National
// Telephone Numbering Plan).
const isNumber = (typed: string) =>
  /^[\d\s()+.\-/]*(?:ext|x|#)?[\d\s.]*$/i.test(typed) && digits(typed) >= 10 && digits(typed) <= 20;

/** The detail that each way of contact needs. */
const contactField: Readonly<Record<string, Detail>> = {
  phone: { field: 'phone', plausible: isNumber },
  text: { field: 'mobile', plausible: isNumber },
  email: { field: 'email', plausible: (typed) => /^[^\s@]+@[^\s@.]+(?:\.[^\s@.]+)+$/.test(typed) },
  letter: { field: 'address', plausible: (typed) => typed.length >= 8 },
};

function digits(typed: string): number {
  return typed.replace(/\D/g, '').length;
}

/** Answers that go into the seal: not what routes, not what is only counted, not a detail of a way not chosen. */
export function sealedAnswers(answers: Answers): Answers {
  const chosen = contactField[String(answers['reach-by'])]?.field;
  const details = new Set<string>(Object.values(contactField).map((detail) => detail.field));
  return Object.fromEntries(
    Object.entries(answers).filter(([name]) => {
      if (!isField(name) || !fields[name].sealed) return false;
      if (name === 'voicemail') return chosen === 'phone';
      return !details.has(name) || name === chosen;
    }),
  );
}

function reasonFrom(message: string | undefined): Reason {
  return message === 'missing' || message === 'too-long' || message === 'not-listed' ? message : 'malformed';
}

function inOrder(problems: readonly Problem[], names: readonly FieldName[]): Problem[] {
  return problems.toSorted((a, b) => names.indexOf(a.field) - names.indexOf(b.field));
}
