import type { TraceSpan } from '#telemetry';
import type { Model } from '#settings';
import { estimatePromptTokens, estimateTextTokens } from '../token-estimate.js';
import type { Generation, GenerationPiece, GenerationRequest } from '../generation.js';
import type { GenerationStream } from '../llm-provider.js';
import {
  type Attempt,
  type FailureKind,
  UpstreamFailure,
  interruptedAnswerError,
} from '../../upstream/upstream-failure.js';
import { recordGeneration, recordAttempt } from './call-span.js';
import type { AttemptLog } from './attempt-log.js';
import type { Permit } from './circuit-breakers.js';
import type { Deadline, TimeLimit } from './deadline.js';

/** A prompt for one model. Further members of the prompt come back with the answer. */
export interface ModelPrompt {
  readonly request: GenerationRequest;
}

/** The model that answers, with its prompt. */
export interface AnsweringModel<P extends ModelPrompt> {
  readonly model: Model;
  readonly prompt: P;
  readonly isSandbox: boolean;
  /** Why the primary model did not answer; null if it did. */
  readonly fallbackReason: FailureKind | null;
}

/** A call whose answer has begun. */
export interface StartedAttempt {
  /** The first piece of the text, or the whole answer. */
  readonly firstStep: IteratorResult<GenerationPiece, Generation>;
  readonly stream: GenerationStream;
  /** Upper estimate of the reasoning before the text. */
  readonly reasoningTokens: number;
  readonly deadline: Deadline;
  readonly limit: TimeLimit;
  readonly permit: Permit;
  /** By `performance.now()`. */
  readonly startedAt: number;
  readonly span: TraceSpan;
}

/**
 * An answer that has begun: its first piece, or all of it, has arrived. From here on no other model is called.
 * The caller must `close` it, which ends the call if it still runs.
 */
export class ModelAnswer<P extends ModelPrompt> {
  private isEnded = false;
  private writtenTokens: number;

  constructor(
    readonly answeredBy: AnsweringModel<P>,
    private readonly attempt: StartedAttempt,
    private readonly attemptLog: AttemptLog,
  ) {
    this.writtenTokens = attempt.reasoningTokens;
  }

  /** Every call so far, including this one once it has ended. */
  get attempts(): readonly Attempt[] {
    return this.attemptLog.list;
  }

  /** Upper estimate of the tokens of an unfinished answer, for which the provider sent no counts. */
  get spentTokens(): { readonly prompt: number; readonly completion: number } {
    const { system, user } = this.answeredBy.prompt.request;
    return { prompt: estimatePromptTokens(system, user), completion: this.writtenTokens };
  }

  /**
   * Yields the pieces of the text and returns the whole answer.
   *
   * @throws UpstreamError `upstream-failed` or `upstream-timeout` when the answer breaks off
   */
  async *pieces(): AsyncGenerator<string, Generation, void> {
    let step = this.attempt.firstStep;
    while (!step.done) {
      const { kind, text } = step.value;
      this.writtenTokens += estimateTextTokens(text);
      if (kind === 'text') yield text;
      step = await this.nextStep();
    }
    recordGeneration(this.attempt.span, this.answeredBy.model, step.value);
    this.recordOutcome('ok');
    this.attempt.permit.answered();
    return step.value;
  }

  /** Ends the call if it still runs. May be called again. */
  close(): void {
    if (this.isEnded) return;
    this.recordOutcome('cancelled');
    this.attempt.permit.ignored();
    this.attempt.limit.cancel();
    // `cancel` stops the call; this runs the stream's own clean-up.
    this.attempt.stream.return(undefined as never).catch(() => undefined);
  }

  private async nextStep(): Promise<IteratorResult<GenerationPiece, Generation>> {
    const { stream, limit, permit, deadline } = this.attempt;
    limit.restart(deadline.nextPieceMs);
    // A slow reader can use up the time before Attune even waits for the model.
    const isReaderTooSlow = limit.signal.aborted;
    try {
      const step = await limit.race(() => stream.next());
      limit.pause();
      return step;
    } catch (error) {
      if (!(error instanceof UpstreamFailure)) throw error;
      this.recordOutcome(error.kind);
      // Nor is it the model's failure when a stream that flows reaches the operator's total.
      if (isReaderTooSlow || deadline.nextPieceMs === 0) permit.ignored();
      else permit.failed(error);
      throw interruptedAnswerError(error, this.attempts, this.attemptLog.setupMessages);
    }
  }

  private recordOutcome(outcome: Attempt['outcome']): void {
    this.isEnded = true;
    this.attempt.limit.stop();
    const { span, startedAt } = this.attempt;
    this.attemptLog.add(this.answeredBy.model, outcome, startedAt);
    recordAttempt(span, outcome, startedAt);
    if (outcome !== 'ok') span.fail(outcome);
    span.end();
  }
}
