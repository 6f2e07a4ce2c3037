import { TraceFlags, trace } from '@opentelemetry/api';

/** The id of the running trace if it is kept; undefined otherwise, and always while traces are off. */
export function activeTraceId(): string | undefined {
  const context = trace.getActiveSpan()?.spanContext();
  return context !== undefined && (context.traceFlags & TraceFlags.SAMPLED) !== 0
    ? context.traceId
    : undefined;
}
