import { Socket } from 'node:net';

/** After this time without data, TCP checks whether the other side still exists. */
const keepAliveMs = 10_000;

/**
 * The sockets of a pool. An outage closes all of them at once, so that waiting calls fail and no dead connection stays in the
 * pool. Until `allowNewSockets`, no new one can connect.
 */
export class PoolSockets {
  private readonly openSockets = new Set<Socket>();
  private rejection: Error | null = null;
  private closedSocketsBytes = 0;

  /** Creates a socket for the driver, which connects it. */
  readonly createSocket = (): Socket => {
    const socket = new AutoCorkSocket().setKeepAlive(true, keepAliveMs);
    this.openSockets.add(socket);
    socket.once('close', () => {
      this.openSockets.delete(socket);
      this.closedSocketsBytes += socket.bytesRead;
    });
    const { rejection } = this;
    // The driver sees the failure only after it has begun to connect.
    if (rejection) setImmediate(() => socket.destroy(rejection));
    return socket;
  };

  /** All bytes received so far. If the number rises, the server is alive. */
  get receivedBytes(): number {
    return [...this.openSockets].reduce((sum, { bytesRead }) => sum + bytesRead, this.closedSocketsBytes);
  }

  closeAll(): void {
    const rejection = Object.assign(new Error('The server cannot be reached.'), { code: 'ECONNRESET' });
    this.rejection = rejection;
    for (const socket of this.openSockets) socket.destroy(rejection);
  }

  allowNewSockets(): void {
    this.rejection = null;
  }
}

type WriteCallback = (error?: Error | null) => void;

/** Sends everything written in one turn of the event loop in one piece: BEGIN together with the first statement. */
class AutoCorkSocket extends Socket {
  private isCorked = false;

  override write(data: Uint8Array | string, done?: WriteCallback): boolean;
  override write(data: Uint8Array | string, encoding?: BufferEncoding, done?: WriteCallback): boolean;
  override write(
    data: Uint8Array | string,
    second?: BufferEncoding | WriteCallback,
    done?: WriteCallback,
  ): boolean {
    if (!this.isCorked) this.corkUntilNextTurn();
    return super.write(data, second as BufferEncoding, done);
  }

  private corkUntilNextTurn(): void {
    this.isCorked = true;
    this.cork();
    setImmediate(() => {
      this.isCorked = false;
      this.uncork();
    });
  }
}
