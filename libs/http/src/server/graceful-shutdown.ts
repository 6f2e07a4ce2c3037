import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/**
 * A client that does not read must not keep a process from ending in good order. Well below the ten seconds after which Fastify
 * gives up a hook of its end, and with it all that is to come after.
 */
const maxSendMs = 2_000;
/** What still arrives may go on so long: then the process has to end, and its last usage to be written. */
const maxReceiveMs = 5_000;

/**
 * How the host ends: each answer under way ends its connection, what was handed over has two seconds to leave, or twice that when
 * the end has begun, and a request five to arrive. Node takes a connection for idle as soon as its answer was handed over, and
 * destroys it when closing, with what has not left yet; a request that does not arrive it waits for, and for the first one of a
 * connection too.
 */
export class GracefulShutdown {
  /** Each with the latest of its requests that went to the routes, until that was answered and has arrived. */
  private readonly latestRequests = new Map<Socket, IncomingMessage | null>();
  private readonly pendingResponses = new Set<ServerResponse>();
  private readonly timers: NodeJS.Timeout[] = [];
  private isClosing = false;

  constructor(
    private readonly isReplicaDraining: () => boolean,
    private readonly requestTimeoutMs: number,
  ) {}

  /** From here on, each answer asks for the end of its connection. */
  get isDraining(): boolean {
    return this.isClosing || this.isReplicaDraining();
  }

  trackConnection(socket: Socket): void {
    this.latestRequests.set(socket, null);
    socket.once('close', () => this.latestRequests.delete(socket));
  }

  /** Knows of every answer that `listener` makes. */
  trackRequests(listener: RequestListener): RequestListener {
    return (request, response) => {
      this.latestRequests.set(request.socket, request);
      this.trackResponse(response, request.socket);
      listener(request, response);
    };
  }

  /** Until the answer has left. */
  trackResponse(response: ServerResponse, socket: Socket): void {
    this.pendingResponses.add(response);
    const { req } = response;
    response.once('close', () => {
      this.pendingResponses.delete(response);
      if (req.complete && this.latestRequests.get(socket) === req) this.latestRequests.set(socket, null);
      // Begun before the end, it has told its client to keep the connection, which would be waited for.
      if (this.isClosing && !this.hasPipelinedRequest(socket)) socket.destroySoon();
    });
  }

  /** A client may ask again before it has its answer; the answers leave one after another. */
  private hasPipelinedRequest(socket: Socket): boolean {
    return this.pendingSocketsWhere(() => true).has(socket);
  }

  /** Whether the client would take what is sent now for the answer to a request that it does not belong to. */
  isResponsePending(socket: Socket): boolean {
    const isRespondedEarly =
      this.latestRequests.get(socket)?.complete === false && !this.hasPipelinedRequest(socket);
    return (
      isRespondedEarly ||
      this.pendingSocketsWhere(({ req, headersSent }) => req.complete || headersSent).has(socket)
    );
  }

  /** Resolves when all is sent that was handed over, or was not taken for too long. */
  async drain(): Promise<void> {
    this.isClosing = true;
    this.abortSlowRequests();
    this.abortSlowReaders();
    await Promise.race([this.waitUntilSent(), pause(maxSendMs, undefined, { ref: false })]);
  }

  /** Nobody is waited for any more. */
  clearTimers(): void {
    this.timers.forEach(clearInterval);
  }

  private abortSlowRequests(): void {
    const abort = (): void => {
      const socketsWithCompleteRequest = this.pendingSocketsWhere(({ req }) => req.complete);
      for (const socket of this.latestRequests.keys())
        if (!socketsWithCompleteRequest.has(socket)) socket.destroy();
    };
    this.timers.push(setInterval(abort, Math.min(this.requestTimeoutMs, maxReceiveMs)).unref());
  }

  private abortSlowReaders(): void {
    let previouslyFlushing = new Set<Socket>();
    const abort = (): void => {
      const flushing = this.pendingSocketsWhere((one) => one.writableEnded);
      for (const socket of this.pendingSocketsWhere((one) => !one.writableEnded)) flushing.delete(socket);
      for (const socket of flushing) if (previouslyFlushing.has(socket)) socket.destroy();
      previouslyFlushing = flushing;
    };
    this.timers.push(setInterval(abort, maxSendMs).unref());
  }

  private pendingSocketsWhere(predicate: (response: ServerResponse) => boolean): Set<Socket> {
    return new Set([...this.pendingResponses].filter(predicate).map(({ req }) => req.socket));
  }

  private async waitUntilSent(): Promise<void> {
    const findUnsent = (): ServerResponse | undefined =>
      [...this.pendingResponses].find((one) => one.writableEnded);
    for (let one = findUnsent(); one !== undefined; one = findUnsent()) await waitForClose(one);
  }
}

function waitForClose(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => response.once('close', () => resolve()));
}
