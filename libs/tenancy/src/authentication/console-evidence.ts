import { isOwnOrigin } from '#http';
import { ForbiddenError } from '#kernel';
import type { FastifyRequest } from 'fastify';

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Browsers send cookies by themselves, also when a page of another origin asks. So a request by cookie that may change something must show
 * that a page of this service sent it: by `Sec-Fetch-Site`, which pages cannot set, or else by `Origin`; and by a header that a page of another
 * origin could send only after a preflight, which is never granted.
 *
 * @throws ForbiddenError that names what is missing.
 */
export function assertSentByConsole(request: FastifyRequest): void {
  if (safeMethods.has(request.method)) return;
  const missing = [
    ...(isSentBySameOrigin(request) ? [] : ['Sec-Fetch-Site: same-origin, or an Origin that is this host']),
    ...(request.headers['attune-console'] === '1' ? [] : ['Attune-Console: 1']),
  ];
  if (missing.length === 0) return;
  throw new ForbiddenError(
    `A change by the cookie of a session needs these headers, which are missing or different: ${missing.join('; ')}. Programs send an API key instead.`,
  );
}

/** True if a page of this service sent the request. Without both headers nothing shows it. */
function isSentBySameOrigin(request: FastifyRequest): boolean {
  const { origin, 'sec-fetch-site': site } = request.headers;
  if (site !== undefined) return site === 'same-origin';
  return origin !== undefined && isOwnOrigin(origin, request);
}

/** True if a browser says that a page of another origin sent the request. Programs say nothing. */
export function isSentByOtherOrigin(request: FastifyRequest): boolean {
  const { origin, 'sec-fetch-site': site } = request.headers;
  return (site !== undefined || origin !== undefined) && !isSentBySameOrigin(request);
}

/** True for what the console reads again by itself while nobody touches it: that does not keep an idle session alive. */
export function isBackgroundRead({ method, headers }: FastifyRequest): boolean {
  return safeMethods.has(method) && headers['attune-console'] === 'background';
}
