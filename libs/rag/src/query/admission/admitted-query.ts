import { performance } from 'node:perf_hooks';
import { Logger } from '@nestjs/common';
import type { Reservation } from '#metering';
import type { Model } from '#settings';
import type { ModelAnswer } from '../../llm/fallback/model-answer.js';
import type { TokenUsage } from '../../llm/generation.js';
import { noCorpus } from '../../retrieval/memory/corpus-versions.js';
import { costUsd, sumUsd } from '../cost.js';
import type { FittedPrompt } from '../prompt/fitted-prompt.js';
import type { QueryResponse } from '../query.response.js';

/** An admitted query, until it is settled or ended. */
export class AdmittedQuery {
  private readonly logger = new Logger('metering');
  private isEnded = false;
  private readonly billedFailures: { readonly model: Model; readonly usage: TokenUsage }[] = [];

  /** @param startedAt When the query began, by `performance.now()`. */
  constructor(
    private readonly reservation: Reservation,
    private readonly startedAt: number,
    readonly reservedUsd: number,
  ) {}

  /** The version of the tenant's documents at the admission. */
  get dataVersion(): number {
    return this.reservation.dataVersion ?? noCorpus;
  }

  /** Adds a call to a model that failed, but is billed by its provider. */
  addBilledFailure(model: Model, usage: TokenUsage): void {
    this.billedFailures.push({ model, usage });
  }

  /** The cost of all calls that failed. */
  get failuresCostUsd(): number {
    return sumUsd(...this.billedFailures.map(({ model, usage }) => costUsd(model, usage)));
  }

  /** Records the cost of the query, which the answer states. The answer must not be declared done before this resolves. */
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
      await (answer === null ? this.settleFailures(outcome) : this.settlePartialAnswer(answer, outcome));
    } catch (error) {
      this.logger.debug({ err: error }, 'a failed query could not be settled');
    }
  }

  /** All calls failed: the last model that is paid for stands for them. */
  private settleFailures(outcome: 'failed' | 'cancelled'): Promise<void> {
    const last = this.billedFailures.at(-1);
    if (last === undefined) return this.reservation.release(outcome, this.latencyMs);
    return this.reservation.settle({
      outcome,
      model: last.model.id,
      promptTokens: last.usage.promptTokens,
      completionTokens: last.usage.completionTokens,
      costUsd: this.failuresCostUsd,
      latencyMs: this.latencyMs,
    });
  }

  private settlePartialAnswer(
    { answeredBy: { model, prompt, isSandbox }, spentTokens }: ModelAnswer<FittedPrompt>,
    outcome: 'failed' | 'cancelled',
  ): Promise<void> {
    const promptTokens = spentTokens.prompt;
    const completionTokens = Math.min(spentTokens.completion, prompt.request.maxTokens);
    const cost = isSandbox
      ? 0
      : costUsd(model, { promptTokens, cachedPromptTokens: 0, cacheWriteTokens: 0, completionTokens });
    return this.reservation.settle({
      outcome,
      model: model.id,
      promptTokens,
      completionTokens,
      costUsd: sumUsd(cost, this.failuresCostUsd),
      latencyMs: this.latencyMs,
    });
  }

  private get latencyMs(): number {
    return performance.now() - this.startedAt;
  }
}
