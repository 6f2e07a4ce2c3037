import { createHash } from 'node:crypto';
import { isObjectId, randomHex } from '#kernel';

const apiKeyPattern = /^atn_([a-z0-9]{8,32})_([A-Za-z0-9]{32,100})$/;

/** The parts of an API key: `atn_<id>_<secret>`. */
export interface ApiKey {
  readonly id: string;
  readonly secret: string;
}

export function isApiKeyId(text: string): boolean {
  return isObjectId(text);
}

export function generateApiKey(): ApiKey {
  return { id: randomHex(8), secret: randomHex(24) };
}

export function parseApiKey(text: string): ApiKey | null {
  const match = apiKeyPattern.exec(text);
  return match ? { id: match[1]!, secret: match[2]! } : null;
}

export function formatApiKey({ id, secret }: ApiKey): string {
  return `atn_${id}_${secret}`;
}

/** The stored form of a secret. A plain hash is enough, because the secret is long and random. */
export function sha256Hex(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
