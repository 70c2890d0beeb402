/** The two questions the page asks the server. Only a reference, a capability and a code ever leave; never an answer. */
import type { Versions } from '../../referral/letter.ts';
import type { Link } from '../../referral/link.ts';

export type Sealed = {
  state: 'here';
  sealed: Uint8Array;
  versions: Versions;
  acknowledged: boolean;
  /** ISO day on which it is deleted: settled when it is confirmed already, otherwise if it is confirmed today. */
  goneOn: string;
};

/** 'unreachable' stands for everything that trying again may put right. */
export type Fetched = Sealed | { state: 'gone' | 'withdrawn' | 'unknown' | 'unreachable' };

export type Confirmed =
  | { state: 'acknowledged' | 'already'; goneOn?: string }
  | { state: 'wrong-code' | 'locked' | 'withdrawn' | 'unknown' | 'unreachable' };

const waitMsMax = 20_000;

export async function fetchSealed({ reference, capability }: Link): Promise<Fetched> {
  return fetchedFrom(await post('/p/open', { reference, capability }));
}

export async function confirmReferral(reference: string, code: string): Promise<Confirmed> {
  return confirmedFrom(await post('/p/ack', { reference, code }));
}

/** Reads the answer of `/p/open`; undefined is no answer at all. */
export function fetchedFrom(answer: unknown): Fetched {
  if (!isRecord(answer)) return { state: 'unreachable' };
  const { state, sealed, supersedes, supersededBy, acknowledged, goneOn } = answer;
  if (state === 'gone' || state === 'withdrawn' || state === 'unknown') return { state };

  const bytes = typeof sealed === 'string' ? bytesFrom(sealed) : undefined;
  if (state !== 'here' || !bytes || typeof goneOn !== 'string') return { state: 'unreachable' };
  return {
    state,
    sealed: bytes,
    acknowledged: acknowledged === true,
    goneOn,
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
    case 'unknown':
      return { state };
    default:
      return { state: 'unreachable' };
  }
}

async function post(path: string, fields: Readonly<Record<string, string>>): Promise<unknown> {
  try {
    const response = await fetch(path, {
      method: 'POST',
      // Without this a browser adds a charset, and the server takes the bare type only.
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(fields).toString(),
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

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
