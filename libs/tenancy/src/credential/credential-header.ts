import type { IncomingHttpHeaders } from 'node:http';
import { UnauthenticatedError } from '#kernel';

/**
 * The credential of a request as the value of an `Authorization` header, in one spelling: `X-API-Key: k` and `Authorization: bearer  k` mean
 * the same as `Authorization: Bearer k`.
 *
 * @throws UnauthenticatedError when both are sent and do not agree.
 */
export function credentialOf(headers: IncomingHttpHeaders): string | undefined {
  const { 'x-api-key': apiKey } = headers;
  const authorization = headers.authorization?.replace(/^bearer +/i, 'Bearer ');
  if (apiKey === undefined) return authorization;
  const credential = `Bearer ${String(apiKey)}`;
  if (authorization !== undefined && authorization !== credential)
    throw new UnauthenticatedError(
      'Authorization and X-API-Key name different credentials; send one of them.',
      undefined,
      'conflicting_credentials',
    );
  return credential;
}
