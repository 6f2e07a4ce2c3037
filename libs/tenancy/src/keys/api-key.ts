import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { isObjectId, randomHex } from '#kernel';

const apiKeyPattern = /^atn_([a-z0-9]{8,32})_([A-Za-z0-9]{32,100})$/;

const checksumLength = 8;

/** The parts of an API key: `atn_<id>_<secret>`. */
export interface ApiKey {
  readonly id: string;
  readonly secret: string;
}

export function isApiKeyId(text: string): boolean {
  return isObjectId(text);
}

/** 48 random hex digits, and the CRC32 of the whole key before it as 8 more: a mistyped or cut key can be told without a database. */
export function generateApiKey(): ApiKey {
  const id = randomHex(8);
  const random = randomHex(24);
  return { id, secret: random + checksumOf({ id, secret: random }) };
}

/**
 * True for a key that `generateApiKey` cannot have made. Keys that an operator chose, and those of earlier releases, have no checksum:
 * ask only for a key that is already known to be wrong.
 */
export function isMistyped({ id, secret }: ApiKey): boolean {
  const random = secret.slice(0, -checksumLength);
  return secret.slice(-checksumLength) !== checksumOf({ id, secret: random });
}

function checksumOf(key: ApiKey): string {
  return crc32(formatApiKey(key)).toString(16).padStart(checksumLength, '0');
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
