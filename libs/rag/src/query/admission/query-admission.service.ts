import { Injectable } from '@nestjs/common';
import type { CompiledConfiguration } from '#config';
import { MeteringService } from '#metering';
import type { Model } from '#settings';
import { type ModelCall, maxAttemptsByModel } from '../../llm/fallback/model-call.service.js';
import { ProviderRegistry } from '../../llm/provider-registry.js';
import { UpstreamFailure } from '../../upstream/upstream-failure.js';
import type { FittedPrompt } from '../prompt/fitted-prompt.js';
import { type PossibleAttempts, maxCostUsd } from '../cost.js';
import { AdmittedQuery } from './admitted-query.js';

/** The tenant, the user and the start of a query. */
export interface AdmissionContext {
  readonly configuration: Pick<CompiledConfiguration, 'tenantId' | 'version'>;
  readonly subject: string;
  /** By `performance.now()`. */
  readonly startedAt: number;
}

/** The calls that a query may make, before it is admitted. */
export type PlannedModelCall = Omit<ModelCall<FittedPrompt>, 'onBilledFailure'>;

/** Checks quota and budget before any model is called. */
@Injectable()
export class QueryAdmissionService {
  constructor(
    private readonly metering: MeteringService,
    private readonly providers: ProviderRegistry,
  ) {}

  /**
   * Counts the query and reserves its maximum cost. The caller must settle or end the result.
   *
   * @throws QuotaExceededError, BudgetExceededError, UnavailableError. Nothing is counted or reserved then
   */
  async admit(context: AdmissionContext, modelCall: PlannedModelCall): Promise<AdmittedQuery> {
    const { configuration, subject, startedAt } = context;
    const { deadline, responseMode } = modelCall;
    const maxCost = this.maxCost(modelCall);
    const reservation = await this.metering.admit({
      tenantId: configuration.tenantId,
      userId: subject,
      configVersion: configuration.version,
      maxCostUsd: maxCost,
      maxDurationMs: deadline.maxMs(responseMode),
    });
    return new AdmittedQuery(reservation, startedAt, maxCost);
  }

  /** Whether the admitted query has reserved enough for these calls. */
  covers({ reservedUsd }: AdmittedQuery, modelCall: PlannedModelCall): boolean {
    return this.maxCost(modelCall) <= reservedUsd;
  }

  private maxCost(modelCall: PlannedModelCall): number {
    const possibleAttempts: PossibleAttempts[] = [];
    for (const { model, calls } of maxAttemptsByModel(modelCall))
      if (this.isPaid(model))
        possibleAttempts.push({ model, maxAttempts: calls, prompt: modelCall.promptFor(model) });
    return maxCostUsd(possibleAttempts);
  }

  /** The sandbox is free, and so is a provider that cannot be called because its key is missing. */
  private isPaid(model: Model): boolean {
    try {
      return !this.providers.providerOf(model).isSandbox;
    } catch (error) {
      if (error instanceof UpstreamFailure) return false;
      throw error;
    }
  }
}
