import type { CompiledConfiguration } from '#config';
import type { Retrieval, RetrievedChunk } from '../retrieval/retriever.js';
import type { Degradation } from './degradation.js';

export interface Ranked {
  /** What shall reach the prompt, best first. */
  readonly chunks: readonly RetrievedChunk[];
  readonly degraded: readonly Degradation[];
}

/**
 * `retrieval_top_k` chunks reach the prompt without reranking, `rerank_top_n` with it (SPEC §4.0). No reranker is built in yet:
 * where a configuration asks for one, the retrieval order stays and the answer says so.
 */
export function rankForPrompt(
  { chunks, degraded }: Retrieval,
  settings: Pick<CompiledConfiguration['settings'], 'rerank_enabled' | 'rerank_top_n'>,
): Ranked {
  if (!settings.rerank_enabled) return { chunks, degraded };
  return {
    chunks: chunks.slice(0, settings.rerank_top_n),
    degraded: [...degraded, { stage: 'rerank', reason: 'no reranker is configured' }],
  };
}
