import type { Model } from '#tenancy';
import { estimatedTokens, tokensOf } from '../estimated-tokens.js';
import type { Generation, GenerationRequest } from '../generation.js';
import type { Reply } from '../llm-provider.js';
import { type Attempt, type FailureKind, UpstreamFailure, brokenOff } from '../upstream-failure.js';
import type { Attempts } from './attempts.js';
import type { Permit } from './circuit-breakers.js';
import type { TimeLimit } from './deadline.js';

/** A prompt made for one model; what else it carries comes back with the answer. */
export interface ModelPrompt {
  readonly request: Omit<GenerationRequest, 'timeoutMs'>;
}

/** Who answers, and on what terms. */
export interface Answerer<P extends ModelPrompt> {
  readonly model: Model;
  readonly prompt: P;
  readonly isSandbox: boolean;
  /** Why the primary did not answer; null when it did. */
  readonly fallbackReason: FailureKind | null;
}

/** A call that has begun to answer. */
export interface OpenCall {
  readonly first: IteratorResult<string, Generation>;
  readonly reply: Reply;
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
  private isOver = false;
  private writtenTokens = 0;

  constructor(
    readonly by: Answerer<P>,
    private readonly call: OpenCall,
    private readonly tried: Attempts,
  ) {}

  /** Every call so far; this one once it is over. */
  get attempts(): readonly Attempt[] {
    return this.tried.list;
  }

  /** What an answer that did not come to its end has cost at most: no bill came with it. */
  get spentTokens(): { readonly prompt: number; readonly completion: number } {
    const { system, user } = this.by.prompt.request;
    return { prompt: estimatedTokens(system, user), completion: this.writtenTokens };
  }

  /** The pieces of the text, then the whole. @throws DomainError `upstream-failed`, `upstream-timeout` when it breaks off. */
  async *pieces(): Reply {
    let step = this.call.first;
    while (!step.done) {
      this.writtenTokens += tokensOf(step.value);
      yield step.value;
      step = await this.next();
    }
    this.endAs('ok');
    this.call.permit.answered();
    return step.value;
  }

  close(): void {
    if (this.isOver) return;
    this.endAs('cancelled');
    this.call.permit.dropped();
    this.call.limit.cancel();
    // The abort stops the call; this lets the SDK put away what it holds for it.
    this.call.reply.return(undefined as never).catch(() => undefined);
  }

  private async next(): Promise<IteratorResult<string, Generation>> {
    const { reply, limit, permit } = this.call;
    // A reader may be so slow that the time is over before the model is even waited for.
    const isReadersFault = limit.signal.aborted;
    try {
      return await limit.race(() => reply.next());
    } catch (error) {
      if (!(error instanceof UpstreamFailure)) throw error;
      this.endAs(error.kind);
      if (isReadersFault) permit.dropped();
      else permit.failed(error);
      throw brokenOff(error, this.attempts);
    }
  }

  private endAs(outcome: Attempt['outcome']): void {
    this.isOver = true;
    this.call.limit.end();
    this.tried.add(this.by.model, outcome, this.call.startedAt);
  }
}
