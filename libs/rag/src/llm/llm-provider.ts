import type { GenerationRequest, Generation } from './generation.js';

/**
 * A service that writes answers: one strategy for each protocol, reached by the route of a model's catalogue entry.
 *
 * `generate` asks once and does not retry. It rejects with
 * - the signal's own reason as soon as the signal aborts, whatever the service is doing, and
 * - an `UpstreamFailure` for everything that the service did wrong or refused. Its message is free of keys.
 *
 * Streaming will be one more method, `stream(request, signal): AsyncGenerator<string, Generation>`: it yields pieces of text and
 * returns the same `Generation`; the failures stay the same, and a chain falls back only until the first piece.
 *
 * @example
 * const { text, promptTokens } = await provider.generate(request, AbortSignal.timeout(request.timeoutMs));
 */
export abstract class LlmProvider {
  /** Answers come from no model: they are marked as such and cost nothing. */
  readonly isSandbox: boolean = false;

  abstract generate(request: GenerationRequest, signal: AbortSignal): Promise<Generation>;
}
