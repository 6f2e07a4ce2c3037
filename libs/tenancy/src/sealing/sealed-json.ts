import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const cipher = 'aes-256-gcm';
const saltBytes = 16;
const ivBytes = 12;
const tagBytes = 16;

/** What seals a value. A value that was sealed for one purpose cannot be opened for another. */
export interface Seal {
  readonly secret: string | Buffer;
  readonly purpose: string;
}

/** Encrypts a value as JSON (AES-GCM): nobody without the secret can read or change it. */
export function sealJson(value: unknown, { secret, purpose }: Seal): Buffer {
  const [salt, iv] = [randomBytes(saltBytes), randomBytes(ivBytes)];
  const key = deriveKey({ secret, purpose }, salt);
  const sealing = createCipheriv(cipher, key, iv, { authTagLength: tagBytes });
  const text = Buffer.concat([sealing.update(JSON.stringify(value), 'utf8'), sealing.final()]);
  return Buffer.concat([salt, iv, sealing.getAuthTag(), text]);
}

/** Decrypts a value. @throws Error when the secret or the purpose differs, or the bytes were changed. */
export function openJson(sealed: Buffer, seal: Seal): unknown {
  const textAt = saltBytes + ivBytes + tagBytes;
  const iv = sealed.subarray(saltBytes, saltBytes + ivBytes);
  const key = deriveKey(seal, sealed.subarray(0, saltBytes));
  const opening = createDecipheriv(cipher, key, iv, { authTagLength: tagBytes });
  opening.setAuthTag(sealed.subarray(saltBytes + ivBytes, textAt));
  const text = Buffer.concat([opening.update(sealed.subarray(textAt)), opening.final()]);
  return JSON.parse(text.toString('utf8'));
}

function deriveKey({ secret, purpose }: Seal, salt: Buffer): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, salt, `attune ${purpose}`, 32));
}
