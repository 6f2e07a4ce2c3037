import type { FastifyInstance, FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyInstance {
    /** Where people reach the service, without a slash at the end; null if each request says it. */
    readonly publicUrl: string | null;
    /** The path of `publicUrl`, such as `/attune`; empty without one. A proxy removes it from requests. */
    readonly publicPath: string;
    /** The origins of `CORS_ORIGINS`. */
    readonly corsOrigins: ReadonlySet<string>;
  }
}

export function addPublicUrl(
  server: FastifyInstance,
  publicUrl: string | null,
  corsOrigins: ReadonlySet<string>,
): void {
  const address = publicUrl?.replace(/\/+$/, '') ?? null;
  server.decorate('publicUrl', address);
  server.decorate('publicPath', address === null ? '' : new URL(address).pathname.replace(/^\/$/, ''));
  server.decorate('corsOrigins', corsOrigins);
}

/**
 * The address under which people reach the service, without a slash at the end: `PUBLIC_URL`, else the protocol and the host of the
 * request, which a trusted proxy may forward.
 *
 * ```ts
 * const toLink = (request: Parameters<typeof publicUrlOf>[0]) => `${publicUrlOf(request)}/v1/documents/lease`;
 * ```
 */
export function publicUrlOf({ server, protocol, host }: FastifyRequest): string {
  return server.publicUrl ?? `${protocol}://${host}`;
}

const loopbackHosts: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];

/** True for the names of this machine. `hostname` has no port; an IPv6 address has its brackets. */
export function isLoopbackHost(hostname: string): boolean {
  return loopbackHosts.includes(hostname);
}

/**
 * True if no page of a foreign origin sent the request: it has no `Origin`, or that of the service itself, of this machine, or one of
 * `CORS_ORIGINS`. It protects routes against pages that reach the service under a name of their own (DNS rebinding).
 */
export function isFromKnownOrigin(request: FastifyRequest): boolean {
  const { origin } = request.headers;
  if (origin === undefined || request.server.corsOrigins.has(origin)) return true;
  if (!URL.canParse(origin)) return false;
  return isLoopbackHost(new URL(origin).hostname) || origin === originOf(publicUrlOf(request));
}

/** True if the origin is this service: the host of the request, which a trusted proxy may forward, or that of `PUBLIC_URL`. */
export function isOwnOrigin(origin: string, request: FastifyRequest): boolean {
  if (!URL.canParse(origin)) return false;
  return new URL(origin).host === request.host || origin === originOf(publicUrlOf(request));
}

function originOf(url: string): string | null {
  return URL.canParse(url) ? new URL(url).origin : null;
}
