import type { ServerResponse } from 'node:http';
import type { FastifyReply } from 'fastify';
import { eventStreamHeaders } from './event-stream.js';

/** A client that is this far behind is cut off. It connects again and starts from the current state. */
const maxWaitingBytes = 64 * 1024;
const commentLine = Buffer.from(':\n\n');

/**
 * A response of server-sent events that stays open and is written from outside, for events that go to many clients: each is serialized
 * once. It never waits for its client. A client that does not read is cut off, so what waits in memory is bounded.
 *
 * ```ts
 * const connection = new EventConnection(reply, {});
 * connection.send(Buffer.from('event: put\ndata: {}\n\n'));
 * ```
 */
export class EventConnection {
  private readonly response: ServerResponse;
  private lastSentAt = performance.now();
  private wasWaiting = false;

  /**
   * Sends the headers of `reply`, and `headers`. The answer to a HEAD request ends there. If it stayed open, the next request on the same
   * connection would wait. Behind a load balancer, that can be the request of another client.
   */
  constructor(reply: FastifyReply, headers: Readonly<Record<string, string>>) {
    reply.hijack();
    this.response = reply.raw;
    this.response.on('error', () => this.response.destroy());
    const all = { ...reply.getHeaders(), ...eventStreamHeaders, ...headers };
    this.response.writeHead(200, all as Record<string, string>);
    this.response.flushHeaders();
    if (reply.request.method === 'HEAD') this.response.end();
  }

  /** Calls `listener` once, when the connection has ended for whatever reason. */
  onClose(listener: () => void): void {
    if (this.response.destroyed) listener();
    else this.response.once('close', listener);
  }

  /** False when the response has ended, or the client was too slow and was cut off. */
  send(events: Buffer): boolean {
    if (this.response.writableEnded) return false;
    if (this.response.writableLength > maxWaitingBytes) {
      this.response.destroy();
      return false;
    }
    this.lastSentAt = performance.now();
    this.response.write(events);
    return true;
  }

  /**
   * Sends a comment if nothing was sent for `intervalMs`, so that no proxy closes a silent connection. False when the response has
   * ended, or the client has not even read what was sent before the last comment: then it is cut off.
   */
  sendHeartbeat(intervalMs: number): boolean {
    if (performance.now() - this.lastSentAt < intervalMs) return true;
    const isWaiting = this.response.writableLength > 0;
    if (isWaiting && this.wasWaiting) {
      this.response.destroy();
      return false;
    }
    this.wasWaiting = isWaiting;
    return this.send(commentLine);
  }

  /** Ends the response after these last events. */
  end(events?: Buffer): void {
    this.response.end(events);
  }
}
