import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { type CounterMetric, Metrics, type TraceSpan, startSpan } from '#telemetry';
import type { Model } from '#settings';
import { describeCall, recordAttempt } from './call-span.js';
import { AnswerOpening } from './answer-opening.js';
import { AttemptLog, type AttemptMetrics } from './attempt-log.js';
import { CircuitBreakers, type Permit } from './circuit-breakers.js';
import type { Deadline, TimeLimit } from './deadline.js';
import type { GenerationRequest, TokenUsage } from '../generation.js';
import { GenerationFailure } from '../generation-failure.js';
import type { LlmProvider, GenerationStream } from '../llm-provider.js';
import { ModelAnswer, type AnsweringModel, type ModelPrompt, type StartedAttempt } from './model-answer.js';
import { ProviderRegistry } from '../provider-registry.js';
import { redactValues } from '../../upstream/failure-message.js';
import { maxAttempts, retryDelayMs } from './retry.js';
import {
  type FailureKind,
  SetupFailure,
  UpstreamFailure,
  noAnswerError,
} from '../../upstream/upstream-failure.js';

/** The primary's share of the remaining time if there is a fallback, which then has at least 40 %. */
const primaryShare = 0.6;
/** A timeout counts against the model only if the call had at least this share of the whole deadline. */
const minFairShare = 0.2;
/** Seconds. */
const callBuckets = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300];

/** How the answer comes: whole, or piece by piece. */
export type ResponseMode = 'whole' | 'streamed';

/** The models of a query and how to call them. */
export interface ModelCall<P extends ModelPrompt> {
  readonly primary: Model;
  readonly fallback: Model | null;
  readonly promptFor: (model: Model) => P;
  /** A shorter prompt, after the model has refused this one as too long. null: there is none. */
  readonly shortenPrompt: (model: Model, prompt: P) => P | null;
  /** Called for each failed call that the provider bills. */
  readonly onBilledFailure: (model: Model, usage: TokenUsage) => void;
  readonly responseMode: ResponseMode;
  readonly deadline: Deadline;
}

/** The calls to one model. */
interface SingleModelCall<P extends ModelPrompt> extends Omit<
  ModelCall<P>,
  'primary' | 'fallback' | 'promptFor'
> {
  readonly model: Model;
  readonly prompt: P;
  readonly timeoutMs: number;
  readonly hasFallback: boolean;
  readonly fallbackReason: FailureKind | null;
  /** All attempts of the query so far. */
  readonly attemptLog: AttemptLog;
}

/** One span for all calls to the model. */
type TracedModelCall<P extends ModelPrompt> = SingleModelCall<P> & { readonly span: TraceSpan };

/** How long one call may wait for its first text. */
interface AttemptLimits {
  readonly timeoutMs: number;
  readonly limit: TimeLimit;
  readonly opening: AnswerOpening;
}

/**
 * Calls the primary model and, if it fails for a reason other than the request itself, the fallback, all within one deadline.
 * Temporary failures are retried; a model that keeps failing is not called for a while. If there is a fallback, the primary has at
 * most 60 % of the remaining time to begin its answer, and the fallback has all the rest. Once a model has begun its text there is
 * no fallback any more.
 */
@Injectable()
export class ModelCallService {
  private readonly logger = new Logger(ModelCallService.name);
  private readonly attemptMetrics: AttemptMetrics;
  private readonly fallbacksCounter: CounterMetric;

  constructor(
    private readonly providers: ProviderRegistry,
    private readonly breakers: CircuitBreakers,
    metrics: Metrics,
  ) {
    this.attemptMetrics = {
      attempts: metrics.counter({
        name: 'llm_attempts_total',
        help: 'Calls to models, by outcome',
        labels: ['provider', 'model', 'outcome'],
      }),
      seconds: metrics.histogram({
        name: 'attune_llm_call_seconds',
        help: 'Time of each call to a model, from the request to the end of its answer or its failure',
        labels: ['provider', 'model'],
        buckets: callBuckets,
      }),
    };
    this.fallbacksCounter = metrics.counter({
      name: 'llm_fallbacks_total',
      help: 'Queries that went to the fallback model, by the failure of the primary',
      labels: ['reason'],
    });
  }

  /**
   * Resolves as soon as a model begins to answer. The caller must close the answer.
   *
   * @throws UpstreamError `upstream-timeout` or `upstream-failed`, with `attempts`, if no model answers
   */
  async start<P extends ModelPrompt>(call: ModelCall<P>): Promise<ModelAnswer<P>> {
    const { primary, fallback: configuredFallback, promptFor, ...rest } = call;
    const { deadline } = rest;
    const fallback = distinctFallback(primary, configuredFallback);
    const shared = { ...rest, attemptLog: new AttemptLog(this.attemptMetrics) };
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
      throw noAnswerError(primaryResult, shared.attemptLog.list, shared.attemptLog.setupMessages);
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
      throw noAnswerError(fallbackResult, shared.attemptLog.list, shared.attemptLog.setupMessages);
    return fallbackResult;
  }

