import { performance } from 'node:perf_hooks';
import { Logger } from '@nestjs/common';
import type { Reservation } from '#metering';
import type { ModelAnswer } from '../../llm/fallback/model-answer.js';
import { costUsd } from '../cost.js';
import type { FittedPrompt } from '../prompt/fitted-prompt.js';
import type { QueryResponse } from '../query.response.js';

/** An admitted query, until it is settled or ended. */
export class AdmittedQuery {
  private readonly logger = new Logger('metering');
  private isEnded = false;

  /** @param startedAt When the query began, by `performance.now()`. */
  constructor(
    private readonly reservation: Reservation,
    private readonly startedAt: number,
  ) {}

  /** Records the cost of the answer. The answer must not be declared done before this resolves. */
  async settle({ model_used: model, usage }: QueryResponse): Promise<void> {
    this.isEnded = true;
    await this.reservation.settle({
      outcome: 'answered',
      model,
      promptTokens: usage.prompt_tokens,
      completionTokens: usage.completion_tokens,
      costUsd: usage.cost_usd,
      latencyMs: this.latencyMs,
    });
  }

  /**
   * Ends a query that was not settled; does nothing after `settle`. Text that a model had already written is charged by estimate,
   * because the provider sent no token counts. Never rejects.
   */
  async endWithoutAnswer(
    answer: ModelAnswer<FittedPrompt> | null,
    outcome: 'failed' | 'cancelled',
  ): Promise<void> {
    if (this.isEnded) return;
    this.isEnded = true;
    try {
      await (answer === null
        ? this.reservation.release(outcome, this.latencyMs)
        : this.settlePartialAnswer(answer, outcome));
    } catch (error) {
      this.logger.debug({ err: error }, 'a failed query could not be settled');
    }
  }

  private settlePartialAnswer(
    { answeredBy: { model, prompt, isSandbox }, spentTokens }: ModelAnswer<FittedPrompt>,
    outcome: 'failed' | 'cancelled',
  ): Promise<void> {
    const promptTokens = spentTokens.prompt;
    const completionTokens = Math.min(spentTokens.completion, prompt.request.maxTokens);
    return this.reservation.settle({
      outcome,
      model: model.id,
      promptTokens,
      completionTokens,
      costUsd: isSandbox ? 0 : costUsd(model, promptTokens, completionTokens),
      latencyMs: this.latencyMs,
    });
  }

  private get latencyMs(): number {
    return performance.now() - this.startedAt;
  }
}
