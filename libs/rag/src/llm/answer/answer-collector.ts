import type { FinishReason, Generation, GenerationPiece, GenerationRequest } from '../generation.js';
import { GenerationFailure } from '../generation-failure.js';
import { UpstreamFailure } from '../../upstream/upstream-failure.js';
import { tooLargeFailure } from '../../upstream/response-body.js';
import { parseFinishReason } from './finish-reason.js';
import type { ModelMemory } from './model-memory.js';
import { type TaggedText, ThinkTags } from './think-tags.js';
import { type TokenCounts, mergeCounts, noTokenCounts } from './token-counts.js';
import { type CountedUsage, toTokenUsage } from './token-usage.js';

/** A server that ignores `max_tokens` is cut here. Few tokens are longer than ten characters. */
const minCharacters = 65_536;
const charactersPerToken = 64;
/** White space and characters without a width. */
const invisibleStart = /^[\s\u200b-\u200d\u2060\ufeff]+/;
const retractedText =
  'the model did not mark where its reasoning began, so the stream has shown it; this answer is without it';

/** Collects an answer from what a protocol finds in it: text, reasoning, token counts and the finish reason. */
export class AnswerCollector {
  private text = '';
  /** All that the model wrote, reasoning included: the estimate of its tokens needs it. */
  private written = '';
  private pieces: GenerationPiece[] = [];
  private readonly deviations: string[] = [];
  private counts: TokenCounts = noTokenCounts;
  private reason: string | null = null;
  private hasEnd = false;
  private choice: number | null = null;
  private hasShownText = false;
  private readonly tags: ThinkTags;

  constructor(
    private readonly request: GenerationRequest,
    private readonly memory: ModelMemory,
  ) {
    this.tags = new ThinkTags(memory.startsInReasoning);
  }

  get maxTokens(): number {
    return this.request.maxTokens;
  }

  /** The text of the answer so far. */
  get textSoFar(): string {
    return this.text;
  }

  /** True for the choice that came first. A server can be set up to send several answers. */
  isOwnChoice(index: number): boolean {
    this.choice ??= index;
    return this.choice === index;
  }

  /** True as soon as the service has said why the model stopped: the text is then complete. */
  get hasFinishReason(): boolean {
    return this.reason !== null;
  }

  /** True: nothing comes after it. */
  get isAtEnd(): boolean {
    return this.hasEnd;
  }

  /** @throws UpstreamFailure `malformed_answer` if the text is longer than any answer */
  addText(text: string): void {
    if (text !== '') this.addWritten(text, this.tags.push(text));
  }

  /** Also without a text it is a sign of life. */
  addReasoning(text: string): void {
    this.addWritten(text, this.tags.expectNoTags());
    this.pieces.push({ kind: 'reasoning', text });
  }

  addCounts(counts: TokenCounts): void {
    this.counts = mergeCounts(this.counts, counts);
  }

  /** The later reason counts. */
  finish(reason: unknown): void {
    if (typeof reason === 'string' && reason !== '' && reason !== 'null') this.reason = reason;
  }

  markEnd(): void {
    this.hasEnd = true;
  }

  /** The pieces since the last call. */
  takePieces(): GenerationPiece[] {
    const pieces = this.pieces;
    this.pieces = [];
    this.hasShownText ||= pieces.some(({ kind }) => kind === 'text');
    return pieces;
  }

  /** Call it once, when nothing comes any more, and take the pieces that then remain. */
  close(): void {
    this.accept(this.tags.end(this.finishReason === 'length'));
    const isWithoutMark = !this.tags.hasClosed && this.finishReason !== 'length';
    if (this.memory.startsInReasoning && isWithoutMark) this.memory.addAnswerWithoutMark();
  }

  /**
   * The whole answer.
   *
   * @throws UpstreamFailure `connection` if the service neither marked the end nor gave a finish reason
   * @throws GenerationFailure if there is no text
   */
  toGeneration(): Generation {
    if (!this.hasEnd && this.reason === null)
      throw new UpstreamFailure('connection', 'The stream stopped before its end');
    const usage = toTokenUsage(this.counts, this.request, this.written);
    const finishReason = this.finishReason ?? 'stop';
    if (finishReason === 'failed') throw this.failure('server_error', usage);
    if (this.text.replace(invisibleStart, '') === '')
      throw this.failure(finishReason === 'content_filter' ? 'content_filter' : 'empty_answer', usage);
    return {
      text: this.text,
      ...usage,
      finishReason,
      deviations: [...this.deviations, ...this.unknownReason],
    };
  }

  private get finishReason(): FinishReason | 'failed' | null {
    return this.reason === null ? null : parseFinishReason(this.reason);
  }

  private get unknownReason(): string[] {
    return this.reason !== null && this.finishReason === null
      ? [`the model stopped for a reason that Attune does not know: ${this.reason.slice(0, 100)}`]
      : [];
  }

  private failure(
    kind: 'server_error' | 'content_filter' | 'empty_answer',
    usage: CountedUsage,
  ): UpstreamFailure {
    return new GenerationFailure(
      kind,
      `The model wrote no answer (finish reason ${this.reason ?? 'none'})`,
      usage,
    );
  }

  private addWritten(text: string, tagged: Iterable<TaggedText>): void {
    this.written += text;
    const maxCharacters = minCharacters + charactersPerToken * this.request.maxTokens;
    if (this.written.length > maxCharacters) throw tooLargeFailure(maxCharacters);
    this.accept(tagged);
  }

  private accept(tagged: Iterable<TaggedText>): void {
    for (const { kind, text } of tagged) {
      if (kind === 'retract') this.retract();
      else if (kind === 'reasoning') this.pieces.push({ kind, text });
      else this.acceptText(text);
    }
  }

  private acceptText(text: string): void {
    // The first piece must be visible: after it there is no fallback any more.
    const visible = this.text === '' ? text.replace(invisibleStart, '') : text;
    if (visible === '') return;
    this.text += visible;
    this.pieces.push({ kind: 'text', text: visible });
  }

  /** All text so far was reasoning. The part of it that was not taken yet stays hidden. */
  private retract(): void {
    this.memory.addUnmarkedReasoning();
    if (this.hasShownText) this.deviations.push(retractedText);
    this.text = '';
    this.pieces = this.pieces.map(({ text }) => ({ kind: 'reasoning', text }));
  }
}
