/** What the page asks the server. Only a reference, a capability, codes and sealed text ever leave; never an answer. */
import type { Versions } from '../../referral/letter.ts';
import type { Receiver, Resealed } from '../../referral/hand-on.ts';
import type { Link } from '../../referral/link.ts';

export type Sealed = {
  state: 'here';
  sealed: Uint8Array;
  versions: Versions;
  acknowledged: boolean;
  /** ISO day on which it is deleted: settled when it is confirmed already, otherwise if it is confirmed today. */
  goneOn: string;
  /** It can be handed on without the people who run the site. */
  mayBeHandedOn: boolean;
};

/** 'unreachable' stands for everything that trying again may put right. */
export type Fetched = Sealed | HandedOn | { state: 'gone' | 'withdrawn' | 'unknown' | 'unreachable' };

/** This link's service has handed it on: to whom, and whether somebody there has confirmed it. */
export type HandedOn = { state: 'handed-on'; to: string; acknowledged: boolean };

/** Which services can receive, with their public keys; or why that does not matter any more. */
export type Offered =
  | { state: 'here'; receivers: readonly Receiver[] }
  | HandedOn
  | { state: 'withdrawn' | 'unknown' | 'unreachable' };

/** Why a referral stays where it is. */
type Unmoved = {
  state: 'replaced' | 'gone' | 'refused' | 'locked' | 'wrong-code' | 'withdrawn' | 'unknown' | 'unreachable';
};

export type Handing = HandedOn | Unmoved | { state: 'keys-changed' };

export type Asked = { state: 'asked' } | HandedOn | Unmoved;

export type Confirmed =
  | { state: 'acknowledged' | 'already'; goneOn?: string }
  | { state: 'wrong-code' | 'locked' | 'withdrawn' | 'handed-on' | 'unknown' | 'unreachable' };

const waitMsMax = 20_000;

export async function fetchSealed({ reference, capability }: Link): Promise<Fetched> {
  return fetchedFrom(await post('/p/open', { reference, capability }));
}

export async function confirmReferral(reference: string, code: string): Promise<Confirmed> {
  return confirmedFrom(await post('/p/ack', { reference, code }));
}

export async function fetchReceivers({ reference, capability }: Link): Promise<Offered> {
  return offeredFrom(await post('/p/services', { reference, capability }));
}

/** The same again is safe: the server answers that it is done. @param code the inner code as it was opened */
export async function handOn(
  { reference, capability }: Link,
  code: string,
  { to, sealed, innerCode }: Resealed,
): Promise<Handing> {
  const answer = await post('/p/hand-on', {
    reference,
    capability,
    code,
    to: to.service,
    recipient: to.recipients,
    'next-code': innerCode,
    sealed: base64From(sealed),
  });
  return handingFrom(answer);
}

export async function askOperator({ reference, capability }: Link, code: string): Promise<Asked> {
  const answer = await post('/p/ask-operator', { reference, capability, code });
  if (isRecord(answer) && answer['state'] === 'asked') return { state: 'asked' };
  const handing = handingFrom(answer);
  // Nobody chose a service here, so there are no keys that could have changed.
  return handing.state === 'keys-changed' ? { state: 'unreachable' } : handing;
}

/** Reads the answer of `/p/services`; undefined is no answer at all. */
export function offeredFrom(answer: unknown): Offered {
  if (!isRecord(answer)) return { state: 'unreachable' };
  const { state, services } = answer;
  if (state === 'withdrawn' || state === 'unknown') return { state };
  if (state === 'handed-on') return handedOnFrom(answer);
  if (state !== 'here' || !Array.isArray(services)) return { state: 'unreachable' };
  return {
    state,
    receivers: services.flatMap((listed: unknown) => {
      const { service, recipients } = isRecord(listed) ? listed : {};
      const isListed = typeof service === 'string' && Array.isArray(recipients);
      return isListed && recipients.every((key) => typeof key === 'string') ? [{ service, recipients }] : [];
    }),
  };
}

const refusals = [
  'keys-changed',
  'replaced',
  'gone',
  'refused',
  'locked',
  'wrong-code',
  'withdrawn',
  'unknown',
] as const;

/** Reads the answer of `/p/hand-on`; undefined is no answer at all. */
export function handingFrom(answer: unknown): Handing {
  if (!isRecord(answer)) return { state: 'unreachable' };
  if (answer['state'] === 'handed-on') return handedOnFrom(answer);
  return { state: refusals.find((state) => state === answer['state']) ?? 'unreachable' };
}

function handedOnFrom({ to, acknowledged }: Record<string, unknown>): HandedOn {
  return {
    state: 'handed-on',
    to: typeof to === 'string' ? to : '',
    acknowledged: acknowledged === true,
  };
}

/** Reads the answer of `/p/open`; undefined is no answer at all. */
export function fetchedFrom(answer: unknown): Fetched {
  if (!isRecord(answer)) return { state: 'unreachable' };
  const { state, sealed, supersedes, supersededBy, acknowledged, goneOn, mayBeHandedOn } = answer;
  if (state === 'gone' || state === 'withdrawn' || state === 'unknown') return { state };
  if (state === 'handed-on') return handedOnFrom(answer);

  const bytes = typeof sealed === 'string' ? bytesFrom(sealed) : undefined;
  if (state !== 'here' || !bytes || typeof goneOn !== 'string') return { state: 'unreachable' };
  return {
    state,
    sealed: bytes,
    acknowledged: acknowledged === true,
    goneOn,
    mayBeHandedOn: mayBeHandedOn === true,
    versions: {
      ...(typeof supersedes === 'string' && { supersedes }),
      ...(typeof supersededBy === 'string' && { supersededBy }),
    },
  };
}

/** Reads the answer of `/p/ack`; undefined is no answer at all. */
export function confirmedFrom(answer: unknown): Confirmed {
  if (!isRecord(answer)) return { state: 'unreachable' };
  const { state, goneOn } = answer;
  switch (state) {
    case 'acknowledged':
    case 'already':
      return { state, ...(typeof goneOn === 'string' && { goneOn }) };
    case 'wrong-code':
    case 'locked':
    case 'withdrawn':
    case 'handed-on':
    case 'unknown':
      return { state };
    default:
      return { state: 'unreachable' };
  }
}

async function post(
  path: string,
  fields: Readonly<Record<string, string | readonly string[]>>,
): Promise<unknown> {
  const body = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    for (const one of typeof value === 'string' ? [value] : value) body.append(name, one);
  }
  try {
    const response = await fetch(path, {
      method: 'POST',
      // Without this a browser adds a charset, and the server takes the bare type only.
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: body.toString(),
      credentials: 'omit',
      cache: 'no-store',
      redirect: 'error',
      signal: AbortSignal.timeout(waitMsMax),
    });
    return await response.json();
  } catch {
    return undefined;
  }
}

function bytesFrom(base64: string): Uint8Array | undefined {
  try {
    return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  } catch {
    return undefined;
  }
}

function base64From(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
