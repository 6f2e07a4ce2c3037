import type { QueryAnswer, QueryResponse } from '#rag';
import type { ChatCompletion, ChatFacts, ChatUsage } from './chat.response.js';
import { type UrlOf, findCitations } from './citations.js';

/** What all chunks of an answer have in common. */
export interface AnswerHead {
  readonly id: string;
  /** Seconds since 1970. */
  readonly created: number;
}

/** The whole answer in OpenAI's form. */
export function toChatCompletion(
  { response, chunks }: QueryAnswer,
  { id, created }: AnswerHead,
  { ignored, urlOf }: { readonly ignored: readonly string[]; readonly urlOf: UrlOf },
): ChatCompletion {
  const annotations = findCitations(response.answer, chunks, urlOf);
  return {
    id,
    object: 'chat.completion',
    created,
    model: response.model_used,
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: response.answer, refusal: null, annotations },
        logprobs: null,
        finish_reason: response.finish_reason,
      },
    ],
    usage: toUsage(response),
    attune: toFacts(response, ignored),
  };
}

export function toUsage({ usage }: QueryResponse): ChatUsage {
  return {
    prompt_tokens: usage.prompt_tokens,
    completion_tokens: usage.completion_tokens,
    total_tokens: usage.prompt_tokens + usage.completion_tokens,
    prompt_tokens_details: { cached_tokens: usage.cached_prompt_tokens },
    completion_tokens_details: { reasoning_tokens: usage.reasoning_tokens },
  };
}

export function toFacts(response: QueryResponse, ignored: readonly string[]): ChatFacts {
  return {
    sources: response.sources,
    ...(response.search_questions && { search_questions: response.search_questions }),
    model_requested: response.model_requested,
    model_used: response.model_used,
    fallback_used: response.fallback_used,
    fallback_reason: response.fallback_reason,
    attempts: response.attempts,
    config_version: response.config_version,
    config_applied: response.config_applied,
    degraded: response.degraded,
    sandbox: response.sandbox,
    cost_usd: response.usage.cost_usd,
    ignored: [...ignored],
  };
}
