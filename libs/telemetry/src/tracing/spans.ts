import {
  type Attributes,
  type Context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  context,
  propagation,
  trace,
} from '@opentelemetry/api';
import { attributeNames } from './names.js';

const tracer = trace.getTracer('attune');

/** What a new span is called and says. `client`: the work is done by another server. */
export interface SpanDescription {
  readonly name: string;
  readonly kind?: 'internal' | 'client';
  readonly attributes?: Attributes;
}

/**
 * A part of a trace: a piece of work with its beginning, its end and what is known of it. Its owner must `end` it. Outside of a kept
 * trace nothing is recorded, and all of this costs nothing.
 */
export class TraceSpan {
  constructor(
    private readonly span: Span | null,
    private readonly inside: Context = ROOT_CONTEXT,
  ) {}

  /** The id of its trace; undefined if the trace is not kept. */
  get traceId(): string | undefined {
    const { traceId, traceFlags } = this.span?.spanContext() ?? { traceFlags: TraceFlags.NONE };
    return (traceFlags & TraceFlags.SAMPLED) === 0 ? undefined : traceId;
  }

  /** Runs the work inside of the span: what it starts becomes a part of it. */
  run<T>(work: () => T): T {
    return this.span === null ? work() : context.with(this.inside, work);
  }

  /** Adds what is known now. */
  set(attributes: Attributes): void {
    this.span?.setAttributes(attributes);
  }

  /** Something that happened at this moment. */
  addEvent(name: string, attributes: Attributes): void {
    this.span?.addEvent(name, attributes);
  }

  /** The work failed; `type` is a word for the kind of failure. No text of the error is recorded: it may repeat a question. */
  fail(type: string): void {
    this.span?.setStatus({ code: SpanStatusCode.ERROR }).setAttribute(attributeNames.failure, type);
  }

  /** The work is done. */
  end(): void {
    this.span?.end();
  }

  /** The steps of a generator, each of which runs inside of the span. */
  steps<T>(events: AsyncGenerator<T, void>): AsyncGenerator<T, void> {
    return this.span === null ? events : this.stepsInside(events);
  }

  private async *stepsInside<T>(events: AsyncGenerator<T, void>): AsyncGenerator<T, void> {
    try {
      for (;;) {
        const step = await this.run(() => events.next());
        if (step.done) return;
        yield step.value;
      }
    } finally {
      await this.run(() => events.return());
    }
  }
}

/** What work gets outside of a trace. */
export const noSpan = new TraceSpan(null);

/** Starts a part of the running trace; `noSpan` outside of a kept one, and then the description is not asked for. */
export function startSpan(describe: () => SpanDescription): TraceSpan {
  if (trace.getActiveSpan()?.isRecording() !== true) return noSpan;
  const { name, kind, attributes = {} } = describe();
  const span = tracer.startSpan(name, {
    kind: kind === 'client' ? SpanKind.CLIENT : SpanKind.INTERNAL,
    attributes,
  });
  return new TraceSpan(span, trace.setSpan(context.active(), span));
}

/**
 * Runs the work as a part of the running trace.
 *
 * ```ts
 * const rows = await inSpan(() => ({ name: 'count' }), async () => [1, 2]);
 * ```
 */
export async function inSpan<T>(
  describe: () => SpanDescription,
  work: (span: TraceSpan) => Promise<T>,
): Promise<T> {
  const span = startSpan(describe);
  if (span === noSpan) return work(span);
  try {
    return await span.run(() => work(span));
  } catch (error) {
    span.fail(error instanceof Error ? error.constructor.name : 'unknown');
    throw error;
  } finally {
    span.end();
  }
}

/** Starts the span of a request. It continues the trace that its header `traceparent` names. */
export function startServerSpan(headers: object, { name, attributes = {} }: SpanDescription): TraceSpan {
  const parent = propagation.extract(ROOT_CONTEXT, headers);
  const span = tracer.startSpan(name, { kind: SpanKind.SERVER, attributes }, parent);
  return new TraceSpan(span, trace.setSpan(parent, span));
}

const noHeaders = {};

/** The headers by which another server continues the running trace; none outside of a trace. */
export function traceHeaders(): Readonly<Record<string, string>> {
  if (trace.getActiveSpan() === undefined) return noHeaders;
  const headers: Record<string, string> = {};
  propagation.inject(context.active(), headers);
  return headers;
}
