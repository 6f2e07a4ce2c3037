import { UpstreamError } from '#kernel';
import type { CompiledConfiguration } from '../compile/compiled-configuration.js';
import type { AppliedConfiguration, QuerySource, QueryTimings, QueryUsage } from './query-answer.response.js';

/** The answer to a question, in the fields of `POST /v1/query`. */
export interface TrialAnswer {
  readonly answer: string;
  readonly sources: readonly QuerySource[];
  /** The model that answered; the fallback when the chosen model could not answer. */
  readonly model_used: string;
  /** True: the offline sandbox answered instead of the model. */
  readonly sandbox: boolean;
  readonly config_applied: AppliedConfiguration;
  readonly usage: QueryUsage;
  readonly timings_ms: QueryTimings;
  /** Stages that could not run as the configuration requires. */
  readonly degraded: readonly { readonly stage: string; readonly reason: string }[];
}

/** The question, and who asks it: a trial is metered as a query of this subject (specification §3.7). */
export interface TrialInput {
  readonly question: string;
  /** The credential's subject. */
  readonly subject: string;
}

/**
 * Answers a question under a configuration that is not saved, exactly as a query would: over the documents of the configuration's tenant,
 * with the configured models, and within the tenant's quota and budget. Writes nothing else. Call it without an open transaction, since
 * a model may be slow; `signal` aborts the work. `rag` fills this port, and `AppModule` binds it.
 *
 * ```ts
 * const configuration = await reader.current('acme');
 * const { answer, sources } = await trial.ask(configuration, { question: 'When is rent due?', subject }, signal);
 * ```
 */
export abstract class ConfigurationTrial {
  /**
   * @throws UpstreamError when no model answered.
   * @throws QuotaExceededError, BudgetExceededError when no model was asked.
   */
  abstract ask(
    configuration: CompiledConfiguration,
    input: TrialInput,
    signal: AbortSignal,
  ): Promise<TrialAnswer>;
}

/** True when a trial rejected because no model answered. */
export function isUnanswered(error: unknown): error is UpstreamError {
  return error instanceof UpstreamError;
}
