import { LlmProvider, type GenerationStream } from '../llm-provider.js';
import type { Generation, GenerationRequest } from '../generation.js';
import { bestSentences } from './best-sentences.js';
import { countTokens, firstTokens } from './sandbox-tokens.js';

/** The number of sentences for a model that accepts no temperature. */
const defaultSentenceCount = 3;

/**
 * The offline provider (specification §4.4). It answers with the sentences of the context that match the question best, each with the
 * number of its source. The same request always gets the same answer. A higher temperature lets in more sentences that match less: one
 * at 0, three at 0.7, seven at 2. Tokens are counted by `sandbox-tokens.ts`.
 */
export class SandboxProvider extends LlmProvider {
  override readonly isSandbox = true;

  async generate(request: GenerationRequest, signal: AbortSignal): Promise<Generation> {
    signal.throwIfAborted();
    const { text, isCut } = firstTokens(answerFrom(request), request.maxTokens);
    return {
      text,
      promptTokens: countPromptTokens(request),
      cachedPromptTokens: 0,
      cacheWriteTokens: 0,
      completionTokens: countTokens(text),
      reasoningTokens: 0,
      finishReason: isCut ? 'length' : 'stop',
      isUsageEstimated: false,
      deviations: [],
    };
  }

  /** Yields word by word, without delay. */
  async *stream(request: GenerationRequest, signal: AbortSignal): GenerationStream {
    const answer = await this.generate(request, signal);
    for (const word of answer.text.match(/\s*\S+|\s+$/g) ?? []) {
      signal.throwIfAborted();
      yield { kind: 'text', text: word };
    }
    return answer;
  }
}

function countPromptTokens({ system, user, history }: GenerationRequest): number {
  return [system, user, ...history.map(({ content }) => content)].reduce(
    (sum, text) => sum + countTokens(text),
    0,
  );
}

function answerFrom({ context: { question, passages }, temperature }: GenerationRequest): string {
  if (passages.length === 0) return 'There is no document to answer from.';
  const best = bestSentences(question, passages, sentenceCountAt(temperature));
  if (best.length === 0) return 'The documents found say nothing about this question.';
  return best.map(({ text, passage }) => `${text} [${passage + 1}]`).join(' ');
}

function sentenceCountAt(temperature: number | null): number {
  return temperature === null ? defaultSentenceCount : 1 + Math.round(3 * temperature);
}
