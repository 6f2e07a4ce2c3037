import { Injectable } from '@nestjs/common';
import type { CompiledConfiguration } from '#config';
import { MeteringService } from '#metering';
import type { Model } from '#tenancy';
import { type ModelCall, maxAttemptsByModel } from '../../llm/fallback/model-call.service.js';
import { ProviderRegistry } from '../../llm/provider-registry.js';
import { UpstreamFailure } from '../../llm/upstream-failure.js';
import type { FittedPrompt } from '../prompt/fitted-prompt.js';
import { type PossibleAttempts, maxCostUsd } from './max-cost.js';
import { AdmittedQuery } from './admitted-query.js';

/** Whose query it is, and since when, by `performance.now()`. */
export interface AdmissionContext {
  readonly configuration: Pick<CompiledConfiguration, 'tenantId' | 'version'>;
  readonly subject: string;
  readonly startedAt: number;
}

/** Has a query admitted before any model is asked. */
@Injectable()
export class QueryAdmissionService {
  constructor(
    private readonly metering: MeteringService,
    private readonly providers: ProviderRegistry,
  ) {}

  /** @throws DomainError `quota-exceeded`, `budget-exceeded`, `unavailable`; nothing is used up then. */
  async admit(context: AdmissionContext, modelCall: ModelCall<FittedPrompt>): Promise<AdmittedQuery> {
    const { configuration, subject, startedAt } = context;
    const reservation = await this.metering.admit({
      tenantId: configuration.tenantId,
      userId: subject,
      configVersion: configuration.version,
      maxCostUsd: await this.maxCost(modelCall),
    });
    return new AdmittedQuery(reservation, startedAt);
  }

  private async maxCost(modelCall: ModelCall<FittedPrompt>): Promise<number> {
    const possibleAttempts: PossibleAttempts[] = [];
    for (const { model, calls } of maxAttemptsByModel(modelCall))
      if (await this.isPaid(model))
        possibleAttempts.push({ model, maxAttempts: calls, prompt: modelCall.promptFor(model) });
    return maxCostUsd(possibleAttempts);
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
