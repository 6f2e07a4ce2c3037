import { setTimeout as pause } from 'node:timers/promises';
import type { IncomingResponse } from '#egress';
import type { AbortScope } from '../../upstream/abort-scope.js';
import type { AnswerCollector } from '../answer/answer-collector.js';
import type { GenerationPiece } from '../generation.js';
import { UpstreamFailure } from '../../upstream/upstream-failure.js';
import { type Json, parseJson, toRecord } from '../wire/json.js';
import { isError } from '../wire/server-error.js';
import { type Bytes, collectText, joined, peek, readBytes } from '../../upstream/response-body.js';
import { ServerFailure, toUpstreamFailure } from '../wire/server-failure.js';
import { type ServerSentEvent, readServerSentEvents } from '../wire/server-sent-events.js';
import type { ChatProtocol } from './chat-protocol.js';

const [kilobyte, megabyte] = [1024, 1_048_576];
const maxWholeBytes = 8 * megabyte;
const maxStreamBytes = 64 * megabyte;
/** The fields that a line of an event stream can begin with. */
const fields = [':', 'data:', 'event:', 'id:', 'retry:'];
/** After the finish reason only token counts follow; some servers then leave the connection open. */
const countsTimeoutMs = 2_000;
const closeTimeoutMs = 1_000;

/** How an answer comes, and how its call ends. */
export interface ReadOptions {
  readonly isStreamed: boolean;
  readonly signal: AbortSignal;
  /** Ends the call to the server. */
  readonly call: AbortScope;
}

/** Reads a server's answer into a collector, and yields its pieces. A server may send it whole although a stream was asked for, or the reverse. */
export class AnswerReader {
  private countsTimeout: Promise<null> | null = null;

  constructor(
    private readonly protocol: ChatProtocol,
    private readonly collector: AnswerCollector,
    private readonly apiKey: string | null,
  ) {}

  /** @throws UpstreamFailure if the answer cannot be read, or is an error */
  async *read(response: IncomingResponse, options: ReadOptions): AsyncGenerator<GenerationPiece, void> {
    try {
      const peeked = await peek(readBytes(response, this.maxBytes.stream));
      if (isEventStream(peeked.start, response, options.isStreamed))
        yield* this.readEvents(joined(peeked), options.call);
      else this.readWhole(await collectText(peeked, this.maxBytes.whole));
    } catch (error) {
      throw toUpstreamFailure(error, options.signal, this.apiKey);
    }
    options.signal.throwIfAborted();
    this.collector.close();
    yield* this.collector.takePieces();
  }

  /** More tokens take more bytes: log probabilities in a whole answer, ids that a stream repeats with each token. */
  private get maxBytes(): { readonly whole: number; readonly stream: number } {
    const { maxTokens } = this.collector;
    return {
      whole: Math.min(maxWholeBytes, megabyte + kilobyte * maxTokens),
      stream: Math.min(maxStreamBytes, 4 * megabyte + 8 * kilobyte * maxTokens),
    };
  }

  private readWhole(text: string): void {
    const answer = parseJson(text);
    if (answer === undefined) throw new UpstreamFailure('malformed_answer', 'The answer is no JSON');
    this.throwIfError(toRecord(answer), text);
    this.protocol.readWhole(toRecord(answer), this.collector);
  }

  private async *readEvents(bytes: Bytes, call: AbortScope): AsyncGenerator<GenerationPiece, void> {
    const events = readServerSentEvents(bytes, this.maxBytes.whole);
    let isRead = false;
    try {
      while (!this.collector.isAtEnd) {
        const step = await this.nextStep(events);
        if (step === null || step.done) break;
        if (!this.isRead(step.value)) break;
        yield* this.collector.takePieces();
      }
      isRead = true;
    } finally {
      if (isRead) closeSoon(events, call);
      else call.abort();
    }
  }

  /** False for a failure after the finish reason: the text is complete all the same. */
  private isRead(event: ServerSentEvent): boolean {
    const isComplete = this.collector.hasFinishReason;
    try {
      this.readEvent(event);
      return true;
    } catch (error) {
      if (!isComplete) throw error;
      return false;
    }
  }

  /** null: the text is complete, and the time for the token counts is over. */
  private nextStep(
    events: AsyncGenerator<ServerSentEvent, void>,
  ): Promise<IteratorResult<ServerSentEvent, void> | null> {
    const next = events.next();
    if (!this.collector.hasFinishReason) return next;
    this.countsTimeout ??= pause(countsTimeoutMs, null, { ref: false });
    return Promise.race([next.catch(() => null), this.countsTimeout]);
  }

  private readEvent({ name, data }: ServerSentEvent): void {
    if (/^\s*"?\[DONE\]"?\s*$/i.test(data)) return this.collector.markEnd();
    const value = parseJson(data);
    if (name === 'error' && data !== '') throw ServerFailure.ofText(data, this.apiKey);
    // Words and empty data keep a connection open; only a broken object loses a part of the answer.
    if (value === undefined && /^\s*[[{]/.test(data))
      throw new UpstreamFailure('malformed_answer', 'An event of the stream is no JSON');
    const event = toRecord(value);
    this.throwIfError(event, data);
    this.protocol.readEvent(
      'type' in event || name === '' ? event : { ...event, type: name },
      this.collector,
    );
  }

  private throwIfError(value: Json, text: string): void {
    if (isError(value)) throw ServerFailure.ofText(text, this.apiKey);
  }
}

/** The text tells more than its type: servers send either form with the type of the other, or with none. */
function isEventStream(start: string, { headers }: IncomingResponse, isStreamed: boolean): boolean {
  if (fields.some((field) => start.startsWith(field) || (start !== '' && field.startsWith(start))))
    return true;
  if (/^[{[<]/.test(start)) return false;
  const type = headers.get('content-type') ?? '';
  return isStreamed ? !/json|html/i.test(type) : /event-stream/i.test(type);
}

/** Reads the end of the stream, so that the connection can be used again; a server that does not end it is left. */
function closeSoon(events: AsyncGenerator<ServerSentEvent, void>, call: AbortScope): void {
  const timer = setTimeout(() => call.abort(), closeTimeoutMs).unref();
  const drain = async (): Promise<void> => {
    while (!(await events.next()).done);
  };
  drain()
    .catch(() => undefined)
    .finally(() => clearTimeout(timer));
}
