import type { RequestListener } from 'node:http';
import type { Socket } from 'node:net';

/** Together they take a few milliseconds. A browser, an SDK and a load balancer send one, and wait for its response. */
const maxRequestsPerTurn = 50;

/**
 * Closes a connection that brings more than 50 requests in one turn of the event loop. A client may send its next requests before it has
 * the responses, and Node starts all that have arrived at once: thousands of small ones would hold up the requests of others.
 */
export function limitPipelining(listener: RequestListener): RequestListener {
  const requestsOfTurn = new Map<Socket, number>();
  return (request, response) => {
    const { socket } = request;
    if (requestsOfTurn.size === 0) setImmediate(() => requestsOfTurn.clear());
    const count = (requestsOfTurn.get(socket) ?? 0) + 1;
    requestsOfTurn.set(socket, count);
    if (count <= maxRequestsPerTurn) listener(request, response);
    else socket.destroy();
  };
}
