import { Injectable } from '@nestjs/common';
import type { CompiledConfiguration } from '#config';
import { Metering } from '#metering';
import type { Model } from '#tenancy';
import { type Question, callsOf } from '../../llm/chain/model-chain.js';
import { ProviderDirectory } from '../../llm/provider-directory.js';
import { UpstreamFailure } from '../../llm/upstream-failure.js';
import type { FittedPrompt } from '../prompt/fitted-prompt.js';
import { type PossibleCalls, dearestCostUsd } from './dearest-cost.js';
import { MeteredQuery } from './metered-query.js';

/** Whose query it is, and since when, by `performance.now()`. */
export interface Asker {
  readonly configuration: Pick<CompiledConfiguration, 'tenantId' | 'version'>;
  readonly subject: string;
  readonly startedAt: number;
}

/** Has a query admitted before any model is asked. */
@Injectable()
export class QueryMeter {
  constructor(
    private readonly metering: Metering,
    private readonly providers: ProviderDirectory,
  ) {}

  /** @throws DomainError `quota-exceeded`, `budget-exceeded`, `unavailable`; nothing is used up then. */
  async admit(asker: Asker, question: Question<FittedPrompt>): Promise<MeteredQuery> {
    const { configuration, subject, startedAt } = asker;
    const reservation = await this.metering.admit({
      tenantId: configuration.tenantId,
      userId: subject,
      configVersion: configuration.version,
      dearestCostUsd: await this.dearestCost(question),
    });
    return new MeteredQuery(reservation, startedAt);
  }

  private async dearestCost(question: Question<FittedPrompt>): Promise<number> {
    const possible: PossibleCalls[] = [];
    for (const { model, calls } of callsOf(question))
      if (await this.isPaid(model)) possible.push({ model, calls, prompt: question.promptFor(model) });
    return dearestCostUsd(possible);
  }

  /** The sandbox costs nothing, and neither does a provider that cannot be asked for want of a key. */
  private async isPaid(model: Model): Promise<boolean> {
    try {
      return !(await this.providers.providerOf(model)).isSandbox;
    } catch (error) {
      if (error instanceof UpstreamFailure) return false;
      throw error;
    }
  }
}
