import { createParser } from 'eventsource-parser';
import { type WaitOptions, waitFor } from './wait-for.js';

/** One server-sent event with its data as JSON. */
export interface ReceivedEvent<Data = Record<string, unknown>> {
  readonly id: string | undefined;
  readonly event: string | undefined;
  readonly data: Data;
}

/**
 * Reads server-sent events over one connection, and keeps all of them. It does not connect again.
 *
 * @example
 * const stream = await EventStreamClient.open(`${replica.url}/v1/config/stream`, { authorization: `Bearer ${key}` });
 * await stream.waitFor(({ event }) => event === 'patch');
 */
export class EventStreamClient {
  readonly events: ReceivedEvent[] = [];
  readonly comments: string[] = [];
  readonly retries: number[] = [];
  /** Resolves once the server has ended the response, or the connection broke. */
  readonly ended: Promise<void>;
  /** True after `ended`. */
  hasEnded = false;

  private constructor(
    readonly response: Response,
    private readonly abort: AbortController,
    private readonly onEvent: (event: ReceivedEvent) => void,
  ) {
    this.ended = this.read().catch(() => undefined);
  }

  /**
   * Resolves with the headers of the answer, whatever its status.
   *
   * @param onEvent Called for each event at once.
   */
  static async open(
    url: string,
    headers: Readonly<Record<string, string>> = {},
    onEvent: (event: ReceivedEvent) => void = () => undefined,
  ): Promise<EventStreamClient> {
    const abort = new AbortController();
    const response = await fetch(url, { headers, signal: abort.signal });
    return new EventStreamClient(response, abort, onEvent);
  }

  /** The first event, of those that came and those that will come, for which the condition holds. */
  waitFor(condition: (event: ReceivedEvent) => boolean, options?: WaitOptions): Promise<ReceivedEvent> {
    return waitFor(() => this.events.find(condition), { what: 'the stream has sent the event', ...options });
  }

  /** The names of the events in their order. */
  get names(): (string | undefined)[] {
    return this.events.map(({ event }) => event);
  }

  /** Leaves; the server sees the connection close. */
  close(): void {
    this.abort.abort();
  }

  private async read(): Promise<void> {
    const parser = createParser({
      onEvent: ({ id, event, data }) =>
        this.receive({ id, event, data: JSON.parse(data) as ReceivedEvent['data'] }),
      onComment: (comment) => this.comments.push(comment),
      onRetry: (milliseconds) => this.retries.push(milliseconds),
    });
    try {
      for await (const chunk of this.response.body!.pipeThrough(new TextDecoderStream())) parser.feed(chunk);
    } finally {
      this.hasEnded = true;
    }
  }

  private receive(event: ReceivedEvent): void {
    this.events.push(event);
    this.onEvent(event);
  }
}
