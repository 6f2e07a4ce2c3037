import type { IncomingHttpHeaders, IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { FastifyRequest } from 'fastify';
import type { AccessLogEntry } from './access-log-entry.js';
import { isMultipart } from '../body/body-parsers.js';
import type { GracefulShutdown } from './graceful-shutdown.js';
import { resolveRequestId } from './request-id.js';

/** An answer that only has to be sent. */
export interface PreparedResponse {
  readonly status: number;
  /** Without its length. */
  readonly headers: Readonly<Record<string, string>>;
  /** Empty for none. */
  readonly body: string;
  /** Who asked, for the access log. */
  readonly principal: FastifyRequest['principal'] | undefined;
}

/** The answer to a `GET` with these headers and no body; undefined leaves it to the route, which has to answer alike. */
export type FastPath = (headers: IncomingHttpHeaders) => PreparedResponse | undefined;

/** What is sent in front of the framework, and who has to know of it. */
export interface ServerContext {
  /** By path, without a query string. */
  readonly fastPaths: ReadonlyMap<string, FastPath>;
  /** Sent with each of them. */
  readonly securityHeaders: Readonly<Record<string, string>>;
  /** From when it has begun, all is left to the routes. */
  readonly shutdown: GracefulShutdown;
  readonly onResponse: (request: AccessLogEntry) => void;
}

/**
 * In front of the framework, whose way from a request to its route and back costs several times as much as sending what is
 * prepared.
 */
export function withFastPath(next: RequestListener, context: ServerContext): RequestListener {
  return (request, response) => {
    const startedAt = performance.now();
    const prepared =
      isPlainGet(request) && !context.shutdown.isDraining
        ? findPreparedResponse(request, context)
        : undefined;
    if (prepared === undefined) next(request, response);
    else sendPrepared(prepared, { startedAt, request, response, context });
  };
}

function isPlainGet({ method, headers }: IncomingMessage): boolean {
  return (
    method === 'GET' &&
    headers['content-length'] === undefined &&
    headers['transfer-encoding'] === undefined &&
    !isMultipart(headers)
  );
}

/** A fault is the route's to meet again and to report. */
function findPreparedResponse(
  { url, headers }: IncomingMessage,
  { fastPaths }: ServerContext,
): PreparedResponse | undefined {
  try {
    return fastPaths.get(url!)?.(headers);
  } catch {
    return undefined;
  }
}

interface Exchange {
  /** By `performance.now()`. */
  readonly startedAt: number;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly context: ServerContext;
}

function sendPrepared(prepared: PreparedResponse, { startedAt, request, response, context }: Exchange): void {
  const requestId = resolveRequestId(request.headers);
  const { status, headers, body, principal } = prepared;
  const contentLength = body === '' ? undefined : { 'content-length': Buffer.byteLength(body) };
  response.writeHead(status, {
    ...context.securityHeaders,
    'x-request-id': requestId,
    ...headers,
    ...contentLength,
  });
  response.end(body);
  const notify = (): void => {
    const ms = performance.now() - startedAt;
    context.onResponse({
      id: requestId,
      method: 'GET',
      principal,
      route: request.url!,
      status,
      ms,
      logFields: undefined,
    });
  };
  // Nearly always the system has taken all of it by now.
  if (response.writableLength === 0) return notify();
  context.shutdown.trackResponse(response, request.socket);
  response.once('close', notify);
}
