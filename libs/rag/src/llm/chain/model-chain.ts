import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { type Count, Metrics } from '#telemetry';
import type { Model } from '#tenancy';
import { Attempts } from './attempts.js';
import { CircuitBreakers, type Permit } from './circuit-breakers.js';
import type { Deadline, TimeLimit } from './deadline.js';
import type { GenerationRequest } from '../generation.js';
import type { LlmProvider, Reply } from '../llm-provider.js';
import { ModelAnswer, type Answerer, type ModelPrompt, type OpenCall } from './model-answer.js';
import { ProviderDirectory } from '../provider-directory.js';
import { mostCalls, waitBeforeRetry } from './retry.js';
import { type FailureKind, UpstreamFailure, noAnswer } from '../upstream-failure.js';

/** A primary that hangs leaves its fallback this much of the time that was left: the rest, 40 %. */
const primaryShare = 0.6;
/** A call that was given less of the whole time than this says nothing of its model when it runs out of it. */
const fairShare = 0.2;

/** Whether the answer comes whole or piece by piece. */
export type Manner = 'whole' | 'streamed';

export interface Question<P extends ModelPrompt> {
  readonly primary: Model;
  readonly fallback: Model | null;
  readonly promptFor: (model: Model) => P;
  readonly manner: Manner;
  readonly deadline: Deadline;
}

/** One model's part in the chain. */
interface Turn<P extends ModelPrompt> extends Pick<Question<P>, 'manner' | 'deadline'> {
  readonly model: Model;
  readonly prompt: P;
  readonly limitMs: number;
  readonly hasFallback: boolean;
  readonly fallbackReason: FailureKind | null;
  /** Of the whole chain so far. */
  readonly attempts: Attempts;
}

/**
 * Asks the primary model and, where that fails through no fault of the request, the fallback, all within one deadline. A failure that
 * may pass is tried again; a model that keeps failing is not asked for a while. Where there is a fallback the primary gets at most
 * 60 % of the time that is left to begin its answer, and the fallback all that then remains. A model that has begun to answer has to
 * end it: there is no fallback from there.
 */
@Injectable()
export class ModelChain {
  private readonly logger = new Logger(ModelChain.name);
  private readonly attempts: Count;
  private readonly fallbacks: Count;

  constructor(
    private readonly providers: ProviderDirectory,
    private readonly breakers: CircuitBreakers,
    metrics: Metrics,
  ) {
    this.attempts = metrics.counter({
      name: 'llm_attempts_total',
      help: 'Calls to models, by what came of them',
      labels: ['provider', 'model', 'outcome'],
    });
    this.fallbacks = metrics.counter({
      name: 'llm_fallbacks_total',
      help: 'Queries that went to the fallback model, by why',
      labels: ['reason'],
    });
  }

  /** @throws DomainError `upstream-timeout` or `upstream-failed`, with `attempts`. */
  async ask<P extends ModelPrompt>(question: Question<P>): Promise<ModelAnswer<P>> {
    const { primary, promptFor, manner, deadline } = question;
    const fallback = otherThan(primary, question.fallback);
    const shared = { manner, deadline, attempts: new Attempts(this.attempts) };
    const first = await this.take({
      model: primary,
      prompt: promptFor(primary),
      limitMs: deadline.remainingMs * (fallback === null ? 1 : primaryShare),
      hasFallback: fallback !== null,
      fallbackReason: null,
      ...shared,
    });
    if (!(first instanceof UpstreamFailure)) return first;
    if (fallback === null || !first.isWorthFallback) throw noAnswer(first, shared.attempts.list);
    this.fallbacks.add({ reason: first.kind });
    const second = await this.take({
      model: fallback,
      prompt: promptFor(fallback),
      limitMs: deadline.remainingMs,
      hasFallback: false,
      fallbackReason: first.kind,
      ...shared,
    });
    if (second instanceof UpstreamFailure) throw noAnswer(second, shared.attempts.list);
    return second;
  }

