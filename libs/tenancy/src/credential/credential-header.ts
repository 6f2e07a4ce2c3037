import type { IncomingHttpHeaders } from 'node:http';
import { UnauthenticatedError } from '#kernel';

/**
 * The credential of a request as the value of an `Authorization` header, in one spelling: `X-API-Key: k` and `Authorization: bearer  k` mean
 * the same as `Authorization: Bearer k`. `keyHeader` is a further header that the route accepts, in lower case.
 *
 * @throws UnauthenticatedError when several are sent and do not agree.
 */
export function credentialOf(headers: IncomingHttpHeaders, keyHeader?: string): string | undefined {
  const names = ['x-api-key', ...(keyHeader === undefined ? [] : [keyHeader])];
  const keys = names.flatMap((name) => headers[name] ?? []).map((key) => `Bearer ${key}`);
  const authorization = headers.authorization?.replace(/^bearer +/i, 'Bearer ');
  const credentials = new Set(authorization === undefined ? keys : [authorization, ...keys]);
  if (credentials.size < 2) return [...credentials][0];
  throw new UnauthenticatedError(
    'Authorization and X-API-Key name different credentials; send one of them.',
    undefined,
    'conflicting_credentials',
  );
}
