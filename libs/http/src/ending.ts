import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/**
 * A client that does not read must not keep a process from ending in good order. Well below the ten seconds after which Fastify
 * gives up a hook of its end, and with it all that is to come after.
 */
const longestSendingMs = 2_000;
/** What still arrives may go on so long: then the process has to end, and its last usage to be written. */
const longestArrivalMs = 5_000;

/**
 * How the host ends: each answer under way ends its connection, what was handed over has two seconds to leave, or twice that when
 * the end has begun, and a request five to arrive. Node takes a connection for idle as soon as its answer was handed over, and
 * destroys it when closing, with what has not left yet; a request that does not arrive it waits for, and for the first one of a
 * connection too.
 */
export class Ending {
  /** Each with the latest of its requests that went to the routes, until that was answered and has arrived. */
  private readonly connections = new Map<Socket, IncomingMessage | null>();
  private readonly underWay = new Set<ServerResponse>();
  private readonly timers: NodeJS.Timeout[] = [];
  private isClosing = false;

  constructor(
    private readonly isDraining: () => boolean,
    private readonly arrivalMs: number,
  ) {}

  /** From here on, each answer asks for the end of its connection. */
  get hasBegun(): boolean {
    return this.isClosing || this.isDraining();
  }

  connected(socket: Socket): void {
    this.connections.set(socket, null);
    socket.once('close', () => this.connections.delete(socket));
  }

  /** Knows of every answer that `listener` makes. */
  watching(listener: RequestListener): RequestListener {
    return (request, response) => {
      this.connections.set(request.socket, request);
      this.watch(response, request.socket);
      listener(request, response);
    };
  }

  /** Until the answer has left. */
  watch(response: ServerResponse, socket: Socket): void {
    this.underWay.add(response);
    const { req } = response;
    response.once('close', () => {
      this.underWay.delete(response);
      if (req.complete && this.connections.get(socket) === req) this.connections.set(socket, null);
      // Begun before the end, it has told its client to keep the connection, which would be waited for.
      if (this.isClosing && !this.isOwedMore(socket)) socket.destroySoon();
    });
  }

  /** A client may ask again before it has its answer; the answers leave one after another. */
  private isOwedMore(socket: Socket): boolean {
    return this.socketsOf(() => true).has(socket);
  }

  /** Whether the client would take what is sent now for the answer to a request that it does not belong to. */
  isAwaited(socket: Socket): boolean {
    const isAnsweredEarly = this.connections.get(socket)?.complete === false && !this.isOwedMore(socket);
    return (
      isAnsweredEarly || this.socketsOf(({ req, headersSent }) => req.complete || headersSent).has(socket)
    );
  }

  /** Resolves when all is sent that was handed over, or was not taken for too long. */
  async begin(): Promise<void> {
    this.isClosing = true;
    this.giveUpArriving();
    this.giveUpLeaving();
    await Promise.race([this.allSent(), pause(longestSendingMs, undefined, { ref: false })]);
  }

  /** Nobody is waited for any more. */
  end(): void {
    this.timers.forEach(clearInterval);
  }

  private giveUpArriving(): void {
    const giveUp = (): void => {
      const arrived = this.socketsOf(({ req }) => req.complete);
      for (const socket of this.connections.keys()) if (!arrived.has(socket)) socket.destroy();
    };
    this.timers.push(setInterval(giveUp, Math.min(this.arrivalMs, longestArrivalMs)).unref());
  }

  private giveUpLeaving(): void {
    let before = new Set<Socket>();
    const giveUp = (): void => {
      const leaving = this.socketsOf((one) => one.writableEnded);
      for (const socket of this.socketsOf((one) => !one.writableEnded)) leaving.delete(socket);
      for (const socket of leaving) if (before.has(socket)) socket.destroy();
      before = leaving;
    };
    this.timers.push(setInterval(giveUp, longestSendingMs).unref());
  }

  private socketsOf(which: (response: ServerResponse) => boolean): Set<Socket> {
    return new Set([...this.underWay].filter(which).map(({ req }) => req.socket));
  }

  private async allSent(): Promise<void> {
    const unsent = (): ServerResponse | undefined => [...this.underWay].find((one) => one.writableEnded);
    for (let one = unsent(); one !== undefined; one = unsent()) await closed(one);
  }
}

function closed(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => response.once('close', () => resolve()));
}
