/** Keys and sealed referrals with something in them, as a real installation has. */
import { newInnerCode, newReference } from '../../src/referral/codes.ts';
import { canonicalText, padded, type Envelope } from '../../src/referral/envelope.ts';
import { newKeyPair, seal } from '../../src/referral/seal.ts';
import type { SealedReferral } from '../../src/server/store/accept.ts';
import { secretsFrom } from '../../src/server/secrets.ts';
import { aSealedReferral, noon } from './sealed-referral.ts';

export const testSecrets = secretsFrom('5e'.repeat(32));

/** The courier's key, and the escrow key that a service without keys of its own needs besides. */
export const spoolKey = await newKeyPair();
export const escrowKey = await newKeyPair();

/** A mark that stands in every text a person typed. */
export const mark = 'Zqxj7vkw';
export const markDigits = '01632960719';

export function anEnvelope(named: Partial<Envelope> = {}): Envelope {
  return {
    version: 1,
    reference: newReference(),
    innerCode: newInnerCode(),
    service: 'northfield',
    area: 'E23000023',
    createdAt: noon.toISOString(),
    role: 'harmed',
    language: 'en',
    lane: 'normal',
    answers: {
      'call-me': `${mark} Person`,
      'reach-by': 'phone',
      phone: markDigits,
      voicemail: 'no',
      'safe-when': `${mark} mornings`,
      'who-knows': 'nobody',
      kind: 'burglary',
      hopes: ['ask', 'listen'],
      note: `${mark} first line\nsecond line`,
    },
    consent: { send: true, police: false, victimService: false, fallback: true },
    banners: [],
    ...named,
  };
}

/** As the web process would keep it: sealed, with the MAC of the code inside. */
export async function aReferralWith(
  envelope: Envelope,
  recipients: readonly string[] = [spoolKey.recipient, escrowKey.recipient],
): Promise<SealedReferral> {
  const { reference, innerCode, service, lane } = envelope;
  return aSealedReferral({
    reference,
    service,
    lane,
    innerCodeMac: testSecrets.mac('inner-code', reference, innerCode),
    sealed: await seal(padded(canonicalText(envelope)), recipients),
  });
}
