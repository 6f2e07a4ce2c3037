import { setTimeout as pause } from 'node:timers/promises';
import { EventStreamClient } from '#testing';

/** One client of the stream, over all its connections. It checks that no change is missing, repeated or out of order. */
export class StreamListener {
  /** The version that the client has; 0 before the first event. */
  version = 0;
  /** When the client got this version, by `performance.now()`. */
  changedAt = 0;
  connections = 0;
  readonly violations: string[] = [];
  private lastId: string | undefined;
  private stream: EventStreamClient | null = null;
  private isClosed = false;

  constructor(
    private readonly urlOf: () => string,
    private readonly key: string,
  ) {}

  /** Connects, and connects again after each goodbye. Resolves when the first connection has its state. */
  async open(): Promise<void> {
    await this.connect();
    while (this.version === 0) await pause(10);
    void this.follow();
  }

  close(): void {
    this.isClosed = true;
    this.stream?.close();
  }

  private async connect(): Promise<void> {
    const known: Record<string, string> = this.lastId === undefined ? {} : { 'last-event-id': this.lastId };
    const headers = { authorization: `Bearer ${this.key}`, ...known };
    this.stream = await EventStreamClient.open(`${this.urlOf()}/v1/config/stream`, headers);
    this.connections += 1;
    void this.read(this.stream);
  }

  private async follow(): Promise<void> {
    while (!this.isClosed) {
      const { stream } = this;
      if (stream!.hasEnded) {
        await pause(stream!.retries.at(-1) ?? 2_000);
        await this.connect().catch(() => undefined);
      }
      await pause(20);
    }
  }

  private async read(stream: EventStreamClient): Promise<void> {
    for (let next = 0; !stream.hasEnded || next < stream.events.length;) {
      const event = stream.events[next];
      if (event === undefined) {
        await pause(5);
        continue;
      }
      next += 1;
      if (event.event === 'put' || event.event === 'patch')
        this.take(event.event, Number(event.data['version']));
      this.lastId = event.id ?? this.lastId;
    }
  }

  private take(event: string, version: number): void {
    const isNext = version === this.version + 1;
    const isCatchUp = event === 'put' && version > this.version;
    if (!isNext && !isCatchUp) this.violations.push(`${event} ${version} after ${this.version}`);
    this.version = version;
    this.changedAt = performance.now();
  }
}
