import { type Environment, Clock, UnauthenticatedError, UnavailableError, isTenantId } from '#kernel';
import { type JWTPayload, type JWTVerifyGetKey, createRemoteJWKSet, errors, jwtVerify } from 'jose';
import { type Principal, type Role, roles } from '../access/principal.js';

/** A verified token is remembered this long at most, so that a key withdrawn from the JWKS ends within it. */
const maxCacheMs = 300_000;
const jwksTimeoutMs = 3_000;
/** It is written into histories and logs, which store no control characters. */
const subjectPattern = /^[^\p{Cc}]{1,200}$/u;

/**
 * Checks JWTs (specification §1.2): HS256 with a shared secret, or RS256, ES256 and EdDSA with the keys of a JWKS URL. The algorithm
 * list belongs to the kind of key, so that `none` and a public key used as a secret are refused.
 */
export class JwtVerifier {
  private constructor(
    private readonly key: JWTVerifyGetKey,
    private readonly algorithms: string[],
    private readonly expectedClaims: { issuer?: string; audience?: string },
    private readonly clock: Clock,
  ) {}

  /** null when the environment names neither a secret nor a JWKS: then only API keys are accepted. */
  static fromEnvironment(environment: Environment, clock: Clock): JwtVerifier | null {
    const { jwtSecret, jwtJwksUrl, jwtIssuer, jwtAudience } = environment;
    const expectedClaims = {
      ...(jwtIssuer === null ? {} : { issuer: jwtIssuer }),
      ...(jwtAudience === null ? {} : { audience: jwtAudience }),
    };
    if (jwtSecret !== null) {
      const secret = new TextEncoder().encode(jwtSecret);
      return new JwtVerifier(() => secret, ['HS256'], expectedClaims, clock);
    }
    if (jwtJwksUrl === null) return null;
    const keys = createRemoteJWKSet(new URL(jwtJwksUrl), { timeoutDuration: jwksTimeoutMs });
    return new JwtVerifier(keys, ['RS256', 'ES256', 'EdDSA'], expectedClaims, clock);
  }

  /** @throws DomainError `unauthenticated`, or `unavailable` when the JWKS cannot be fetched. */
  async verify(token: string): Promise<{ principal: Principal; until: number }> {
    const payload = await this.verifyPayload(token);
    const until = Math.min(payload.exp! * 1000, this.clock.now() + maxCacheMs);
    return { principal: principalFromClaims(payload), until };
  }

  private async verifyPayload(token: string): Promise<JWTPayload> {
    try {
      const { payload } = await jwtVerify(token, this.key, {
        ...this.expectedClaims,
        algorithms: this.algorithms,
        requiredClaims: ['exp', 'sub', 'role'],
        currentDate: new Date(this.clock.now()),
      });
      return payload;
    } catch (error) {
      if (error instanceof errors.JWTExpired) throw new UnauthenticatedError('The JWT has expired.');
      if (isInvalidTokenError(error)) throw new UnauthenticatedError('The JWT is not valid.', error);
      const message = 'The keys that sign the JWTs cannot be fetched just now.';
      throw new UnavailableError(message, 5, error);
    }
  }
}

/** jose's own verdict on the token; anything else, and what it says of the JWKS itself, is no fault of the caller. */
function isInvalidTokenError(error: unknown): boolean {
  if (!(error instanceof errors.JOSEError)) return false;
  const isJwksFailure = error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid;
  return !isJwksFailure && error.code !== errors.JOSEError.code;
}

function principalFromClaims({ sub: subject, role: name, tenant_id: tenant = null }: JWTPayload): Principal {
  const role = roles.find((candidate) => candidate === name);
  const isValidSubject = typeof subject === 'string' && subjectPattern.test(subject);
  if (role && isValidSubject && isTenantClaimValid(role, tenant))
    return { actor: `jwt:${subject}`, subject, role, tenantId: tenant };
  const message = 'The JWT needs the claims sub, role, and for a tenant role tenant_id.';
  throw new UnauthenticatedError(message);
}

/** A tenant's role names its tenant; a platform admin belongs to none. */
function isTenantClaimValid(role: Role, tenant: unknown): tenant is string | null {
  if (role === 'platform_admin') return tenant === null;
  return typeof tenant === 'string' && isTenantId(tenant);
}
