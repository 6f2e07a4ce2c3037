import type { Clock } from '#kernel';
import { type CryptoKey, type JWTPayload, type JWTVerifyOptions, errors, jwtVerify } from 'jose';
import { isUnknownKey, mayNeedNewerKeys, readHeader } from './jwt-rejection.js';
import type { KeySet, VerificationKeys } from './verification-keys.js';

const maxKidLength = 200;
/** What identity providers sign with. `none` is not among them, nor a secret, as which a public key could be used. */
export const publicKeyAlgorithms =
  'RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519'.split(' ');

/** What a token must fulfil besides its signature. */
export interface Expectations {
  readonly algorithms: string[];
  readonly claims: Pick<JWTVerifyOptions, 'issuer' | 'audience'>;
  readonly requiredClaims: string[];
  readonly clockToleranceS: number;
}

/** Verifies the signature and the claims of tokens with keys that may change at any time. */
export class SignedTokens {
  constructor(
    private readonly keys: VerificationKeys,
    private readonly expected: Expectations,
    private readonly clock: Clock,
  ) {}

  /**
   * The claims of a token.
   *
   * @throws errors of jose, which `toRejection` explains. @throws UnavailableError when the keys cannot be fetched.
   */
  async verify(token: string): Promise<JWTPayload> {
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
    const { algorithms, claims, requiredClaims, clockToleranceS } = this.expected;
    const options = {
      ...claims,
      algorithms,
      requiredClaims,
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
