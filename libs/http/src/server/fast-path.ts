import type { IncomingHttpHeaders, IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyRequest } from 'fastify';
import type { AccessLogEntry } from '../observation/access-log-entry.js';
import { isMultipart } from '../body/body-parsers.js';
import { findAmbiguity } from './refuse-ambiguous-requests.js';
import type { GracefulShutdown } from './graceful-shutdown.js';
import { resolveRequestId } from './request-id.js';

/** A response that is complete and only has to be sent. */
export interface PreparedResponse {
  readonly status: number;
  /** Without `Content-Length`, which is added. */
  readonly headers: Readonly<Record<string, string>>;
  /** Empty for a response without a body. */
  readonly body: string;
  /** The caller, for the access log. */
  readonly principal: FastifyRequest['principal'] | undefined;
}

/** The response to a `GET` with these headers and no body. On undefined the route answers; both must answer the same. */
export type FastPath = (headers: IncomingHttpHeaders) => PreparedResponse | undefined;

/** What answers in front of the framework need: the fast paths, and what every response has in common. */
export interface ServerContext {
  /** By path, without a query string. */
  readonly fastPaths: Map<string, FastPath>;
  /** Sent with each response. */
  readonly commonHeaders: Readonly<Record<string, string>>;
  /** While it drains, no fast path is used. */
  readonly shutdown: GracefulShutdown;
  /** The connections that `handleClientError` has answered and closed. The request that was arriving has had its entry in the access log. */
  readonly refused: WeakSet<Socket>;
  readonly onResponse: (request: AccessLogEntry) => void;
}

/**
 * Puts the fast paths in front of the framework. The framework costs several times as much for one request as sending a prepared
 * response.
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

/** Pages of other origins need headers that the framework adds. */
function isPlainGet(request: IncomingMessage): boolean {
  const { method, headers } = request;
  return (
    method === 'GET' &&
    headers.origin === undefined &&
    findAmbiguity(request) === null &&
    headers['content-length'] === undefined &&
    headers['transfer-encoding'] === undefined &&
    !isMultipart(headers)
  );
}

/** Undefined on an error: then the normal route runs, meets the same error and reports it. */
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
    ...context.commonHeaders,
    'x-request-id': requestId,
    ...headers,
    ...contentLength,
  });
  response.end(body);
  const notify = (isDisconnected: boolean): void => {
    const ms = performance.now() - startedAt;
    context.onResponse({
      id: requestId,
      method: 'GET',
      principal,
      route: request.url!,
      status,
      ms,
      isDisconnected,
      traceId: undefined,
      logFields: undefined,
    });
  };
  // Nearly always the operating system has taken all bytes by now.
  if (response.writableLength === 0) return notify(false);
  context.shutdown.trackResponse(response, request.socket);
  response.once('close', () => notify(!response.writableFinished));
}
