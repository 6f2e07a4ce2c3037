import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { type DomainError, InvalidInputError, PayloadTooLargeError } from '#kernel';
import type { ServerContext } from './fast-path.js';
import { toProblem } from '../problem/problem.js';
import { resolveRequestId } from './request-id.js';

/** The error of Node's event `clientError`. */
type ClientError = Error & { readonly code?: string };

/**
 * Answers requests that never reach the framework: bytes that are not HTTP, headers that are too large, and a request that does not
 * arrive in time. It closes the connection, and sends nothing if the client would take the answer for that to an earlier request.
 */
export function handleClientError(
  error: ClientError,
  socket: Socket,
  { commonHeaders, shutdown, refused, onResponse }: ServerContext,
): void {
  if (!socket.writable || !isRequestAttempt(error, socket) || shutdown.isResponsePending(socket))
    return void socket.destroy();
  const requestId = resolveRequestId({});
  const { status, body } = toProblem(toDomainError(error), requestId);
  const payload = JSON.stringify(body);
  const responseHeaders = {
    ...commonHeaders,
    'x-request-id': requestId,
    'content-type': 'application/problem+json',
    'content-length': String(Buffer.byteLength(payload)),
    'cache-control': 'no-store',
    connection: 'close',
  };
  const headerLines = Object.entries(responseHeaders).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${headerLines.join('')}\r\n${payload}`);
  socket.destroySoon();
  refused.add(socket);
  onResponse({
    id: requestId,
    method: '-',
    principal: undefined,
    route: null,
    status,
    ms: 0,
    isDisconnected: false,
    traceId: undefined,
    logFields: undefined,
  });
}

/** The error by which Node reports a request that does not arrive in time. */
export function requestTimeoutError(): ClientError {
  return Object.assign(new Error('The request did not arrive in time.'), {
    code: 'ERR_HTTP_REQUEST_TIMEOUT',
  });
}

/** A connection without any bytes closes without an answer, because the client would take it for the answer to its first request. */
function isRequestAttempt({ code }: ClientError, { bytesRead }: Socket): boolean {
  return code !== 'ECONNRESET' && bytesRead > 0;
}

function toDomainError({ code }: ClientError): DomainError {
  if (code === 'HPE_HEADER_OVERFLOW')
    return new PayloadTooLargeError("The request's address and headers have more than 16 KiB.");
  const message =
    code === 'ERR_HTTP_REQUEST_TIMEOUT'
      ? 'The request took too long to arrive.'
      : 'This is not an HTTP request.';
  return new InvalidInputError([{ field: '', rule: 'type', message }]);
}
