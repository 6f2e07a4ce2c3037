import { type SpanDescription, type TraceSpan, attributeNames, spanNames } from '#telemetry';
import type { Model } from '#settings';
import type { Generation, GenerationRequest } from '../generation.js';
import { millisecondsSince } from './deadline.js';

/** What a span tells of the calls to one model. */
interface TracedCall {
  readonly model: Model;
  readonly prompt: { readonly request: GenerationRequest };
  readonly responseMode: 'whole' | 'streamed';
  readonly fallbackReason: string | null;
}

/** The span of all calls to one model, retries included. */
export function describeCall({ model, prompt, responseMode, fallbackReason }: TracedCall): SpanDescription {
  const { temperature, maxTokens } = prompt.request;
  return {
    name: `${spanNames.chat} ${model.id}`,
    kind: 'client',
    attributes: {
      [attributeNames.operation]: spanNames.chat,
      [attributeNames.provider]: model.provider,
      [attributeNames.modelAsked]: model.id,
      [attributeNames.maxTokens]: maxTokens,
      [attributeNames.isStream]: responseMode === 'streamed',
      ...(typeof temperature === 'number' && { [attributeNames.temperature]: temperature }),
      ...(fallbackReason !== null && { [attributeNames.fallbackReason]: fallbackReason }),
    },
  };
}

/** One call of several, and how it ended. */
export function recordAttempt(span: TraceSpan, outcome: string, startedAt: number): void {
  span.addEvent('attempt', {
    [attributeNames.attemptOutcome]: outcome,
    [attributeNames.attemptMs]: millisecondsSince(startedAt),
  });
}

/** What the provider said of the whole answer. */
export function recordGeneration(span: TraceSpan, model: Model, generation: Generation): void {
  span.set({
    [attributeNames.modelUsed]: model.id,
    [attributeNames.inputTokens]: generation.promptTokens,
    [attributeNames.outputTokens]: generation.completionTokens,
    [attributeNames.finishReasons]: [generation.finishReason],
  });
}
