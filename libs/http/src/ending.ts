import { once } from 'node:events';
import type { RequestListener, ServerResponse } from 'node:http';

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

  /** Resolves when nothing is left that was handed over and has not been sent. */
  async begin(): Promise<void> {
    this.isClosing = true;
    const unsent = (): ServerResponse | undefined => [...this.underWay].find((one) => one.writableEnded);
    for (let one = unsent(); one !== undefined; one = unsent()) await once(one, 'close');
  }
}