  /** Calls one model until it begins to answer, or it makes no sense to call it again. */
  private async take<P extends ModelPrompt>(turn: Turn<P>): Promise<ModelAnswer<P> | UpstreamFailure> {
    const end = performance.now() + turn.limitMs;
    for (let calls = 1; ; calls += 1) {
      const result = await this.attempt(turn, end - performance.now());
      if (!(result instanceof UpstreamFailure)) return result;
      const { hasFallback, deadline } = turn;
      const leftMs = end - performance.now();
      const waitMs = waitBeforeRetry(result, { calls, leftMs, hasFallback });
      if (waitMs === null) return result;
      const left = await deadline
        .within(leftMs, (signal) => pause(waitMs, null, { signal }))
        .catch(onlyUpstreamFailure);
      if (left) return left;
    }
  }

  /** One call. One that fails is written down in `attempts`; one that begins to answer will be when it is over. */
  private async attempt<P extends ModelPrompt>(
    turn: Turn<P>,
    limitMs: number,
  ): Promise<ModelAnswer<P> | UpstreamFailure> {
    const { model, prompt, attempts, deadline, fallbackReason } = turn;
    const startedAt = performance.now();
    const limit = deadline.limit(limitMs);
    try {
      const { provider, ...call } = await this.open(turn, Math.floor(limitMs), limit);
      const by: Answerer<P> = { model, prompt, isSandbox: provider.isSandbox, fallbackReason };
      limit.renew(deadline.remainingMs);
      return new ModelAnswer(by, { ...call, limit, startedAt }, attempts);
    } catch (error) {
      limit.cancel();
      const failure = onlyUpstreamFailure(error);
      attempts.add(model, failure.kind, startedAt);
      this.tell(model, failure);
      return failure;
    }
  }

  private async open<P extends ModelPrompt>(
    { model, prompt, manner, deadline }: Turn<P>,
    timeoutMs: number,
    limit: TimeLimit,
  ): Promise<Pick<OpenCall, 'first' | 'reply' | 'permit'> & { provider: LlmProvider }> {
    limit.signal.throwIfAborted();
    const provider = await this.providers.providerOf(model);
    const permit = this.breakers.admit(model);
    try {
      const reply = replyOf(provider, manner, { ...prompt.request, timeoutMs }, limit.signal);
      return { provider, permit, reply, first: await limit.race(() => reply.next()) };
    } catch (error) {
      const isFair = timeoutMs >= deadline.totalMs * fairShare;
      endFailed(permit, error, isFair);
      throw error;
    }
  }

  private tell({ id, provider }: Model, { kind, message }: UpstreamFailure): void {
    if (kind !== 'cancelled') this.logger.warn(`Model "${id}" (${provider}): ${kind}: ${message}`);
  }
}

function replyOf(
  provider: LlmProvider,
  manner: Manner,
  request: GenerationRequest,
  signal: AbortSignal,
): Reply {
  return manner === 'streamed' ? provider.stream(request, signal) : inOnePiece(provider, request, signal);
}

/** The whole answer as a stream that ends before its first piece. */
// oxlint-disable-next-line require-yield -- It ends before its first piece, and that is the point
async function* inOnePiece(provider: LlmProvider, request: GenerationRequest, signal: AbortSignal): Reply {
  return await provider.generate(request, signal);
}

function endFailed(permit: Permit, error: unknown, isFair: boolean): void {
  const isFailure = error instanceof UpstreamFailure && (isFair || error.kind !== 'timeout');
  if (isFailure) permit.failed(error);
  else permit.dropped();
}

/** Which models may be asked, and how often at most. */
export function callsOf({
  primary,
  fallback,
}: Pick<Question<ModelPrompt>, 'primary' | 'fallback'>): { model: Model; calls: number }[] {
  const other = otherThan(primary, fallback);
  if (other === null) return [{ model: primary, calls: mostCalls.last }];
  return [
    { model: primary, calls: mostCalls.beforeFallback },
    { model: other, calls: mostCalls.last },
  ];
}

/** A fallback to the model that just failed would only fail again. */
function otherThan(primary: Model, fallback: Model | null): Model | null {
  return fallback?.id === primary.id ? null : fallback;
}

/** What is not the upstream's failure is a fault of ours: no other model makes up for it. */
function onlyUpstreamFailure(error: unknown): UpstreamFailure {
  if (error instanceof UpstreamFailure) return error;
  throw error;
}
