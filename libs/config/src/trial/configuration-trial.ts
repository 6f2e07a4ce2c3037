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

/** What a question was answered, in the words of `POST /v1/query`. */
export interface TrialAnswer {
  readonly answer: string;
  readonly sources: readonly TrialSource[];
  /** The model that answered: the fallback where the chosen one could not. */
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
  /** What could not be done as the configuration asks. */
  readonly degraded: readonly { readonly stage: string; readonly reason: string }[];
}

/** What is asked, and who asks: a trial is metered as a query of theirs (specification §3.7). */
export interface TrialInput {
  readonly question: string;
  /** The credential's subject. */
  readonly subject: string;
}

/**
 * Answers a question under a configuration that nobody has saved: over the documents of the configuration's tenant, by the models that
 * it names, exactly as a query would, and within the tenant's quota and budget. Nothing else is written. Call it with no transaction open, since a model may take its time; `signal`
 * ends the work. `rag` fills this port, which runs against the arrows.
 *
 * Rejects as a query does: with a DomainError `upstream-failed` or `upstream-timeout` when no model answered, `quota-exceeded` or
 * `budget-exceeded` when none was asked.
 *
 * @example
 * const proposed = compile(partsUnder(parts, settings, 'tenant_admin'));
 * const { answer, sources } = await trial.ask(proposed, { question: 'When is rent due?', subject }, signal);
 */
export abstract class ConfigurationTrial {
  abstract ask(
    configuration: CompiledConfiguration,
    input: TrialInput,
    signal: AbortSignal,
  ): Promise<TrialAnswer>;
}

/** Whether a trial rejected because no model answered, which says something of the configuration that was tried. */
export function isUnanswered(error: unknown): error is UpstreamError {
  return error instanceof UpstreamError;
}
