import type { GenerationPiece, GenerationRequest, Generation } from './generation.js';

/** An answer while the model writes it: yields its pieces, returns the whole answer with its token counts. */
export type GenerationStream = AsyncGenerator<GenerationPiece, Generation, void>;

/**
 * A service that generates answers: one implementation per protocol. The route of a model's catalogue entry selects it.
 *
 * `generate` asks the service for the whole answer, `stream` for the answer in pieces. A request that the service refuses because of one
 * parameter is sent again without it; there are no other retries. They reject with
 * - the signal's own reason as soon as the signal aborts, whatever the service does
 * - an `UpstreamFailure` for every failure or refusal of the service; its message contains no key. An answer without a text is a
 *   failure, too; if the service billed for it, it is a `GenerationFailure`
 *
 * A stream succeeds only if the service gives a finish reason or marks the end: a stream that just stops is a failure.
 *
 * ```ts
 * const { text, promptTokens } = await provider.generate(request, AbortSignal.timeout(30_000));
 * ```
 */
export abstract class LlmProvider {
  /** True: answers come from no model. They are marked as `sandbox` and cost nothing. */
  readonly isSandbox: boolean = false;

  abstract generate(request: GenerationRequest, signal: AbortSignal): Promise<Generation>;

  abstract stream(request: GenerationRequest, signal: AbortSignal): GenerationStream;
}
