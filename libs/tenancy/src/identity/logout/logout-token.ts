import { isPlainObject } from '#kernel';
import { type JWTPayload, decodeJwt, decodeProtectedHeader } from 'jose';

const event = 'http://schemas.openid.net/event/backchannel-logout';
const types = ['logout+jwt', 'jwt'];
const maxAgeS = 600;
const maxTextLength = 255;

/** Whose sessions a provider has ended: one of its sessions, or all of a person. */
export interface LogoutToken {
  readonly id: string;
  readonly sid: string | null;
  readonly subject: string | null;
  readonly issuer: string;
  /** Seconds since the epoch. */
  readonly issuedAt: number;
}

/** What a token says of its issuer and its audience before it is verified; null if it is no token. */
export function readUnverified(token: string): { issuer: string; audience: readonly unknown[] } | null {
  try {
    const { iss, aud } = decodeJwt(token);
    return typeof iss === 'string' ? { issuer: iss, audience: [aud].flat() } : null;
  } catch {
    return null;
  }
}

/**
 * A verified token as a logout token (OpenID Connect Back-Channel Logout 1.0 §2.6); null if it is another one, such as an ID token, or too
 * old.
 */
export function toLogoutToken(token: string, claims: JWTPayload, nowS: number): LogoutToken | null {
  const isLogout = [isOfType(token), tellsOfLogout(claims), isYoung(claims, nowS)].every(Boolean);
  const { jti, iat, iss, sid, sub } = claims;
  if (!isLogout || !isText(jti) || !isText(sid ?? sub)) return null;
  return { id: jti, sid: isText(sid) ? sid : null, subject: sub ?? null, issuer: iss!, issuedAt: iat! };
}

function isYoung({ iat = 0 }: JWTPayload, nowS: number): boolean {
  return Math.abs(nowS - iat) <= maxAgeS;
}

function isOfType(token: string): boolean {
  const { typ } = decodeProtectedHeader(token);
  return typ === undefined || types.includes(typ.toLowerCase());
}

/** ID tokens have a nonce, and no event. */
function tellsOfLogout(claims: JWTPayload): boolean {
  const { events } = claims;
  return isPlainObject(events) && Object.hasOwn(events, event) && !Object.hasOwn(claims, 'nonce');
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= maxTextLength;
}
