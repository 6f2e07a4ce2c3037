import { UpstreamError } from '#kernel';
import type { CompiledConfiguration } from '../compile/compiled-configuration.js';

/** A chunk that was in the prompt. */
export interface TrialSource {
  readonly doc_id: string;
  readonly chunk_id: string;
  readonly title: string;
  readonly score: number;
  readonly snippet: string;
}

/** The answer to a question, in the fields of `POST /v1/query`. */
export interface TrialAnswer {
  readonly answer: string;
  readonly sources: readonly TrialSource[];
  /** The model that answered; the fallback when the chosen model could not answer. */
  readonly model_used: string;
  readonly config_applied: {
    readonly temperature: number;
    readonly top_k: number;
    readonly alpha: number;
    readonly rerank: boolean;
    readonly rerank_top_n: number;
    readonly max_tokens: number;
  };
  readonly usage: {
    readonly prompt_tokens: number;
    readonly completion_tokens: number;
    readonly cost_usd: number;
  };
  readonly timings_ms: {
    readonly config: number;
    readonly retrieve: number;
    readonly rerank: number;
    readonly generate: number;
  };
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
