import { DomainError } from '#kernel';
import type { CompiledConfiguration } from '../read/compiled-configuration.js';

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
}

/**
 * Answers a question under a configuration that nobody has saved: over the documents of the configuration's tenant, by the models that
 * it names, exactly as a query would. Nothing is written. Call it with no transaction open, since a model may take its time; `signal`
 * ends the work. `rag` fills this port, which runs against the arrows.
 *
 * Rejects with a DomainError `upstream-failed` or `upstream-timeout` when no model answered, as a query does.
 *
 * @example
 * const proposed = compile(partsUnder(parts, settings, 'tenant_admin'));
 * const { answer, sources } = await trial.ask(proposed, 'When is rent due?', signal);
 */
export abstract class ConfigurationTrial {
  abstract ask(
    configuration: CompiledConfiguration,
    question: string,
    signal: AbortSignal,
  ): Promise<TrialAnswer>;
}

/** Whether a trial rejected because no model answered, which says something of the configuration that was tried. */
export function isUnanswered(error: unknown): error is DomainError {
  return (
    error instanceof DomainError && (error.slug === 'upstream-failed' || error.slug === 'upstream-timeout')
  );
}
