import { estimatePromptTokens, estimateTextTokens } from '../token-estimate.js';
import type { FinishReason, Generation, GenerationRequest } from '../generation.js';
import { UpstreamFailure } from '../upstream-failure.js';
import { parseGeneration } from './parse-generation.js';

/** What a stream has brought so far. */
export class StreamAccumulator {
  finishReason: FinishReason = 'other';
  private readonly texts: string[] = [];
  private promptTokens: number | null = null;
  private completionTokens: number | null = null;

  /** Yields the text that `read` finds in an event, if any. The SDKs' types are promises: what keeps none is malformed. */
  *appendText(read: () => string): Generator<string, void> {
    const text = readTextOrNull(read);
    if (typeof text !== 'string')
      throw new UpstreamFailure('malformed_answer', 'An event of the stream cannot be read');
    if (text === '') return;
    this.texts.push(text);
    yield text;
  }

  /** What a part of the bill leaves out stays as it was. */
  recordUsage(promptTokens?: number | null, completionTokens?: number | null): void {
    this.promptTokens = promptTokens ?? this.promptTokens;
    this.completionTokens = completionTokens ?? this.completionTokens;
  }

  /** @throws UpstreamFailure `connection` when the service never said that this was all. */
  toGeneration(isComplete: boolean, request: GenerationRequest): Generation {
    if (!isComplete) throw new UpstreamFailure('connection', 'The stream stopped before its end');
    const text = this.texts.join('');
    return parseGeneration(() => ({
      text,
      promptTokens: this.promptTokens ?? estimatePromptTokens(request.system, request.user),
      completionTokens: this.completionTokens ?? Math.min(estimateTextTokens(text), request.maxTokens),
      finishReason: this.finishReason,
      isUsageEstimated: this.promptTokens === null || this.completionTokens === null,
    }));
  }
}

function readTextOrNull(read: () => string): string | null {
  try {
    return read();
  } catch {
    return null;
  }
}
