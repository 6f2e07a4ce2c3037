import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { type DomainError, InvalidInputError, PayloadTooLargeError } from '#kernel';
import type { Sending } from './prepared-answers.js';
import { problemOf } from './problem/problem.js';
import { requestIdOf } from './request-id.js';

/** As of Node's `clientError`. */
type ClientError = Error & { readonly code?: string };

/**
 * Answers what no framework gets to see: bytes that are no request, headers that are too large, and a request that does not arrive in
 * time. The connection ends with it, and without a word where an earlier request would take that for its own answer.
 */
export function refuseUnreadable(
  error: ClientError,
  socket: Socket,
  { headers, ending, onAnswered }: Sending,
): void {
  if (!socket.writable || !isExpected(error, socket) || ending.isAwaited(socket))
    return void socket.destroy();
  const id = requestIdOf({});
  const { status, body } = problemOf(faultOf(error), id);
  const text = JSON.stringify(body);
  const sent = {
    ...headers,
    'x-request-id': id,
    'content-type': 'application/problem+json',
    'content-length': String(Buffer.byteLength(text)),
    'cache-control': 'no-store',
    connection: 'close',
  };
  const lines = Object.entries(sent).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${text}`);
  socket.destroySoon();
  onAnswered({ id, method: '-', principal: undefined, route: null, status, ms: 0, facts: undefined });
}

/** A connection that was never used ends without a word, which would meet the first request. */
function isExpected({ code }: ClientError, { bytesRead }: Socket): boolean {
  return code !== 'ECONNRESET' && bytesRead > 0;
}

function faultOf({ code }: ClientError): DomainError {
  if (code === 'HPE_HEADER_OVERFLOW')
    return new PayloadTooLargeError("The request's address and headers have more than 16 KiB.");
  const message =
    code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 'The request took too long to arrive.' : 'This is no HTTP request.';
  return new InvalidInputError([{ field: '', rule: 'type', message }]);
}
