import type { RequestListener, ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

/** A client that does not read must not keep a process from ending in good order. */
const longestSendingMs = 2_000;

/**
 * How the host ends: each answer under way is sent whole, and ends its connection. Node takes a connection for idle as soon as
 * its answer was handed over, and destroys it when closing, with what has not left yet.
 */
export class Ending {
  private readonly underWay = new Set<ServerResponse>();
  private isClosing = false;

  constructor(private readonly isDraining: () => boolean) {}

  /** From here on, each answer asks for the end of its connection. */
  get hasBegun(): boolean {
    return this.isClosing || this.isDraining();
  }

  /** Knows of the answers that `listener` makes. */
  watching(listener: RequestListener): RequestListener {
    return (request, response) => {
      const { socket } = request;
      this.underWay.add(response);
      response.once('close', () => {
        this.underWay.delete(response);
        // Begun before the end, it has told its client to keep the connection, which would be waited for.
        if (this.isClosing) socket.destroySoon();
      });
      listener(request, response);
    };
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
