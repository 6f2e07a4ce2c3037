import { UnauthenticatedError } from '#kernel';
import { type JWTHeaderParameters, decodeProtectedHeader, errors } from 'jose';

/** The word for the log and the message for the caller, by the claim that failed. Claims are checked after the signature. */
const rejectionByClaim: Readonly<Record<string, readonly [reason: string, message: string]>> = {
  nbf: ['jwt_not_yet_valid', 'The JWT is not valid yet (claim nbf).'],
  iss: ['jwt_wrong_issuer', 'The JWT is from another issuer (claim iss).'],
  aud: ['jwt_wrong_audience', 'The JWT is for another audience (claim aud).'],
};

/** Why a token is refused, for its sender and for the log. The sender of a forged token learns only that it is not valid. */
export function toRejection(
  error: unknown,
  token: string,
  algorithms: readonly string[],
): UnauthenticatedError {
  if (error instanceof UnauthenticatedError) return error;
  if (error instanceof errors.JWTExpired)
    return new UnauthenticatedError('The JWT has expired.', error, 'jwt_expired');
  if (error instanceof errors.JWTClaimValidationFailed) return toClaimRejection(error);
  if (error instanceof errors.JOSEAlgNotAllowed) {
    const message = `The JWT is signed with ${algorithmOf(token)}; accepted: ${algorithms.join(', ')}.`;
    return new UnauthenticatedError(message, error, 'jwt_algorithm');
  }
  if (isUnknownKey(error)) {
    const message = 'The JWT is signed with a key that the identity provider does not publish (kid).';
    return new UnauthenticatedError(message, error, 'jwt_unknown_key');
  }
  const isForged = error instanceof errors.JWSSignatureVerificationFailed;
  return new UnauthenticatedError(
    'The JWT is not valid.',
    error,
    isForged ? 'jwt_signature' : 'jwt_malformed',
  );
}

/** True when the keys at hand do not verify the token, but newer ones might. */
export function mayNeedNewerKeys(error: unknown): boolean {
  return isUnknownKey(error) || error instanceof errors.JWSSignatureVerificationFailed;
}

/** True when no key at hand has the token's kid and algorithm. */
export function isUnknownKey(error: unknown): boolean {
  return error instanceof errors.JWKSNoMatchingKey;
}

/** The token's header, or an empty one when it cannot be read. */
export function readHeader(token: string): Partial<JWTHeaderParameters> {
  try {
    return decodeProtectedHeader(token);
  } catch {
    return {};
  }
}

function toClaimRejection(error: errors.JWTClaimValidationFailed): UnauthenticatedError {
  const { claim, reason } = error;
  const known = reason === 'check_failed' ? rejectionByClaim[claim] : undefined;
  const [word, message] = known ?? ['jwt_claims', `The JWT needs a valid claim ${claim}.`];
  return new UnauthenticatedError(message, error, word);
}

function algorithmOf(token: string): string {
  const { alg } = readHeader(token);
  return typeof alg === 'string' && /^[A-Za-z0-9-]{1,20}$/.test(alg) ? alg : 'an unknown algorithm';
}
