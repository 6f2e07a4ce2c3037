import { type DomainError, ForbiddenError, InvalidInputError, UnauthenticatedError } from '#kernel';
import * as openid from 'openid-client';
import type { IdentityProvider } from '../provider/identity-provider.js';
import { findUnreachableError } from '../provider/guarded-fetch.js';

const transientErrors = ['temporarily_unavailable', 'server_error'];

/** The sign-in cannot go on; it has to begin again. */
export function restartError(message: string): InvalidInputError {
  return new InvalidInputError([{ field: 'state', rule: 'combination', message }]);
}

/** What a person is told of a failure at the provider. The details are for the log: they may tell an attacker what to change. */
export function toSignInError(error: unknown, provider: IdentityProvider): DomainError {
  const unreachable = findUnreachableError(error);
  if (unreachable !== null) return provider.unavailable(unreachable);
  if (error instanceof openid.AuthorizationResponseError) return toRefusal(error, provider);
  const message = 'The answer of the identity provider is not valid for this sign-in. Sign in again.';
  return new UnauthenticatedError(message, error, 'sign_in_answer');
}

function toRefusal(error: openid.AuthorizationResponseError, provider: IdentityProvider): DomainError {
  if (transientErrors.includes(error.error)) return provider.unavailable(error);
  const word = /^[a-z_]{1,60}$/.test(error.error) ? ` (${error.error})` : '';
  return new ForbiddenError(`The identity provider did not sign you in${word}.`);
}

/** A failure for the log: which check failed, and nothing of the tokens. */
export function describeFailure(error: unknown): Readonly<Record<string, unknown>> {
  const { name, code, message, cause } = error as Error & { code?: unknown };
  const inner = cause instanceof Error ? cause.cause : cause;
  const { claim, attribute, error: word } = (inner ?? {}) as Record<string, unknown>;
  return { name, code, message, claim, attribute, error: word };
}
