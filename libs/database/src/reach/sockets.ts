import { Socket } from 'node:net';

/** A connection that nobody uses is asked by TCP whether the other side is still there. */
const keepAliveMs = 10_000;

/**
 * Every socket of a pool. An outage closes all of them at once: whoever waits for an answer is told, and no dead connection is
 * left for those who come after it. Until `allow` no new one is opened.
 */
export class Sockets {
  private readonly held = new Set<Socket>();
  private refusal: Error | null = null;
  private receivedBefore = 0;

  /** For the driver, which connects it. */
  readonly create = (): Socket => {
    const socket = new GatheringSocket().setKeepAlive(true, keepAliveMs);
    this.held.add(socket);
    socket.once('close', () => {
      this.held.delete(socket);
      this.receivedBefore += socket.bytesRead;
    });
    const { refusal } = this;
    // Only a socket that has begun to connect can fail to.
    if (refusal) setImmediate(() => socket.destroy(refusal));
    return socket;
  };

  /** Bytes that ever came in: more than a moment ago is a sign of life. */
  get received(): number {
    return [...this.held].reduce((sum, { bytesRead }) => sum + bytesRead, this.receivedBefore);
  }

  closeAll(): void {
    const refusal = Object.assign(new Error('The server is away.'), { code: 'ECONNRESET' });
    this.refusal = refusal;
    for (const socket of this.held) socket.destroy(refusal);
  }

  allow(): void {
    this.refusal = null;
  }
}

type Written = (error?: Error | null) => void;

/** What is written within one turn of the event loop leaves in one piece: the beginning of a transaction with its first statement. */
class GatheringSocket extends Socket {
  private isGathering = false;

  override write(data: Uint8Array | string, done?: Written): boolean;
  override write(data: Uint8Array | string, encoding?: BufferEncoding, done?: Written): boolean;
  override write(data: Uint8Array | string, second?: BufferEncoding | Written, done?: Written): boolean {
    if (!this.isGathering) this.gather();
    return super.write(data, second as BufferEncoding, done);
  }

  private gather(): void {
    this.isGathering = true;
    this.cork();
    setImmediate(() => {
      this.isGathering = false;
      this.uncork();
    });
  }
}
