import { Clock, UnauthenticatedError, UnavailableError, isTenantId } from '#kernel';
import { type JWTPayload, type JWTVerifyGetKey, createRemoteJWKSet, errors, jwtVerify } from 'jose';
import { type Principal, type Role, isPlatformRole, roles } from '#http';
import type { TenancyConfig } from '../tenancy.config.js';

/** A verified token is remembered for at most 5 minutes, so that a key removed from the JWKS ends within that time. */
const maxCacheMs = 300_000;
const jwksTimeoutMs = 3_000;
/** The subject appears in histories and logs, which accept no control characters. */
const subjectPattern = /^[^\p{Cc}]{1,200}$/u;

/**
 * Verifies JWTs (specification §1.2): HS256 with a shared secret, or RS256, ES256 and EdDSA with the keys of a JWKS URL. Each kind of
 * key has its own list of algorithms, so that `none` and a public key used as a secret are refused.
 */
export class JwtVerifier {
  private constructor(
    private readonly key: JWTVerifyGetKey,
    private readonly algorithms: string[],
    private readonly expectedClaims: { issuer?: string; audience?: string },
    private readonly clock: Clock,
  ) {}

  /** Null when the configuration has neither a secret nor a JWKS URL; then only API keys are accepted. */
  static fromConfig(config: TenancyConfig, clock: Clock): JwtVerifier | null {
    const { jwtSecret, jwtJwksUrl, jwtIssuer, jwtAudience } = config;
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

  /**
   * The token's principal, and the time in milliseconds since the epoch until which it can be remembered.
   *
   * @throws UnauthenticatedError when the token is invalid or has expired.
   * @throws UnavailableError when the JWKS cannot be fetched.
   */
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
      const message = 'The keys that verify JWTs cannot be fetched at the moment; try again shortly.';
      throw new UnavailableError(message, 5, error);
    }
  }
}

/** True when jose rejects the token itself. Other errors, and errors of the JWKS, are not the caller's. */
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
  const message = 'The JWT needs the claims sub and role, and tenant_id for a role of a tenant.';
  throw new UnauthenticatedError(message);
}

/** A role of a tenant needs a tenant; a platform admin must not have one. */
function isTenantClaimValid(role: Role, tenant: unknown): tenant is string | null {
  if (isPlatformRole(role)) return tenant === null;
  return typeof tenant === 'string' && isTenantId(tenant);
}
