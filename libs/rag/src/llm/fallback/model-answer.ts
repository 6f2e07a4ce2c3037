import type { Model } from '#tenancy';
import { estimatePromptTokens, estimateTextTokens } from '../token-estimate.js';
import type { Generation, GenerationRequest } from '../generation.js';
import type { GenerationStream } from '../llm-provider.js';
import {
  type Attempt,
  type FailureKind,
  UpstreamFailure,
  interruptedAnswerError,
} from '../upstream-failure.js';
import type { AttemptLog } from './attempt-log.js';
import type { Permit } from './circuit-breakers.js';
import type { TimeLimit } from './deadline.js';

/** A prompt made for one model; what else it carries comes back with the answer. */
export interface ModelPrompt {
  readonly request: Omit<GenerationRequest, 'timeoutMs'>;
}

/** Who answers, and on what terms. */
export interface AnsweringModel<P extends ModelPrompt> {
  readonly model: Model;
  readonly prompt: P;
  readonly isSandbox: boolean;
  /** Why the primary did not answer; null when it did. */
  readonly fallbackReason: FailureKind | null;
}

/** A call that has begun to answer. */
export interface StartedAttempt {
  readonly firstStep: IteratorResult<string, Generation>;
  readonly stream: GenerationStream;
  readonly limit: TimeLimit;
  readonly permit: Permit;
  /** By `performance.now()`. */
  readonly startedAt: number;
}

/**
 * An answer that has begun: the first piece of its text is there, or all of it. From here on nobody else is asked.
 * Whoever holds it closes it, which ends the call if it still runs.
 */
export class ModelAnswer<P extends ModelPrompt> {
  private isEnded = false;
  private writtenTokens = 0;

  constructor(
    readonly answeredBy: AnsweringModel<P>,
    private readonly attempt: StartedAttempt,
    private readonly attemptLog: AttemptLog,
  ) {}

  /** Every call so far; this one once it is over. */
  get attempts(): readonly Attempt[] {
    return this.attemptLog.list;
  }

  /** What an answer that did not come to its end has cost at most: no bill came with it. */
  get spentTokens(): { readonly prompt: number; readonly completion: number } {
    const { system, user } = this.answeredBy.prompt.request;
    return { prompt: estimatePromptTokens(system, user), completion: this.writtenTokens };
  }

  /** The pieces of the text, then the whole. @throws DomainError `upstream-failed`, `upstream-timeout` when it breaks off. */
  async *pieces(): GenerationStream {
    let step = this.attempt.firstStep;
    while (!step.done) {
      this.writtenTokens += estimateTextTokens(step.value);
      yield step.value;
      step = await this.nextStep();
    }
    this.recordOutcome('ok');
    this.attempt.permit.answered();
    return step.value;
  }

  close(): void {
    if (this.isEnded) return;
    this.recordOutcome('cancelled');
    this.attempt.permit.ignored();
    this.attempt.limit.cancel();
    // The abort stops the call; this lets the SDK put away what it holds for it.
    this.attempt.stream.return(undefined as never).catch(() => undefined);
  }

  private async nextStep(): Promise<IteratorResult<string, Generation>> {
    const { stream, limit, permit } = this.attempt;
    // A reader may be so slow that the time is over before the model is even waited for.
    const isReaderTooSlow = limit.signal.aborted;
    try {
      return await limit.race(() => stream.next());
    } catch (error) {
      if (!(error instanceof UpstreamFailure)) throw error;
      this.recordOutcome(error.kind);
      if (isReaderTooSlow) permit.ignored();
      else permit.failed(error);
      throw interruptedAnswerError(error, this.attempts);
    }
  }

  private recordOutcome(outcome: Attempt['outcome']): void {
    this.isEnded = true;
    this.attempt.limit.stop();
    this.attemptLog.add(this.answeredBy.model, outcome, this.attempt.startedAt);
  }
}
