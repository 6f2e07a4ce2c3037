import type { EventSourceMessage } from 'eventsource-parser';
import { type ServiceSource, parseServiceSource } from '../configuration/candidate.js';
import type { StreamEvent } from '../configuration/stream-view.js';
import { describeError } from './attune-error.js';
import type { Failure } from './failure.js';
import { readStream } from './server-sent-events.js';
import { type ServiceClient, refusal } from './service-client.js';

/** A stream calls `onOpen` at most once, then the listeners of its lines, then `onEnd` once. After `close` it calls none. */
export interface StreamListeners {
  onOpen(serviceSource: ServiceSource): void;
  onEvent(event: StreamEvent): void;
  onComment(): void;
  onRetry(ms: number): void;
  onEnd(failure: Failure): void;
}

export interface StreamOptions {
  /** The id of the last event that the client applied; the service sends no `put` if it is current. */
  readonly lastEventId: string | null;
  /** How long the service may take to answer. */
  readonly connectTimeoutMs: number;
  /** How long an open stream may be silent. The service sends a comment every 15 s. */
  readonly silenceTimeoutMs: number;
}

/** One connection to `GET /v1/config/stream`. */
export class ConfigurationStream {
  private readonly abort = new AbortController();
  private silence: ReturnType<typeof setTimeout> | undefined;
  private isOpen = false;
  private isClosed = false;

  private constructor(
    private readonly options: StreamOptions,
    private readonly listeners: StreamListeners,
  ) {}

  static open(
    service: ServiceClient,
    options: StreamOptions,
    listeners: StreamListeners,
  ): ConfigurationStream {
    const stream = new ConfigurationStream(options, listeners);
    void stream.run(service);
    return stream;
  }

  /** Ends the connection; no listener is called any more. */
  close(): void {
    this.isClosed = true;
    clearTimeout(this.silence);
    this.abort.abort();
  }

  private async run(service: ServiceClient): Promise<void> {
    const failure = await this.connect(service).catch((error: unknown) => this.explain(error));
    if (this.isClosed) return;
    this.close();
    this.listeners.onEnd(failure);
  }

  private async connect(service: ServiceClient): Promise<Failure> {
    const { lastEventId, connectTimeoutMs } = this.options;
    this.endIfSilentFor(connectTimeoutMs, 'unreachable');
    const headers = { accept: 'text/event-stream', ...(lastEventId && { 'last-event-id': lastEventId }) };
    const response = await service.send('/v1/config/stream', { headers, signal: this.abort.signal });
    if (response.status !== 200) return refusal(response);
    if (!isEventStream(response)) {
      const detail = 'The answer is no event stream; a proxy may have changed it.';
      return { reason: 'malformed', detail, mustPoll: true };
    }
    this.isOpen = true;
    this.restartSilenceTimer();
    this.listeners.onOpen(parseServiceSource(response.headers.get('attune-config-source')));
    await this.read(response.body);
    return { reason: 'ended', detail: 'The service ended the stream.' };
  }

  private async read(body: ReadableStream<Uint8Array> | null): Promise<void> {
    if (body === null) return;
    for await (const item of readStream(body)) {
      if (this.isClosed) return;
      this.restartSilenceTimer();
      if (item.part === 'event') this.passEvent(item.event);
      if (item.part === 'comment') this.listeners.onComment();
      if (item.part === 'retry') this.listeners.onRetry(item.ms);
    }
  }

  private passEvent({ event, id, data }: EventSourceMessage): void {
    this.listeners.onEvent({ event: event ?? 'message', id: id ?? null, data });
  }

  private restartSilenceTimer(): void {
    this.endIfSilentFor(this.options.silenceTimeoutMs, 'silent');
  }

  private endIfSilentFor(ms: number, reason: 'unreachable' | 'silent'): void {
    clearTimeout(this.silence);
    const detail = `The service sent nothing for ${ms} ms.`;
    this.silence = setTimeout(() => this.abort.abort({ reason, detail } satisfies Failure), ms);
  }

  private explain(error: unknown): Failure {
    if (this.abort.signal.aborted) return this.abort.signal.reason as Failure;
    return { reason: this.isOpen ? 'ended' : 'unreachable', detail: describeError(error) };
  }
}

function isEventStream(response: Response): boolean {
  return response.headers.get('content-type')?.startsWith('text/event-stream') ?? false;
}
