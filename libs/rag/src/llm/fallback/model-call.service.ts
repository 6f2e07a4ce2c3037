import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { type CounterMetric, Metrics } from '#telemetry';
import type { Model } from '#tenancy';
import { AttemptLog } from './attempt-log.js';
import { CircuitBreakers, type Permit } from './circuit-breakers.js';
import type { Deadline, TimeLimit } from './deadline.js';
import type { GenerationRequest } from '../generation.js';
import type { LlmProvider, GenerationStream } from '../llm-provider.js';
import { ModelAnswer, type AnsweringModel, type ModelPrompt, type StartedAttempt } from './model-answer.js';
import { ProviderRegistry } from '../provider-registry.js';
import { maxAttempts, retryDelayMs } from './retry.js';
import { type FailureKind, UpstreamFailure, noAnswerError } from '../upstream-failure.js';

/** A primary that hangs leaves its fallback this much of the time that was left: the rest, 40 %. */
const primaryShare = 0.6;
/** A call that was given less of the whole time than this says nothing of its model when it runs out of it. */
const minFairShare = 0.2;

/** Whether the answer comes whole or piece by piece. */
export type ResponseMode = 'whole' | 'streamed';

export interface ModelCall<P extends ModelPrompt> {
  readonly primary: Model;
  readonly fallback: Model | null;
  readonly promptFor: (model: Model) => P;
  readonly responseMode: ResponseMode;
  readonly deadline: Deadline;
}

/** One model's part in the chain. */
interface SingleModelCall<P extends ModelPrompt> extends Pick<ModelCall<P>, 'responseMode' | 'deadline'> {
  readonly model: Model;
  readonly prompt: P;
  readonly timeoutMs: number;
  readonly hasFallback: boolean;
  readonly fallbackReason: FailureKind | null;
  /** Of the whole chain so far. */
  readonly attemptLog: AttemptLog;
}

/**
 * Asks the primary model and, where that fails through no fault of the request, the fallback, all within one deadline. A failure that
 * may pass is tried again; a model that keeps failing is not asked for a while. Where there is a fallback the primary gets at most
 * 60 % of the time that is left to begin its answer, and the fallback all that then remains. A model that has begun to answer has to
 * end it: there is no fallback from there.
 */
@Injectable()
export class ModelCallService {
  private readonly logger = new Logger(ModelCallService.name);
  private readonly attemptsCounter: CounterMetric;
  private readonly fallbacksCounter: CounterMetric;

  constructor(
    private readonly providers: ProviderRegistry,
    private readonly breakers: CircuitBreakers,
    metrics: Metrics,
  ) {
    this.attemptsCounter = metrics.counter({
      name: 'llm_attempts_total',
      help: 'Calls to models, by what came of them',
      labels: ['provider', 'model', 'outcome'],
    });
    this.fallbacksCounter = metrics.counter({
      name: 'llm_fallbacks_total',
      help: 'Queries that went to the fallback model, by why',
      labels: ['reason'],
    });
  }

  /** @throws DomainError `upstream-timeout` or `upstream-failed`, with `attempts`. */
  async start<P extends ModelPrompt>(call: ModelCall<P>): Promise<ModelAnswer<P>> {
    const { primary, promptFor, responseMode, deadline } = call;
    const fallback = distinctFallback(primary, call.fallback);
    const shared = { responseMode, deadline, attemptLog: new AttemptLog(this.attemptsCounter) };
    const primaryResult = await this.callWithRetries({
      model: primary,
      prompt: promptFor(primary),
      timeoutMs: deadline.remainingMs * (fallback === null ? 1 : primaryShare),
      hasFallback: fallback !== null,
      fallbackReason: null,
      ...shared,
    });
    if (!(primaryResult instanceof UpstreamFailure)) return primaryResult;
    if (fallback === null || !primaryResult.isWorthFallback)
      throw noAnswerError(primaryResult, shared.attemptLog.list);
    this.fallbacksCounter.add({ reason: primaryResult.kind });
    const fallbackResult = await this.callWithRetries({
      model: fallback,
      prompt: promptFor(fallback),
      timeoutMs: deadline.remainingMs,
      hasFallback: false,
      fallbackReason: primaryResult.kind,
      ...shared,
    });
    if (fallbackResult instanceof UpstreamFailure)
      throw noAnswerError(fallbackResult, shared.attemptLog.list);
    return fallbackResult;
  }

