import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { randomHex } from '#kernel';

const tokenPattern = /^([a-z0-9]{8,32})\.([\w-]{43})$/;

/** What the cookie of a session holds: `<id>.<secret>`. The id is no secret. */
export interface SessionToken {
  readonly id: string;
  readonly secret: string;
}

/** 256 random bits as secret. */
export function generateSessionToken(): SessionToken {
  return { id: randomHex(8), secret: randomBytes(32).toString('base64url') };
}

export function parseSessionToken(text: string): SessionToken | null {
  const match = tokenPattern.exec(text);
  return match ? { id: match[1]!, secret: match[2]! } : null;
}

export function formatSessionToken({ id, secret }: SessionToken): string {
  return `${id}.${secret}`;
}

/** The stored form of the secret. */
export function hashOfSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

export function matchesHash(secret: string, sha256: string): boolean {
  return timingSafeEqual(Buffer.from(hashOfSecret(secret), 'hex'), Buffer.from(sha256, 'hex'));
}
