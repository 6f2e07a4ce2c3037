import type { GenerationRequest, Generation } from './generation.js';

/** An answer while the model writes it: yields non-empty pieces of text, returns the whole answer with its token counts. */
export type GenerationStream = AsyncGenerator<string, Generation, void>;

/**
 * A service that generates answers: one implementation per protocol. The route of a model's catalogue entry selects it.
 *
 * `generate` calls the service once for the whole answer, `stream` once for the answer in pieces; neither retries. They reject with
 * - the signal's own reason as soon as the signal aborts, whatever the service does
 * - an `UpstreamFailure` for every failure or refusal of the service; its message contains no key
 *
 * A stream succeeds only if the service marks its end: a stream that just stops is a failure. The pieces joined are the returned text.
 *
 * ```ts
 * const { text, promptTokens } = await provider.generate(request, AbortSignal.timeout(request.timeoutMs));
 * ```
 */
export abstract class LlmProvider {
  /** True: answers come from no model. They are marked as `sandbox` and cost nothing. */
  readonly isSandbox: boolean = false;

  abstract generate(request: GenerationRequest, signal: AbortSignal): Promise<Generation>;

  abstract stream(request: GenerationRequest, signal: AbortSignal): GenerationStream;
}
