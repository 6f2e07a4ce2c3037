import { performance } from 'node:perf_hooks';
import type { Generation, GenerationPiece, GenerationRequest } from '../generation.js';
import { GenerationFailure } from '../generation-failure.js';
import type { GenerationStream } from '../llm-provider.js';
import { estimatePromptTokens, estimateTextTokens } from '../token-estimate.js';
import type { UpstreamFailure } from '../../upstream/upstream-failure.js';
import type { Deadline, TimeLimit } from './deadline.js';

/** The beginning of an answer, up to its first text. A model may show its reasoning before; another model can still answer then. */
export class AnswerOpening {
  /** Upper estimate of the reasoning so far. */
  reasoningTokens = 0;
  private reasonsSince: number | null = null;

  constructor(
    private readonly deadline: Deadline,
    private readonly limit: TimeLimit,
  ) {}

  /** Waits for the first text, or for the whole answer. A model that shows its reasoning has begun: only its silence ends the wait. */
  async waitForText(stream: GenerationStream): Promise<IteratorResult<GenerationPiece, Generation>> {
    for (;;) {
      const step = await this.limit.race(() => stream.next());
      if (step.done || step.value.kind === 'text') return step;
      this.reasonsSince ??= performance.now();
      this.reasoningTokens += estimateTextTokens(step.value.text);
      this.limit.restart(this.deadline.nextPieceMs);
    }
  }

  /** Gives the time in which the model showed its reasoning to the models that come after it. */
  returnTime(): void {
    if (this.reasonsSince !== null) this.deadline.extend(performance.now() - this.reasonsSince);
  }

  /** The failure with what the provider bills for the call, if that is known. */
  withUsage(failure: UpstreamFailure, { system, user, maxTokens }: GenerationRequest): UpstreamFailure {
    if (failure instanceof GenerationFailure || this.reasoningTokens === 0) return failure;
    return new GenerationFailure(failure.kind, failure.message, {
      promptTokens: estimatePromptTokens(system, user),
      cachedPromptTokens: 0,
      cacheWriteTokens: 0,
      completionTokens: Math.min(this.reasoningTokens, maxTokens),
      reasoningTokens: 0,
    });
  }
}
