import { setTimeout as pause } from 'node:timers/promises';
import type { IncomingResponse } from '#egress';
import type { AnswerCollector } from '../answer/answer-collector.js';
import type { GenerationPiece } from '../generation.js';
import { UpstreamFailure } from '../../upstream/upstream-failure.js';
import { type Json, parseJson, toRecord } from '../wire/json.js';
import { isError } from '../wire/server-error.js';
import { readText } from '../../upstream/response-body.js';
import { ServerFailure, toUpstreamFailure } from '../wire/server-failure.js';
import { type ServerSentEvent, readServerSentEvents } from '../wire/server-sent-events.js';
import type { ChatProtocol } from './chat-protocol.js';

const megabyte = 1_048_576;
const maxWholeBytes = 8 * megabyte;
/** A stream repeats its ids with every token. Nothing of it stays in memory but the text. */
const streamLimits = { maxBytes: 64 * megabyte, maxLineLength: 4 * megabyte };
/** After the finish reason only token counts follow; some servers then leave the connection open. */
const countsTimeoutMs = 2_000;
const closeTimeoutMs = 1_000;

/** How an answer comes, and how its call ends. */
export interface ReadOptions {
  readonly isStreamed: boolean;
  readonly signal: AbortSignal;
  /** Ends the call to the server. */
  readonly call: AbortController;
}

/** Reads a server's answer into a collector, and yields its pieces. A server may send it whole although a stream was asked for, or the reverse. */
export class AnswerReader {
  constructor(
    private readonly protocol: ChatProtocol,
    private readonly collector: AnswerCollector,
    private readonly apiKey: string | null,
  ) {}

  /** @throws UpstreamFailure if the answer cannot be read, or is an error */
  async *read(response: IncomingResponse, options: ReadOptions): AsyncGenerator<GenerationPiece, void> {
    try {
      if (isEventStream(response, options.isStreamed)) yield* this.readEvents(response, options.call);
      else this.readWhole(await readText(response, maxWholeBytes));
    } catch (error) {
      throw toUpstreamFailure(error, options.signal, this.apiKey);
    }
    options.signal.throwIfAborted();
    this.collector.close();
    yield* this.collector.takePieces();
  }

  private readWhole(text: string): void {
    const answer = parseJson(text);
    if (answer === undefined) throw new UpstreamFailure('malformed_answer', 'The answer is no JSON');
    this.throwIfError(toRecord(answer), text);
    this.protocol.readWhole(toRecord(answer), this.collector);
  }

  private async *readEvents(
    response: IncomingResponse,
    call: AbortController,
  ): AsyncGenerator<GenerationPiece, void> {
    const events = readServerSentEvents(response, streamLimits);
    let isRead = false;
    try {
      while (!this.collector.isAtEnd) {
        const step = await this.nextStep(events);
        if (step === null || step.done) break;
        this.readEvent(step.value);
        yield* this.collector.takePieces();
      }
      isRead = true;
    } finally {
      if (isRead) closeSoon(events, call);
      else call.abort();
    }
  }

  /** null: the text is complete, and nothing more came. */
  private nextStep(
    events: AsyncGenerator<ServerSentEvent, void>,
  ): Promise<IteratorResult<ServerSentEvent, void> | null> {
    const next = events.next();
    if (!this.collector.hasFinishReason) return next;
    return Promise.race([next.catch(() => null), pause(countsTimeoutMs, null, { ref: false })]);
  }

  private readEvent({ name, data }: ServerSentEvent): void {
    if (data.trim() === '[DONE]') return this.collector.markEnd();
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

function isEventStream({ headers }: IncomingResponse, isStreamed: boolean): boolean {
  const type = headers.get('content-type') ?? '';
  return isStreamed ? !/json|html/i.test(type) : /event-stream/i.test(type);
}

/** Reads the end of the stream, so that the connection can be used again; a server that does not end it is left. */
function closeSoon(events: AsyncGenerator<ServerSentEvent, void>, call: AbortController): void {
  const timer = setTimeout(() => call.abort(), closeTimeoutMs).unref();
  const drain = async (): Promise<void> => {
    while (!(await events.next()).done);
  };
  drain()
    .catch(() => undefined)
    .finally(() => clearTimeout(timer));
}
