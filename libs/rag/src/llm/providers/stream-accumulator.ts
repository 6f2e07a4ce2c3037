import { estimatePromptTokens, estimateTextTokens } from '../token-estimate.js';
import type { FinishReason, Generation, GenerationRequest } from '../generation.js';
import { UpstreamFailure } from '../../upstream/upstream-failure.js';
import { parseGeneration, readOrNull } from './parse-generation.js';

/** Collects the text and the token counts of a stream. */
export class StreamAccumulator {
  finishReason: FinishReason = 'other';
  private readonly texts: string[] = [];
  private promptTokens: number | null = null;
  private completionTokens: number | null = null;

  /**
   * Yields the text of an event, if it has any.
   *
   * @throws UpstreamFailure `malformed_answer` if the event does not have the type that the SDK declares
   */
  *appendText(read: () => string): Generator<string, void> {
    const text = readOrNull(read);
    if (typeof text !== 'string')
      throw new UpstreamFailure('malformed_answer', 'An event of the stream cannot be read');
    if (text === '') return;
    this.texts.push(text);
    yield text;
  }

  /** Counts that are missing in an event stay as they were. */
  recordUsage(promptTokens?: number | null, completionTokens?: number | null): void {
    this.promptTokens = promptTokens ?? this.promptTokens;
    this.completionTokens = completionTokens ?? this.completionTokens;
  }

  /** @throws UpstreamFailure `connection` if the service did not mark the end of the stream */
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
