import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** How long a body may bring no byte while the server reads it. */
const defaultStallTimeoutMs = 10_000;
const checksPerTimeout = 10;
/** The rest of a body may take this many time-outs after its request was answered. */
const restTimeouts = 3;
/** A body must arrive at this speed on average. */
const minBytesPerSecond = 16 * 1024;

/** Times are counted in checks, not by the clock: while the event loop is busy, no body can arrive. */
interface Upload {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** What the connection had received when the server began to read the body. */
  bytesAtStart: number;
  bytes: number;
  checks: number;
  checksWithoutBytes: number;
  checksSinceAnswer: number;
}

/**
 * Cuts the connections of bodies that stop arriving or trickle, because each holds memory that others need. The time during which the
 * server itself does not read, for example while it asks who the caller is, does not count.
 */
export class UploadWatch {
  private readonly uploads = new Set<Upload>();
  private readonly intervalMs: number;
  private readonly timer: NodeJS.Timeout;

  /** @param cut answers that the request took too long, if it can still be answered, and closes the connection. */
  constructor(
    private readonly cut: (socket: Socket) => void,
    stallTimeoutMs = defaultStallTimeoutMs,
  ) {
    this.intervalMs = stallTimeoutMs / checksPerTimeout;
    this.timer = setInterval(() => this.cutLateUploads(), this.intervalMs).unref();
  }

  /** Follows the body of a request until it has arrived. */
  watch(request: IncomingMessage, response: ServerResponse): void {
    if (request.complete) return;
    this.uploads.add({ request, response, checksSinceAnswer: 0, ...countsAtStart(request) });
  }

  /** Ends the timer. */
  close(): void {
    clearInterval(this.timer);
  }

  private cutLateUploads(): void {
    for (const upload of this.uploads) {
      const { request } = upload;
      const isOver = request.complete || request.socket.destroyed;
      const isLate = !isOver && this.isLate(upload);
      if (isOver || isLate) this.uploads.delete(upload);
      if (isLate) this.cut(request.socket);
    }
  }

  private isLate(upload: Upload): boolean {
    const { request, response } = upload;
    if (response.writableFinished) {
      upload.checksSinceAnswer += 1;
      return upload.checksSinceAnswer > restTimeouts * checksPerTimeout;
    }
    if (request.readableFlowing !== true) {
      Object.assign(upload, countsAtStart(request));
      return false;
    }
    const { bytesRead } = request.socket;
    upload.checks += 1;
    upload.checksWithoutBytes = bytesRead > upload.bytes ? 0 : upload.checksWithoutBytes + 1;
    upload.bytes = bytesRead;
    return upload.checksWithoutBytes >= checksPerTimeout || this.isTrickling(upload);
  }

  private isTrickling({ bytes, bytesAtStart, checks }: Upload): boolean {
    const seconds = ((checks - checksPerTimeout) * this.intervalMs) / 1000;
    return bytes - bytesAtStart < seconds * minBytesPerSecond;
  }
}

function countsAtStart({ socket: { bytesRead } }: IncomingMessage) {
  return { bytesAtStart: bytesRead, bytes: bytesRead, checks: 0, checksWithoutBytes: 0 };
}
