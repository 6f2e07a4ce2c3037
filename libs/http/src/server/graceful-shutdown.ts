import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { Server, type Socket } from 'node:net';
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';

/**
 * How long a client may take to read a response while the server closes. It is well below ten seconds: after these Fastify gives up
 * its close hook, and the hooks that follow never run.
 */
const maxSendMs = 2_000;
/** A load balancer that repeats a read elsewhere when its connection breaks says so, with this header and value. */
const repeatsHeader = 'attune-load-balancer';
const repeatsReads = 'repeats-reads';
/**
 * A leaving replica breaks such reads before it stops listening: for a second, and longer if fewer came than the load balancer counts
 * before it sends nothing more, `max_fails` in deploy/nginx.conf. On a busy machine few reads come in a second. The longest time is below
 * `fail_timeout`, after which nginx would try the replica again.
 */
const [minLeaveMs, maxLeaveMs] = [1_000, 4_000];
const readsToBreak = 2;
const leavePollMs = 50;
/** How late a load balancer on a busy machine may see the last broken read. Until then it may send a change on an idle connection. */
const noticeMs = 500;
/** The first turns take what has piled up while the loop was busy; the last one is short. */
const turnsBeforeClose = 3;
const readMethods: ReadonlySet<string | undefined> = new Set(['GET', 'HEAD']);
/** How long a request may still arrive while the server closes. Then the process must end and write its last usage. */
const maxReceiveMs = 5_000;

/**
 * Closes the server without cutting responses. Each pending response ends its connection. A response that was written before has two
 * seconds to be sent, one that is written during the shutdown at most four, and a request has five seconds to arrive.
 *
 * Node alone does neither: it takes a connection as idle as soon as its response was written, and destroys it with the bytes that were
 * not sent yet; and it waits without limit for a request that does not arrive.
 */
export class GracefulShutdown {
  /** Each connection with its latest request for the routes; null once that has arrived and was answered. */
  private readonly latestRequests = new Map<Socket, IncomingMessage | null>();
  private readonly pendingResponses = new Set<ServerResponse>();
  private readonly timers: NodeJS.Timeout[] = [];
  private isClosing = false;
  private isLeaving = false;
  /** A load balancer that repeats reads has sent a request since the replica began to drain. */
  private isBalanced = false;
  /** Reads that were broken while the replica leaves. */
  private brokenReads = 0;

  constructor(
    private readonly isReplicaDraining: () => boolean,
    private readonly requestTimeoutMs: number,
  ) {}

  /** While true, each response has `Connection: close`. */
  get isDraining(): boolean {
    return this.isClosing || this.isReplicaDraining();
  }

  /** Follows a connection until it closes. */
  trackConnection(socket: Socket): void {
    this.latestRequests.set(socket, null);
    socket.once('close', () => this.latestRequests.delete(socket));
  }

  /** Returns the listener, with each request and its response tracked. */
  trackRequests(listener: RequestListener): RequestListener {
    return (request, response) => {
      this.latestRequests.set(request.socket, request);
      this.trackResponse(response, request.socket);
      listener(request, response);
    };
  }

  /**
   * Returns the listener behind a check that breaks connections while the replica leaves: those on which a load balancer sent a read that
   * it repeats elsewhere. After a few of them it sends nothing more here, so no change waits to be accepted when the server closes.
   */
  refuseReadsWhileLeaving(listener: RequestListener): RequestListener {
    return (request, response) => {
      const isRepeated = this.isDraining && request.headers[repeatsHeader] === repeatsReads;
      this.isBalanced ||= isRepeated;
      if (!this.isLeaving || !isRepeated || !readMethods.has(request.method))
        return listener(request, response);
      this.brokenReads += 1;
      request.socket.destroy();
    };
  }

  /** Follows a response until it was sent or its connection was closed. */
  trackResponse(response: ServerResponse, socket: Socket): void {
    this.pendingResponses.add(response);
    const { req } = response;
    response.once('close', () => {
      this.pendingResponses.delete(response);
      if (req.complete && this.latestRequests.get(socket) === req) this.latestRequests.set(socket, null);
      // A response that began before the shutdown lets its client keep the connection, and the server would wait for that client.
      if (this.isClosing && !this.hasPipelinedRequest(socket)) socket.destroySoon();
    });
  }

  /** A client may send its next request before it has the response; the responses are sent one after another. */
  private hasPipelinedRequest(socket: Socket): boolean {
    return this.pendingSocketsWhere(() => true).has(socket);
  }

  /** True if the client would take bytes that are written now for the response to another request. */
  isResponsePending(socket: Socket): boolean {
    const isRespondedEarly =
      this.latestRequests.get(socket)?.complete === false && !this.hasPipelinedRequest(socket);
    return (
      isRespondedEarly ||
      this.pendingSocketsWhere(({ req, headersSent }) => req.complete || headersSent).has(socket)
    );
  }

  /**
   * Starts the shutdown: first the replica leaves a load balancer that repeats reads, then it sends what was written, for at most two
   * seconds. Resolves when the server no longer listens.
   */
  async drain(server: Server): Promise<void> {
    this.isClosing = true;
    this.abortSlowReaders();
    await this.leaveLoadBalancer();
    this.abortSlowRequests();
    await Promise.race([this.waitUntilSent(), pause(maxSendMs, undefined, { ref: false })]);
    await stopListening(server);
  }

  private async leaveLoadBalancer(): Promise<void> {
    if (!this.isBalanced) return;
    this.isLeaving = true;
    const startedAt = performance.now();
    await pause(minLeaveMs);
    while (this.brokenReads < readsToBreak && performance.now() - startedAt < maxLeaveMs)
      await pause(leavePollMs);
    await pause(noticeMs);
  }

  /** Ends the timers that abort slow clients. */
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

/**
 * The kernel resets connections that wait to be accepted when the server stops listening. Their clients may have sent a change, which a
 * load balancer does not send again. Each turn of the event loop accepts all that wait, and the listener closes right after the last
 * turn: before Node and Fastify look for idle connections, during which more would wait.
 */
async function stopListening(server: Server): Promise<void> {
  for (let turn = 0; turn < turnsBeforeClose; turn += 1) await nextTurn();
  Server.prototype.close.call(server);
}

function waitForClose(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => response.once('close', () => resolve()));
}
