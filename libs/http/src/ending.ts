import type { RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/**
 * A client that does not read must not keep a process from ending in good order. Well below the ten seconds after which Fastify
 * gives up a hook of its end, and with it all that is to come after.
 */
const longestSendingMs = 2_000;

/**
 * How the host ends: each answer under way ends its connection, and what was handed over already has two seconds to leave. Node
 * takes a connection for idle as soon as its answer was handed over, and destroys it when closing, with what has not left yet.
 */
export class Ending {
  private readonly underWay = new Set<ServerResponse>();
  private isClosing = false;

  constructor(private readonly isDraining: () => boolean) {}

  /** From here on, each answer asks for the end of its connection. */
  get hasBegun(): boolean {
    return this.isClosing || this.isDraining();
  }

  /** Knows of every answer that `listener` makes. */
  watching(listener: RequestListener): RequestListener {
    return (request, response) => {
      this.watch(response, request.socket);
      listener(request, response);
    };
  }

  /** Until the answer has left. */
  watch(response: ServerResponse, socket: Socket): void {
    this.underWay.add(response);
    response.once('close', () => {
      this.underWay.delete(response);
      // Begun before the end, it has told its client to keep the connection, which would be waited for.
      if (this.isClosing && !this.isOwedMore(socket)) socket.destroySoon();
    });
  }

  /** A client may ask again before it has its answer; the answers leave one after another. */
  private isOwedMore(socket: Socket): boolean {
    return [...this.underWay].some(({ req }) => req.socket === socket);
  }

  /** Whether a request of this connection that arrived whole has no answer yet, or not all of it. */
  isOwedAnswer(socket: Socket): boolean {
    return [...this.underWay].some(
      ({ req, headersSent }) => req.socket === socket && (req.complete || headersSent),
    );
  }

  /** Resolves when all is sent that was handed over, or was not taken for too long. */
  async begin(): Promise<void> {
    this.isClosing = true;
    await Promise.race([this.allSent(), pause(longestSendingMs, undefined, { ref: false })]);
  }

  private async allSent(): Promise<void> {
    const unsent = (): ServerResponse | undefined => [...this.underWay].find((one) => one.writableEnded);
    for (let one = unsent(); one !== undefined; one = unsent()) await closed(one);
  }
}

function closed(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => response.once('close', () => resolve()));
}