  /** Calls one model until it begins to answer, or it makes no sense to call it again. */
  private async callWithRetries<P extends ModelPrompt>(
    call: SingleModelCall<P>,
  ): Promise<ModelAnswer<P> | UpstreamFailure> {
    const endsAt = performance.now() + call.timeoutMs;
    for (let attemptsMade = 1; ; attemptsMade += 1) {
      const result = await this.attempt(call, endsAt - performance.now());
      if (!(result instanceof UpstreamFailure)) return result;
      const { hasFallback, deadline } = call;
      const remainingMs = endsAt - performance.now();
      const waitMs = retryDelayMs(result, { attemptsMade, remainingMs, hasFallback });
      if (waitMs === null) return result;
      const abortFailure = await deadline
        .within(remainingMs, (signal) => pause(waitMs, null, { signal }))
        .catch(asUpstreamFailure);
      if (abortFailure) return abortFailure;
    }
  }

  /** One call. One that fails is written down in `attempts`; one that begins to answer will be when it is over. */
  private async attempt<P extends ModelPrompt>(
    call: SingleModelCall<P>,
    timeoutMs: number,
  ): Promise<ModelAnswer<P> | UpstreamFailure> {
    const { model, prompt, attemptLog, deadline, fallbackReason } = call;
    const startedAt = performance.now();
    const limit = deadline.createTimeLimit(timeoutMs);
    try {
      const { provider, ...opened } = await this.openStream(call, Math.floor(timeoutMs), limit);
      const answeredBy: AnsweringModel<P> = { model, prompt, isSandbox: provider.isSandbox, fallbackReason };
      limit.restart(deadline.remainingMs);
      return new ModelAnswer(answeredBy, { ...opened, limit, startedAt }, attemptLog);
    } catch (error) {
      limit.cancel();
      const failure = asUpstreamFailure(error);
      attemptLog.add(model, failure.kind, startedAt);
      this.logFailure(model, failure);
      return failure;
    }
  }

  private async openStream<P extends ModelPrompt>(
    { model, prompt, responseMode, deadline }: SingleModelCall<P>,
    timeoutMs: number,
    limit: TimeLimit,
  ): Promise<Pick<StartedAttempt, 'firstStep' | 'stream' | 'permit'> & { provider: LlmProvider }> {
    limit.signal.throwIfAborted();
    const provider = await this.providers.providerOf(model);
    const permit = this.breakers.admit(model);
    try {
      const stream = startStream(provider, responseMode, { ...prompt.request, timeoutMs }, limit.signal);
      return { provider, permit, stream, firstStep: await limit.race(() => stream.next()) };
    } catch (error) {
      const hadFairTime = timeoutMs >= deadline.totalMs * minFairShare;
      releasePermit(permit, error, hadFairTime);
      throw error;
    }
  }

  private logFailure({ id, provider }: Model, { kind, message }: UpstreamFailure): void {
    if (kind !== 'cancelled') this.logger.warn(`Model "${id}" (${provider}): ${kind}: ${message}`);
  }
}

function startStream(
  provider: LlmProvider,
  responseMode: ResponseMode,
  request: GenerationRequest,
  signal: AbortSignal,
): GenerationStream {
  return responseMode === 'streamed'
    ? provider.stream(request, signal)
    : generateAsStream(provider, request, signal);
}

/** The whole answer as a stream that ends before its first piece. */
// oxlint-disable-next-line require-yield -- It ends before its first piece, and that is the point
async function* generateAsStream(
  provider: LlmProvider,
  request: GenerationRequest,
  signal: AbortSignal,
): GenerationStream {
  return await provider.generate(request, signal);
}

function releasePermit(permit: Permit, error: unknown, hadFairTime: boolean): void {
  const isFailure = error instanceof UpstreamFailure && (hadFairTime || error.kind !== 'timeout');
  if (isFailure) permit.failed(error);
  else permit.ignored();
}

/** Which models may be asked, and how often at most. */
export function maxAttemptsByModel({
  primary,
  fallback,
}: Pick<ModelCall<ModelPrompt>, 'primary' | 'fallback'>): { model: Model; calls: number }[] {
  const fallbackModel = distinctFallback(primary, fallback);
  if (fallbackModel === null) return [{ model: primary, calls: maxAttempts.last }];
  return [
    { model: primary, calls: maxAttempts.beforeFallback },
    { model: fallbackModel, calls: maxAttempts.last },
  ];
}

/** A fallback to the model that just failed would only fail again. */
function distinctFallback(primary: Model, fallback: Model | null): Model | null {
  return fallback?.id === primary.id ? null : fallback;
}

/** What is not the upstream's failure is a fault of ours: no other model makes up for it. */
function asUpstreamFailure(error: unknown): UpstreamFailure {
  if (error instanceof UpstreamFailure) return error;
  throw error;
}
