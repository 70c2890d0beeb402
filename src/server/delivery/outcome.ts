/**
 * What became of one attempt to hand over a notice, judged from what nodemailer reports. The whole table is in this
 * file.
 */

export type Outcome =
  /** The mail server answered 250 to the message. Never to be called delivered. */
  | { kind: 'handed-over' }
  /** The server said: later. Greylisting, too busy, or a passing fault. */
  | { kind: 'later' }
  /** The mailbox is full or the message too big: passes, but somebody should look. */
  | { kind: 'full' }
  /** The server will never take mail for this address. */
  | { kind: 'refused' }
  /**
   * The server refuses us and not the address: the operator has to mend it, and no notice is to blame. `sender`: whatever
   * comes from our address. `relay`: what we send to this recipient, perhaps to others as well.
   */
  | { kind: 'stopped'; why: 'sign-in' | 'tls' | 'sender' | 'relay' }
  /** No conversation came about, so the service certainly has nothing. */
  | { kind: 'unreached' }
  /** A fault of ours: what should be sent cannot be written. Nobody was asked. */
  | { kind: 'unwritten' }
  /** The conversation broke off. nodemailer cannot say whether before or after the message was taken. */
  | { kind: 'unknown' };

/** The fields that nodemailer adds to an error, as far as they are used here. */
type MailError = {
  code?: unknown;
  originalCode?: unknown;
  responseCode?: unknown;
  response?: unknown;
  command?: unknown;
  timeoutType?: unknown;
};

export const noConnection: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

const setUpTimeouts = new Set(['CONNECT_TIMEOUT', 'GREETING_TIMEOUT', 'UPGRADE_TIMEOUT']);

const transactionCommands = new Set(['MAIL FROM', 'RCPT TO', 'DATA']);

const signInCodes = new Set([530, 534, 535, 538]);

export function outcomeOf(error: unknown): Outcome {
  const { code, originalCode, responseCode, response, command, timeoutType } = error as MailError;
  if (code === 'ETLS' || isCertificateProblem(originalCode)) return { kind: 'stopped', why: 'tls' };

  if (typeof responseCode === 'number') {
    if (signInCodes.has(responseCode)) return { kind: 'stopped', why: 'sign-in' };
    if (responseCode >= 500 && command === 'MAIL FROM') return { kind: 'stopped', why: 'sender' };
    if (responseCode >= 500 && isAboutSender(command, String(response)))
      return { kind: 'stopped', why: 'relay' };
    if (responseCode === 552 || responseCode === 452) return { kind: 'full' };
    // Before MAIL FROM the server speaks of itself and not of the address: nobody was refused.
    const isAboutUs = transactionCommands.has(String(command));
    if (responseCode >= 500) return isAboutUs ? { kind: 'refused' } : signInOr(code, { kind: 'unreached' });
    if (responseCode >= 400) return isAboutUs || code === 'EAUTH' ? { kind: 'later' } : { kind: 'unreached' };
  }
  if (noConnection.has(String(originalCode)) || code === 'EDNS') return { kind: 'unreached' };
  if (setUpTimeouts.has(String(timeoutType))) return { kind: 'unreached' };
  return signInOr(code, { kind: 'unknown' });
}

/** SPF, DKIM, DMARC or reverse name: https://www.rfc-editor.org/rfc/rfc7372 (5.7.509: Exchange Online). */
const authentication = /^5\.7\.(?:2[0-7]|509)$/u;

/**
 * After RCPT a server may still refuse the sender: a password that ran out, an address that may not relay. Its code is then
 * 5.7.x or none, but 5.7.1 stands for a recipient's own rules as well, and three digits (5.7.133) for those of
 * Exchange: only the words tell. After DATA they may be about what the mail says, so there only the code counts.
 */
function isAboutSender(command: unknown, response: string): boolean {
  if (command !== 'RCPT TO' && command !== 'DATA') return false;
  const status = /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})\b/u.exec(response)?.[1];
  if (status !== undefined && authentication.test(status)) return true;
  if (command === 'DATA') return false;
  const mayBe = status === undefined || /^5\.7\.\d{1,2}$/u.test(status);
  return mayBe && /\brelay|\bsender\b|\bsend as\b|\bclient host\b/iu.test(response);
}

function signInOr(code: unknown, otherwise: Outcome): Outcome {
  return code === 'EAUTH' ? { kind: 'stopped', why: 'sign-in' } : otherwise;
}

/** The names under which Node reports a certificate or a TLS version that it will not have. */
export function isCertificateProblem(code: unknown): boolean {
  return /^(?:ERR_TLS_|ERR_SSL_|CERT_|EPROTO$|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_)/u.test(String(code));
}