  /** As `callUntilAnswer`, inside of a span, which a call that begins to answer ends when it ends. */
  private async callWithRetries<P extends ModelPrompt>(
    call: SingleModelCall<P>,
  ): Promise<ModelAnswer<P> | UpstreamFailure> {
    const span = startSpan(() => describeCall(call));
    let result: ModelAnswer<P> | UpstreamFailure | null = null;
    try {
      result = await span.run(() => this.callUntilAnswer({ ...call, span }));
      return result;
    } finally {
      if (!(result instanceof ModelAnswer)) {
        span.fail(result?.kind ?? 'internal');
        span.end();
      }
    }
  }

  /** Calls one model until it begins to answer or another call makes no sense. */
  private async callUntilAnswer<P extends ModelPrompt>(
    call: TracedModelCall<P>,
  ): Promise<ModelAnswer<P> | UpstreamFailure> {
    const { model, hasFallback, deadline } = call;
    const endsAt = performance.now() + call.timeoutMs;
    let { prompt } = call;
    for (let attemptsMade = 1; ; attemptsMade += 1) {
      const result = await this.attempt({ ...call, prompt }, endsAt - performance.now());
      if (!(result instanceof UpstreamFailure)) return result;
      // Without a bill this call does not count. With one, another call could cost more than was reserved.
      const isFreeOverflow = result.kind === 'context_overflow' && !(result instanceof GenerationFailure);
      const shorter = isFreeOverflow ? call.shortenPrompt(model, prompt) : null;
      if (shorter !== null) {
        prompt = shorter;
        attemptsMade -= 1;
        continue;
      }
      const remainingMs = endsAt - performance.now();
      const waitMs = retryDelayMs(result, { attemptsMade, remainingMs, hasFallback });
      if (waitMs === null) return result;
      const abortFailure = await deadline
        .within(remainingMs, (signal) => pause(waitMs, null, { signal }))
        .catch(asUpstreamFailure);
      if (abortFailure) return abortFailure;
    }
  }

  /** One call. A failed call enters the attempt log now; a call that begins to answer enters it when it ends. */
  private async attempt<P extends ModelPrompt>(
    call: TracedModelCall<P>,
    timeoutMs: number,
  ): Promise<ModelAnswer<P> | UpstreamFailure> {
    const { model, prompt, attemptLog, deadline, fallbackReason, span } = call;
    const startedAt = performance.now();
    const limit = deadline.createTimeLimit(timeoutMs);
    const opening = new AnswerOpening(deadline, limit);
    try {
      const { provider, ...opened } = await this.openStream(call, { timeoutMs, limit, opening });
      const answeredBy: AnsweringModel<P> = { model, prompt, isSandbox: provider.isSandbox, fallbackReason };
      limit.pause();
      const { reasoningTokens } = opening;
      const started = { ...opened, deadline, limit, startedAt, reasoningTokens, span };
      return new ModelAnswer(answeredBy, started, attemptLog);
    } catch (error) {
      limit.cancel();
      opening.returnTime();
      const failure = opening.withUsage(asUpstreamFailure(error), prompt.request);
      if (failure instanceof GenerationFailure) call.onBilledFailure(model, failure.usage);
      attemptLog.addFailure(model, failure, startedAt);
      recordAttempt(span, failure.kind, startedAt);
      this.logFailure(model, failure);
      return failure;
    }
  }

  private async openStream<P extends ModelPrompt>(
    { model, prompt, responseMode, deadline }: SingleModelCall<P>,
    { timeoutMs, limit, opening }: AttemptLimits,
  ): Promise<Pick<StartedAttempt, 'firstStep' | 'stream' | 'permit'> & { provider: LlmProvider }> {
    limit.signal.throwIfAborted();
    const provider = this.providers.providerOf(model);
    const permit = this.breakers.admit(model);
    try {
      const stream = startStream(provider, responseMode, prompt.request, limit.signal);
      return { provider, permit, stream, firstStep: await opening.waitForText(stream) };
    } catch (error) {
      const hadFairTime = timeoutMs >= deadline.totalMs * minFairShare;
      releasePermit(permit, error, hadFairTime);
      throw error;
    }
  }

  private logFailure({ id, provider, headers }: Model, { kind, message }: UpstreamFailure): void {
    if (kind === 'cancelled') return;
    const safeMessage = redactValues(message, Object.values(headers ?? {}));
    this.logger.warn(`Model "${id}" (${provider}): ${kind}: ${safeMessage}`);
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

/** The whole answer as a stream without pieces. */
// oxlint-disable-next-line require-yield -- The stream has no pieces on purpose
async function* generateAsStream(
  provider: LlmProvider,
  request: GenerationRequest,
  signal: AbortSignal,
): GenerationStream {
  return await provider.generate(request, signal);
}

function releasePermit(permit: Permit, error: unknown, hadFairTime: boolean): void {
  const isSetup = error instanceof SetupFailure;
  const isFailure = error instanceof UpstreamFailure && (hadFairTime || error.kind !== 'timeout');
  if (isFailure && !isSetup) permit.failed(error);
  else permit.ignored();
}

/** The models that may be called, and how often at most. */
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

/** null also if the fallback is the primary itself, which would only fail again. */
function distinctFallback(primary: Model, fallback: Model | null): Model | null {
  return fallback?.id === primary.id ? null : fallback;
}

/** Rethrows every other error: it is a bug of Attune, which no other model can make up for. */
function asUpstreamFailure(error: unknown): UpstreamFailure {
  if (error instanceof UpstreamFailure) return error;
  throw error;
}
