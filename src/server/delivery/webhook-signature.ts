/**
 * Signs what is sent to a case system, as Standard Webhooks 1 has it, so that its libraries can check it:
 * HMAC-SHA-256 over `<id>.<seconds>.<body>`. https://www.standardwebhooks.com
 */
import { createHmac } from 'node:crypto';
import * as z from 'zod';
import { ConfigError } from '../failure.ts';
import { readPrivateFile } from '../private-file.ts';

/** Secret keys by the id that the directory names. */
export type WebhookKeys = ReadonlyMap<string, Uint8Array>;

/** `whsec_` and 24 to 64 random bytes in base64. */
const secret = z
  .string()
  .regex(/^whsec_(?:[A-Za-z0-9+/]{4}){8,21}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/);

const WebhookKeysFile = z.record(z.string().regex(/^[a-z0-9-]{1,64}$/), secret);

/** @throws ConfigError when others can read `WEBHOOK_KEYS_FILE`, or when it is not `{"<key id>": "whsec_…"}`. */
export function loadWebhookKeys(file: string): WebhookKeys {
  const wrong = new ConfigError(['WEBHOOK_KEYS_FILE: must be {"<key id>": "whsec_<base64>"}']);
  let json: unknown;
  const text = readPrivateFile('WEBHOOK_KEYS_FILE', file);
  try {
    json = JSON.parse(text);
  } catch {
    // The cause would quote the file.
    throw wrong;
  }
  const read = WebhookKeysFile.safeParse(json);
  if (!read.success) throw wrong;
  return new Map(Object.entries(read.data).map(([id, text]) => [id, keyFrom(text)]));
}

/** @param text `whsec_…` */
export function keyFrom(text: string): Uint8Array {
  return Buffer.from(text.replace(/^whsec_/, ''), 'base64');
}

export type Signed = { keyId: string; id: string; body: Uint8Array; date: Date };

export function signedHeaders(key: Uint8Array, { keyId, id, body, date }: Signed) {
  const timestamp = Math.floor(date.getTime() / 1000);
  return {
    'Webhook-Id': id,
    'Webhook-Timestamp': String(timestamp),
    'Webhook-Key-Id': keyId,
    'Webhook-Signature': signatureOf(key, { id, timestamp, body }),
  };
}

/** @param signed.timestamp whole seconds since 1970 */
export function signatureOf(
  key: Uint8Array,
  signed: { id: string; timestamp: number; body: Uint8Array },
): string {
  const mac = createHmac('sha256', key).update(`${signed.id}.${signed.timestamp}.`).update(signed.body);
  return `v1,${mac.digest('base64')}`;
}
