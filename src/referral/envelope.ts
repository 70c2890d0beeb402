/** What is sealed: one referral, as text a service's browser can read back. No node: and no zod, so that a browser can. */
import { innerCodeLength, referenceLength, tidyCode } from './codes.ts';
import { roles, type Role } from './choices.ts';

/** Field name to choice code, several choice codes, or text. Only fields of the role. */
export type Answers = Readonly<Record<string, string | readonly string[]>>;

/** What the person agreed to, item by item. `send` is what makes it a referral. */
export type Consent = { send: true; police: boolean; victimService: boolean; fallback: boolean };

/** `held` when signs of abuse were seen: it leaves later, marked, and is never refused. */
export type Lane = 'normal' | 'held';

export type Envelope = {
  version: 1;
  /** Bare, as `newReference` makes it. Must equal the reference the envelope was fetched by. */
  reference: string;
  /** Entering it is the only way to confirm the referral. */
  innerCode: string;
  service: string;
  /** ONS codes; the postcode itself is dropped. */
  area?: string;
  council?: string;
  /** ISO 8601 instant. */
  createdAt: string;
  role: Role;
  /** Code of the language the person used. */
  language: string;
  lane: Lane;
  answers: Answers;
  consent: Consent;
  /** Codes of warnings to show above the answers, such as 'kind-not-given'. */
  banners: readonly string[];
  /** The service that opened it first and handed it on, with the person's consent. */
  handedOnBy?: string;
  /** Made to try a key out; no person is waiting. */
  test?: true;
};

/** The bytes are not an envelope of a version this code can read. */
export class NotAnEnvelopeError extends Error {
  override name = 'NotAnEnvelopeError';
}

/** Sealed texts come in steps of this many bytes, so that their size says little about what was written. */
export const paddingStepBytes = 4096;

/** The whole envelope as JSON with sorted keys, in Unicode NFC: equal envelopes give equal text. */
export function canonicalText(envelope: Envelope): string {
  return canonicalJson(envelope).normalize('NFC');
}

/**
 * What the person said and where it goes, without what differs between two posts of the same form (codes, time, lane).
 *
 * Two posts with equal content text are one referral sent twice.
 */
export function contentText(envelope: Envelope): string {
  const { version, service, area, council, role, language, answers, consent } = envelope;
  return canonicalJson({ version, service, area, council, role, language, answers, consent }).normalize(
    'NFC',
  );
}

/** UTF-8 bytes, filled with spaces up to the next multiple of `paddingStepBytes`. */
export function padded(text: string): Uint8Array {
  const bytes = new TextEncoder().encode(text);
  const filled = new Uint8Array(Math.ceil(bytes.length / paddingStepBytes) * paddingStepBytes).fill(0x20);
  filled.set(bytes);
  return filled;
}

/** @throws NotAnEnvelopeError when the bytes are anything else, whoever sealed them. */
export function parseEnvelope(bytes: Uint8Array): Envelope {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    // The cause would quote what a person wrote.
    throw new NotAnEnvelopeError('not JSON in UTF-8');
  }
  if (!isEnvelope(value)) throw new NotAnEnvelopeError('not an envelope of version 1');
  return value;
}

/** As `toISOString` writes it: what cannot be read as a day would stop whoever writes it out. */
const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

function isEnvelope(value: unknown): value is Envelope {
  if (!isRecord(value)) return false;
  const { consent, answers, banners } = value;
  return (
    value['version'] === 1 &&
    isCode(value['reference'], referenceLength) &&
    isCode(value['innerCode'], innerCodeLength) &&
    [value['service'], value['language']].every((text) => typeof text === 'string') &&
    isInstant(value['createdAt']) &&
    [value['area'], value['council'], value['handedOnBy']].every(
      (text) => text === undefined || typeof text === 'string',
    ) &&
    roles.some((role) => role === value['role']) &&
    (value['lane'] === 'normal' || value['lane'] === 'held') &&
    isRecord(answers) &&
    Object.values(answers).every((answer) => typeof answer === 'string' || isTexts(answer)) &&
    isRecord(consent) &&
    consent['send'] === true &&
    ['police', 'victimService', 'fallback'].every((item) => typeof consent[item] === 'boolean') &&
    isTexts(banners) &&
    (value['test'] === undefined || value['test'] === true)
  );
}

function isInstant(value: unknown): boolean {
  return typeof value === 'string' && instant.test(value) && !Number.isNaN(Date.parse(value));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((text) => typeof text === 'string');
}

function isCode(value: unknown, length: number): boolean {
  return typeof value === 'string' && tidyCode(value, length) === value;
}

/** Written out by hand because assigning to a copy's `__proto__` would lose a field of that name. */
function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (!isRecord(value)) return JSON.stringify(value);
  const members = Object.keys(value)
    .sort()
    .filter((key) => value[key] !== undefined)
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key])}`);
  return `{${members.join(',')}}`;
}
