import type { FastifyReply, FastifyRequest } from 'fastify';
import { EventConnection } from '#http';
import type { StreamFormat } from './stream-format.js';

/** It is checked every second, so a comment comes at the latest 15 s after the last event. */
const heartbeatMs = 14_000;
const minLifetimeMs = 3_600_000;
const maxLifetimeMs = 2 * minLifetimeMs;
const retryMs = 2_000;
const minGoodbyeRetryMs = 1_000;
const maxGoodbyeRetryMs = 5_000;

/** One client of a tenant's stream. */
export class OpenStream {
  private readonly connection: EventConnection;
  /** Random, so that clients spread over the replicas again after restarts, and not all at the same moment. */
  private endsAt: number;

  constructor(
    reply: FastifyReply,
    readonly format: StreamFormat,
    /** When the request came, in milliseconds since the epoch. */
    readonly admittedAt: number,
    headers: Readonly<Record<string, string>>,
  ) {
    this.request = reply.request;
    this.endsAt = performance.now() + between(minLifetimeMs, maxLifetimeMs);
    this.connection = new EventConnection(reply, headers);
  }

  /** The request that the stream answers. */
  readonly request: FastifyRequest;

  onClose(listener: () => void): void {
    this.connection.onClose(listener);
  }

  /** Sends the first events, and how long the client waits before it connects again. */
  start(events: string): void {
    this.send(Buffer.from(`retry: ${retryMs}\n${events}`));
  }

  /** Cuts off a client that is too slow. */
  send(events: Buffer): void {
    this.connection.send(events);
  }

  /** Sends a comment if it is time. False when the client was too slow and was cut off. */
  sendHeartbeat(): boolean {
    return this.connection.sendHeartbeat(heartbeatMs);
  }

  /** The stream says goodbye at a random moment within this time. */
  endWithin(milliseconds: number): void {
    this.endsAt = Math.min(this.endsAt, performance.now() + between(0, milliseconds));
  }

  get isOver(): boolean {
    return performance.now() >= this.endsAt;
  }

  /** Says after how long to connect again: not all clients at the same moment. */
  sayGoodbye(): void {
    const wait = Math.round(between(minGoodbyeRetryMs, maxGoodbyeRetryMs));
    const data = JSON.stringify({ retry_ms: wait });
    this.connection.end(Buffer.from(`retry: ${wait}\nevent: goodbye\ndata: ${data}\n\n`));
  }

  end(): void {
    this.connection.end();
  }
}

function between(min: number, max: number): number {
  return min + Math.random() * (max - min);
}
