import type { IncomingHttpHeaders } from 'node:http';
import { UnauthenticatedError } from '#kernel';

/**
 * The credential of a request as the value of an `Authorization` header. `X-API-Key: k` means the same as `Authorization: Bearer k`.
 *
 * @throws UnauthenticatedError when both are sent and do not agree.
 */
export function credentialOf(headers: IncomingHttpHeaders): string | undefined {
  const { authorization, 'x-api-key': apiKey } = headers;
  if (apiKey === undefined) return authorization;
  const credential = `Bearer ${String(apiKey)}`;
  if (authorization !== undefined && authorization.replace(/^bearer +/i, 'Bearer ') !== credential)
    throw new UnauthenticatedError(
      'Authorization and X-API-Key name different credentials; send one of them.',
      undefined,
      'conflicting_credentials',
    );
  return credential;
}
