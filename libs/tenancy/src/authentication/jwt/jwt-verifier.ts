import { type Clock, UnavailableError } from '#kernel';
import type { Principal } from '#http';
import { type CryptoKey, type JWTPayload, type JWTVerifyOptions, errors, jwtVerify } from 'jose';
import type { TenancyConfig } from '../../tenancy.config.js';
import { type ClaimPaths, principalFromClaims } from './jwt-claims.js';
import { isUnknownKey, mayNeedNewerKeys, readHeader, toRejection } from './jwt-rejection.js';
import { RemoteJwks } from './remote-jwks.js';
import { type KeySet, SharedSecret, VerificationKeys } from './verification-keys.js';

/** A verified token is remembered for at most 5 minutes, so that a key removed from the JWKS ends within that time. */
const maxCacheMs = 300_000;
const maxKidLength = 200;

/** Each kind of key has its own list, so that `none` and a public key used as a secret are refused. */
const secretAlgorithms = ['HS256'];
const publicKeyAlgorithms = 'RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519'.split(' ');

/** What a token must fulfil besides its signature. */
interface Expectations {
  readonly algorithms: string[];
  readonly claims: Pick<JWTVerifyOptions, 'issuer' | 'audience'>;
  readonly clockToleranceS: number;
  readonly paths: ClaimPaths;
}

/** Verifies JWTs (specification §1.2) with a shared secret or with the keys of a JWKS URL. */
export class JwtVerifier {
  private constructor(
    private readonly keys: VerificationKeys,
    private readonly expected: Expectations,
    private readonly clock: Clock,
  ) {}

  /** Null when the configuration has neither a secret nor a JWKS URL; then only API keys are accepted. */
  static fromConfig(config: TenancyConfig, clock: Clock): JwtVerifier | null {
    const { jwtSecret, jwtJwksUrl, jwtIssuer, jwtAudience } = config;
    const claims = {
      ...(jwtIssuer === null ? {} : { issuer: jwtIssuer }),
      ...(jwtAudience === null ? {} : { audience: jwtAudience }),
    };
    const paths = { role: config.jwtRoleClaim, tenant: config.jwtTenantClaim };
    const expected = { claims, paths, clockToleranceS: config.jwtClockToleranceS };
    if (jwtSecret !== null)
      return new JwtVerifier(
        new SharedSecret(jwtSecret),
        { ...expected, algorithms: secretAlgorithms },
        clock,
      );
    if (jwtJwksUrl === null) return null;
    const keys = new RemoteJwks(new URL(jwtJwksUrl), clock);
    return new JwtVerifier(keys, { ...expected, algorithms: publicKeyAlgorithms }, clock);
  }

  /**
   * The token's principal, and the time in milliseconds since the epoch until which it can be remembered.
   *
   * @throws UnauthenticatedError that says why, as far as the sender may know.
   * @throws UnavailableError when the keys cannot be fetched.
   */
  async verify(token: string): Promise<{ principal: Principal; until: number }> {
    const { algorithms, clockToleranceS, paths } = this.expected;
    const payload = await this.verifyPayload(token).catch((error: unknown) => {
      throw error instanceof UnavailableError ? error : toRejection(error, token, algorithms);
    });
    const principal = principalFromClaims(payload, paths);
    const until = Math.min((payload.exp! + clockToleranceS) * 1000, this.clock.now() + maxCacheMs);
    return { principal, until };
  }

  private async verifyPayload(token: string): Promise<JWTPayload> {
    if (!isCanonical(token)) throw new errors.JWSInvalid('The token is not base64url as it is written.');
    const tried = await this.keys.current();
    try {
      return await this.verifyWith(tried, token);
    } catch (error) {
      if (!mayNeedNewerKeys(error)) throw error;
      const newer = await this.findNewerKeys(tried, token, error);
      return this.verifyWith(newer, token);
    }
  }

  /** @throws the error of the keys that were tried when there are no newer ones. */
  private async findNewerKeys(tried: KeySet, token: string, error: unknown): Promise<KeySet> {
    const kid = String(readHeader(token).kid).slice(0, maxKidLength);
    const newer = await this.keys.newerThan(tried, kid).catch((failure: unknown) => {
      throw isUnknownKey(error) ? failure : error;
    });
    if (newer === null) throw error;
    return newer;
  }

  private async verifyWith({ find }: KeySet, token: string): Promise<JWTPayload> {
    const { algorithms, claims, clockToleranceS } = this.expected;
    const options = {
      ...claims,
      algorithms,
      requiredClaims: ['exp', 'sub'],
      clockTolerance: clockToleranceS,
      currentDate: new Date(this.clock.now()),
    };
    try {
      return (await jwtVerify(token, find, options)).payload;
    } catch (error) {
      if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
      return verifyWithEach(error, token, options);
    }
  }
}

/** A token without a kid may be signed with any key of its kind. */
async function verifyWithEach(
  candidates: AsyncIterable<CryptoKey>,
  token: string,
  options: JWTVerifyOptions,
): Promise<JWTPayload> {
  for await (const key of candidates) {
    try {
      return (await jwtVerify(token, key, options)).payload;
    } catch (error) {
      if (!(error instanceof errors.JWSSignatureVerificationFailed)) throw error;
    }
  }
  throw new errors.JWSSignatureVerificationFailed();
}

/** Base64url ignores bits of a last character: without this check, one signature could be written in several ways. */
function isCanonical(token: string): boolean {
  const parts = token.split('.');
  return (
    parts.length === 3 && parts.every((part) => Buffer.from(part, 'base64url').toString('base64url') === part)
  );
}
