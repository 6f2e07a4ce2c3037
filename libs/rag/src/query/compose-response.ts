import type { CompiledConfiguration, QuerySource, QueryTimings } from '#config';
import type { ModelAnswer } from '../llm/fallback/model-answer.js';
import type { Generation } from '../llm/generation.js';
import type { RetrievedChunk } from '../retrieval/retriever.js';
import { costUsd, sumUsd } from './cost.js';
import type { Degradation } from './degradation.js';
import type { FittedPrompt } from './prompt/fitted-prompt.js';
import type { QueryResponse } from './query.response.js';

const maxSnippetCharacters = 300;
/** UTF-16 units of a chunk that its snippet is made from. */
const snippetSourceLength = 1_000;
/** White space other than one space. */
const uneven = / \s+|[^\S ]\s*/g;

export interface AnsweredQuery {
  readonly configuration: CompiledConfiguration;
  readonly answer: Pick<ModelAnswer<FittedPrompt>, 'answeredBy' | 'attempts'>;
  readonly generation: Generation;
  /** The chunks in the prompt. */
  readonly sources: QuerySource[];
  /** Null if the documents were searched for the question alone. */
  readonly searchQuestions: string[] | null;
  /** Degradations of retrieval and reranking. */
  readonly degraded: readonly Degradation[];
  readonly timings: QueryTimings;
  /** The cost of the calls that failed before. */
  readonly failuresCostUsd: number;
}

/** The answer of `POST /v1/query`: text, sources, model, applied configuration, cost and degradations. */
export function composeResponse(query: AnsweredQuery): QueryResponse {
  const { configuration, answer, generation, sources, searchQuestions } = query;
  const { degraded, timings, failuresCostUsd } = query;
  const { model, prompt, isSandbox, fallbackReason } = answer.answeredBy;
  const cost = isSandbox ? 0 : costUsd(model, generation);
  return {
    answer: generation.text,
    sources,
    ...(searchQuestions && { search_questions: searchQuestions }),
    finish_reason: generation.finishReason,
    model_requested: configuration.model.id,
    model_used: model.id,
    fallback_used: fallbackReason !== null,
    fallback_reason: fallbackReason,
    attempts: [...answer.attempts],
    sandbox: isSandbox,
    config_version: configuration.version,
    config_applied: toAppliedConfiguration(configuration),
    rollout: toRollout(configuration),
    usage: {
      prompt_tokens: generation.promptTokens,
      completion_tokens: generation.completionTokens,
      cached_prompt_tokens: generation.cachedPromptTokens,
      reasoning_tokens: generation.reasoningTokens,
      cost_usd: sumUsd(cost, failuresCostUsd),
    },
    timings_ms: timings,
    degraded: [
      ...degraded,
      ...prompt.degraded,
      ...generationDegradations(generation, prompt.request.maxTokens),
    ],
  };
}

/** The chunks of a prompt in the form of the answer, best first, with a snippet of at most 300 characters. */
export function toSources(chunks: readonly RetrievedChunk[]): QuerySource[] {
  return chunks.map(({ doc_id, chunk_id, title, text, score }) => ({
    doc_id,
    chunk_id,
    title,
    score,
    snippet: toSnippet(text),
  }));
}

function toAppliedConfiguration({ settings }: CompiledConfiguration): QueryResponse['config_applied'] {
  return {
    temperature: settings.temperature,
    top_k: settings.retrieval_top_k,
    alpha: settings.retrieval_alpha,
    rerank: settings.rerank_enabled,
    rerank_top_n: settings.rerank_top_n,
    max_tokens: settings.max_tokens,
  };
}

/** Leaves out the rollout's step, which only platform admins see. */
function toRollout({ rollout }: CompiledConfiguration): QueryResponse['rollout'] {
  return rollout && { id: rollout.id, arm: rollout.arm };
}

/** The beginning of a chunk, on one line. */
function toSnippet(text: string): string {
  const whole = text.trim();
  const line = whole.slice(0, snippetSourceLength).replace(uneven, ' ');
  const isWhole =
    whole.length <= snippetSourceLength && indexAfter(line, maxSnippetCharacters) === line.length;
  if (isWhole) return line;
  return `${line.slice(0, indexAfter(line, maxSnippetCharacters - 1))}…`;
}

/** The index behind the first `count` characters. */
function indexAfter(text: string, count: number): number {
  let index = 0;
  for (let passed = 0; passed < count && index < text.length; passed += 1)
    index += text.codePointAt(index)! > 0xffff ? 2 : 1;
  return index;
}

function generationDegradations(
  { finishReason, isUsageEstimated, deviations }: Generation,
  maxTokens: number,
): Degradation[] {
  const reasons = [
    ...deviations,
    ...(isUsageEstimated ? ['the provider sent no complete token counts: usage and cost are estimates'] : []),
    ...(finishReason === 'length' ? [`the answer was cut at max_tokens (${maxTokens})`] : []),
    ...(finishReason === 'content_filter' ? ["the provider's content filter ended the answer"] : []),
  ];
  return reasons.map((reason) => ({ stage: 'generate', reason }));
}
