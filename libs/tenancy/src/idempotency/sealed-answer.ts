import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const cipher = 'aes-256-gcm';
const saltBytes = 16;
const ivBytes = 12;
const tagBytes = 16;

/** The response to the first request with a key. */
export interface StoredResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** Encrypts a response with the secret, because it may contain a new API key, which is stored nowhere else. */
export function sealAnswer(answer: StoredResponse, secret: string): Buffer {
  const [salt, iv] = [randomBytes(saltBytes), randomBytes(ivBytes)];
  const sealing = createCipheriv(cipher, deriveKey(secret, salt), iv, { authTagLength: tagBytes });
  const text = Buffer.concat([sealing.update(JSON.stringify(answer), 'utf8'), sealing.final()]);
  return Buffer.concat([salt, iv, sealing.getAuthTag(), text]);
}

/** Decrypts a response. @throws Error when the secret differs or the bytes were changed. */
export function openAnswer(sealed: Buffer, secret: string): StoredResponse {
  const textAt = saltBytes + ivBytes + tagBytes;
  const iv = sealed.subarray(saltBytes, saltBytes + ivBytes);
  const key = deriveKey(secret, sealed.subarray(0, saltBytes));
  const opening = createDecipheriv(cipher, key, iv, { authTagLength: tagBytes });
  opening.setAuthTag(sealed.subarray(saltBytes + ivBytes, textAt));
  const text = Buffer.concat([opening.update(sealed.subarray(textAt)), opening.final()]);
  return JSON.parse(text.toString('utf8')) as StoredResponse;
}

function deriveKey(secret: string, salt: Buffer): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, salt, 'attune idempotent answer', 32));
}
