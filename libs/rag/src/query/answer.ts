import type { CompiledConfiguration } from '#config';
import type { ChainAnswer } from '../llm/model-chain.js';
import type { Generation } from '../llm/generation.js';
import type { RetrievedChunk } from '../retrieval/retriever.js';
import { costUsd } from './cost.js';
import type { Degradation, FittedPrompt } from './fitted-prompt.js';
import type { QueryResponse, QuerySource, QueryTimings } from './query.response.js';

const snippetCharacters = 300;

export interface AnsweredQuery {
  readonly configuration: CompiledConfiguration;
  readonly answered: ChainAnswer<FittedPrompt>;
  readonly degraded: readonly Degradation[];
  readonly timings: QueryTimings;
}

/** The answer of `POST /v1/query`: what was applied, by whom it was answered, from what, at what cost. */
export function composeAnswer({ configuration, answered, degraded, timings }: AnsweredQuery): QueryResponse {
  const { generation, model, prompt, isSandbox, attempts, fallbackReason } = answered;
  const { promptTokens, completionTokens } = generation;
  return {
    answer: generation.text,
    sources: prompt.chunks.map(sourceOf),
    model_requested: configuration.model.id,
    model_used: model.id,
    fallback_used: fallbackReason !== null,
    fallback_reason: fallbackReason,
    attempts: [...attempts],
    sandbox: isSandbox,
    config_version: configuration.version,
    config_applied: appliedOf(configuration),
    rollout: rolloutOf(configuration),
    usage: {
      prompt_tokens: promptTokens,
      completion_tokens: completionTokens,
      cost_usd: isSandbox ? 0 : costUsd(model, promptTokens, completionTokens),
    },
    timings_ms: timings,
    degraded: [...degraded, ...prompt.degraded, ...degradationOf(generation)],
  };
}

function appliedOf({ settings }: CompiledConfiguration): QueryResponse['config_applied'] {
  return {
    temperature: settings.temperature,
    top_k: settings.retrieval_top_k,
    alpha: settings.retrieval_alpha,
    rerank: settings.rerank_enabled,
    rerank_top_n: settings.rerank_top_n,
    max_tokens: settings.max_tokens,
  };
}

/** The step is the platform's business. */
function rolloutOf({ rollout }: CompiledConfiguration): QueryResponse['rollout'] {
  return rollout && { id: rollout.id, arm: rollout.arm };
}

function sourceOf({ doc_id, chunk_id, title, text, score }: RetrievedChunk): QuerySource {
  return { doc_id, chunk_id, title, score, snippet: snippetOf(text) };
}

/** The beginning of a chunk on one line. */
function snippetOf(text: string): string {
  const characters = [...text.replace(/\s+/g, ' ').trim()];
  if (characters.length <= snippetCharacters) return characters.join('');
  return `${characters.slice(0, snippetCharacters - 1).join('')}…`;
}

function degradationOf({ text, finishReason }: Generation): Degradation[] {
  if (finishReason === 'content_filter') {
    return [{ stage: 'generate', reason: "the provider's content filter ended the answer" }];
  }
  if (text.trim() !== '') return [];
  return [{ stage: 'generate', reason: `the model answered with no text (${finishReason})` }];
}
