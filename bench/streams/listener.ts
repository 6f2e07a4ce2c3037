import { setTimeout as pause } from 'node:timers/promises';
import { EventStreamClient, type ReceivedEvent, waitFor } from '#testing';

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
    await waitFor(() => this.version > 0);
    void this.follow();
  }

  close(): void {
    this.isClosed = true;
    this.stream?.close();
  }

  private async connect(): Promise<void> {
    const known: Record<string, string> = this.lastId === undefined ? {} : { 'last-event-id': this.lastId };
    const headers = { authorization: `Bearer ${this.key}`, ...known };
    const url = `${this.urlOf()}/v1/config/stream`;
    this.stream = await EventStreamClient.open(url, headers, (event) => this.receive(event));
    this.connections += 1;
  }

  private async follow(): Promise<void> {
    while (!this.isClosed) {
      const { ended, retries } = this.stream!;
      await ended;
      await pause(retries.at(-1) ?? 2_000);
      if (!this.isClosed) await this.connect().catch(() => undefined);
    }
  }

  private receive({ id, event, data }: ReceivedEvent): void {
    if (event === 'put' || event === 'patch') this.take(event, Number(data['version']));
    this.lastId = id ?? this.lastId;
  }

  private take(event: string, version: number): void {
    const isNext = version === this.version + 1;
    const isCatchUp = event === 'put' && version > this.version;
    if (!isNext && !isCatchUp) this.violations.push(`${event} ${version} after ${this.version}`);
    this.version = version;
    this.changedAt = performance.now();
  }
}
