import type { OnApplicationBootstrap } from '@nestjs/common';
import type { LastKnownGoodStore } from '#cache';
import { type Clock, UnavailableError } from '#kernel';
import type { Principal } from '#http';
import type { TenancyConfig } from '../../tenancy.config.js';
import { type ClaimPaths, principalFromClaims } from './jwt-claims.js';
import { JwksCopy } from './jwks-copy.js';
import { toRejection } from './jwt-rejection.js';
import { RemoteJwks, jwksOfEnvironment } from './remote-jwks.js';
import { type Expectations, SignedTokens, publicKeyAlgorithms } from './signed-tokens.js';
import { SharedSecret, type VerificationKeys } from './verification-keys.js';

/** A verified token is remembered for at most 5 minutes, so that a key removed from the JWKS ends within that time. */
const maxCacheMs = 300_000;
/** Each kind of key has its own list, so that `none` and a public key used as a secret are refused. */
const secretAlgorithms = ['HS256'];

type KeyCopies = Pick<LastKnownGoodStore, 'save' | 'find'>;

/** Verifies JWTs (specification §1.2) with a shared secret or with the keys of a JWKS URL. */
export class JwtVerifier implements OnApplicationBootstrap {
  private readonly tokens: SignedTokens;

  private constructor(
    private readonly keys: VerificationKeys,
    private readonly expected: Expectations & { readonly paths: ClaimPaths },
    private readonly clock: Clock,
  ) {
    this.tokens = new SignedTokens(keys, expected, clock);
  }

  /** Null when the configuration has neither a secret nor a JWKS URL; then only API keys are accepted. */
  static fromConfig(config: TenancyConfig, clock: Clock, copies: KeyCopies): JwtVerifier | null {
    const { jwtSecret, jwtJwksUrl, jwtIssuer, jwtAudience } = config;
    const claims = {
      ...(jwtIssuer === null ? {} : { issuer: jwtIssuer }),
      ...(jwtAudience === null ? {} : { audience: jwtAudience }),
    };
    const paths = { role: config.jwtRoleClaim, tenant: config.jwtTenantClaim };
    const { jwtClockToleranceS: clockToleranceS } = config;
    const expected = { claims, paths, clockToleranceS, requiredClaims: ['exp', 'sub'] };
    if (jwtSecret !== null)
      return new JwtVerifier(
        new SharedSecret(jwtSecret),
        { ...expected, algorithms: secretAlgorithms },
        clock,
      );
    if (jwtJwksUrl === null) return null;
    const copy = new JwksCopy(copies, jwtJwksUrl);
    const keys = new RemoteJwks(jwksOfEnvironment(jwtJwksUrl), clock, copy);
    return new JwtVerifier(keys, { ...expected, algorithms: publicKeyAlgorithms }, clock);
  }

  /** Fetches the keys before the first token needs them. The start does not wait, since API keys work without them. */
  onApplicationBootstrap(): void {
    this.keys.current().catch(() => undefined);
  }

  /**
   * The token's principal, and the time in milliseconds since the epoch until which it can be remembered.
   *
   * @throws UnauthenticatedError that says why, as far as the sender may know.
   * @throws UnavailableError when the keys cannot be fetched.
   */
  async verify(token: string): Promise<{ principal: Principal; until: number }> {
    const { algorithms, clockToleranceS, paths } = this.expected;
    const payload = await this.tokens.verify(token).catch((error: unknown) => {
      throw error instanceof UnavailableError ? error : toRejection(error, token, algorithms);
    });
    const principal = principalFromClaims(payload, paths);
    const until = Math.min((payload.exp! + clockToleranceS) * 1000, this.clock.now() + maxCacheMs);
    return { principal, until };
  }
}
