import { Socket } from 'node:net';

/** A connection that nobody uses is asked by TCP whether the other side is still there. */
const keepAliveMs = 10_000;

/**
 * Every socket of a pool. An outage closes all of them at once: whoever waits for an answer is told, and no dead connection is
 * left for those who come after it. Until `allow` no new one is opened.
 */
export class PoolSockets {
  private readonly openSockets = new Set<Socket>();
  private rejection: Error | null = null;
  private closedSocketsBytes = 0;

  /** For the driver, which connects it. */
  readonly createSocket = (): Socket => {
    const socket = new AutoCorkSocket().setKeepAlive(true, keepAliveMs);
    this.openSockets.add(socket);
    socket.once('close', () => {
      this.openSockets.delete(socket);
      this.closedSocketsBytes += socket.bytesRead;
    });
    const { rejection } = this;
    // Only a socket that has begun to connect can fail to.
    if (rejection) setImmediate(() => socket.destroy(rejection));
    return socket;
  };

  /** Bytes that ever came in: more than a moment ago is a sign of life. */
  get receivedBytes(): number {
    return [...this.openSockets].reduce((sum, { bytesRead }) => sum + bytesRead, this.closedSocketsBytes);
  }

  closeAll(): void {
    const rejection = Object.assign(new Error('The server is away.'), { code: 'ECONNRESET' });
    this.rejection = rejection;
    for (const socket of this.openSockets) socket.destroy(rejection);
  }

  allowNewSockets(): void {
    this.rejection = null;
  }
}

type WriteCallback = (error?: Error | null) => void;

/** What is written within one turn of the event loop leaves in one piece: the beginning of a transaction with its first statement. */
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
