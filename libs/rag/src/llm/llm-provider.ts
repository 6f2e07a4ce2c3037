import type { GenerationRequest, Generation } from './generation.js';

/** An answer as it is written: its pieces, none of them empty, and at the end the whole of it with its bill. */
export type GenerationStream = AsyncGenerator<string, Generation, void>;

/**
 * A service that writes answers: one strategy for each protocol, reached by the route of a model's catalogue entry.
 *
 * `generate` asks once for the whole answer, `stream` once for the answer piece by piece; neither retries. They reject with
 * - the signal's own reason as soon as the signal aborts, whatever the service is doing, and
 * - an `UpstreamFailure` for everything that the service did wrong or refused. Its message is free of keys.
 *
 * A stream ends well only when the service said so: one that just stops is a failure. Its pieces together are the text that it returns.
 *
 * @example
 * const { text, promptTokens } = await provider.generate(request, AbortSignal.timeout(request.timeoutMs));
 */
export abstract class LlmProvider {
  /** Answers come from no model: they are marked as such and cost nothing. */
  readonly isSandbox: boolean = false;

  abstract generate(request: GenerationRequest, signal: AbortSignal): Promise<Generation>;

  abstract stream(request: GenerationRequest, signal: AbortSignal): GenerationStream;
}
