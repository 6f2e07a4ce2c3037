import { performance } from 'node:perf_hooks';
import { Injectable, Logger } from '@nestjs/common';
import type { Model } from '#tenancy';
import type { Deadline } from './deadline.js';
import { millisecondsSince } from './elapsed.js';
import type { Generation, GenerationRequest } from './generation.js';
import { ProviderDirectory } from './provider-directory.js';
import { type Attempt, type FailureKind, UpstreamFailure, noAnswer } from './upstream-failure.js';

/** A primary that hangs leaves its fallback this much of the time that was left: the rest, 40 %. */
const primaryShare = 0.6;

export interface Models {
  readonly primary: Model;
  readonly fallback: Model | null;
}

/** A prompt made for one model; what else it carries comes back with the answer. */
export interface ModelPrompt {
  readonly request: Omit<GenerationRequest, 'timeoutMs'>;
}

export interface ChainAnswer<P extends ModelPrompt> {
  readonly generation: Generation;
  /** The model that answered, and the prompt that it got. */
  readonly model: Model;
  readonly prompt: P;
  readonly isSandbox: boolean;
  readonly attempts: readonly Attempt[];
  /** Why the primary did not answer; null when it did. */
  readonly fallbackReason: FailureKind | null;
}

type Reply<P extends ModelPrompt> = Omit<ChainAnswer<P>, 'attempts' | 'fallbackReason'>;

/**
 * Asks the primary model and, where that fails through no fault of the request, the fallback, all within one deadline. Each model is
 * asked once. Where there is a fallback the primary gets at most 60 % of the time that is left, and the fallback all that then remains.
 */
@Injectable()
export class ModelChain {
  private readonly logger = new Logger(ModelChain.name);

  constructor(private readonly providers: ProviderDirectory) {}

  /** @throws DomainError `upstream-timeout` or `upstream-failed`, with `attempts`. */
  async ask<P extends ModelPrompt>(
    models: Models,
    promptFor: (model: Model) => P,
    deadline: Deadline,
  ): Promise<ChainAnswer<P>> {
    const { primary } = models;
    const fallback = otherThan(primary, models.fallback);
    const attempts: Attempt[] = [];
    const first = await this.attempt(primary, promptFor(primary), {
      deadline,
      limitMs: deadline.remainingMs * (fallback === null ? 1 : primaryShare),
      attempts,
    });
    if (!(first instanceof UpstreamFailure)) return { ...first, attempts, fallbackReason: null };
    if (fallback === null || !first.isWorthFallback) throw noAnswer(first, attempts);
    const limitMs = deadline.remainingMs;
    const second = await this.attempt(fallback, promptFor(fallback), { deadline, limitMs, attempts });
    if (second instanceof UpstreamFailure) throw noAnswer(second, attempts);
    return { ...second, attempts, fallbackReason: first.kind };
  }

  /** One call, written down in `attempts` whatever came of it. */
  private async attempt<P extends ModelPrompt>(
    model: Model,
    prompt: P,
    { deadline, limitMs, attempts }: { deadline: Deadline; limitMs: number; attempts: Attempt[] },
  ): Promise<Reply<P> | UpstreamFailure> {
    const startedAt = performance.now();
    const timeoutMs = Math.floor(limitMs);
    const result = await deadline
      .within(timeoutMs, (signal) => this.generate(model, { ...prompt.request, timeoutMs }, signal))
      .catch(onlyUpstreamFailure);
    const ms = millisecondsSince(startedAt);
    if (!(result instanceof UpstreamFailure)) {
      attempts.push({ model: model.id, outcome: 'ok', ms });
      return { ...result, model, prompt };
    }
    attempts.push({ model: model.id, outcome: result.kind, ms });
    if (result.kind !== 'cancelled')
      this.logger.warn(`Model "${model.id}" (${model.provider}): ${result.kind}: ${result.message}`);
    return result;
  }

  private async generate(
    model: Model,
    request: GenerationRequest,
    signal: AbortSignal,
  ): Promise<Pick<Reply<ModelPrompt>, 'generation' | 'isSandbox'>> {
    const provider = await this.providers.providerOf(model);
    return { generation: await provider.generate(request, signal), isSandbox: provider.isSandbox };
  }
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
