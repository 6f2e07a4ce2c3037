import { Injectable } from '@nestjs/common';
import {
  CircuitState,
  CountBreaker,
  ExponentialBackoff,
  type CircuitBreakerPolicy,
  circuitBreaker,
  handleWhen,
  noJitterGenerator,
} from 'cockatiel';
import { LRUCache } from 'lru-cache';
import { Metrics } from '#telemetry';
import type { Model } from '#tenancy';
import { type FailureKind, UpstreamFailure } from '../upstream-failure.js';

/** Leave to call a model. Whoever has it says once how the call ended. */
export interface Permit {
  answered(): void;
  failed(failure: UpstreamFailure): void;
  /** The call ended without saying anything of the model. */
  dropped(): void;
}

interface Breaker {
  readonly model: Pick<Model, 'provider' | 'id'>;
  readonly policy: CircuitBreakerPolicy;
}

/** Failures that pass, and that more calls make worse. A wrong key or an unknown model is told at once, each time. */
const outages: readonly FailureKind[] = [
  'timeout',
  'rate_limited',
  'server_error',
  'connection',
  'malformed_answer',
];
/** More than half of the last twenty calls, of at least five. */
const recentCalls = { threshold: 0.5, size: 20, minimumNumberOfCalls: 5 };
/** How long an open circuit stays open before one call is let through: twice as long after each that fails, too. */
const pause = { initialDelay: 5_000, maxDelay: 60_000, generator: noJitterGenerator };
const mostBreakers = 1_000;

/** One circuit breaker for each provider and model, in this process: a model that keeps failing is left alone for a while. */
@Injectable()
export class CircuitBreakers {
  private readonly breakers = new LRUCache<string, Breaker>({ max: mostBreakers });

  constructor(metrics: Metrics) {
    metrics.watch(
      {
        name: 'llm_circuit_state',
        help: 'Circuit breaker of a model: 0 closed, 1 half open (one call is on trial), 2 open',
        labels: ['provider', 'model'],
      },
      () => this.levels(),
    );
  }

  /** @throws UpstreamFailure `circuit_open` while the model is left alone, or another call is on trial. */
  admit(model: Model): Permit {
    const { policy } = this.of(model);
    const ending = Promise.withResolvers<void>();
    let isAdmitted = false;
    // A second call would wait for the one on trial, in which time the fallback could answer.
    if (policy.state !== CircuitState.HalfOpen) {
      const call = (): Promise<void> => {
        isAdmitted = true;
        return ending.promise;
      };
      // The call begins before `execute` returns; what it rejects with, the permit's holder has known first.
      policy.execute(call).catch(() => undefined);
    }
    if (!isAdmitted) throw new UpstreamFailure('circuit_open', 'The circuit breaker is open');
    return {
      answered: ending.resolve,
      failed: ending.reject,
      dropped: () => ending.reject(new UpstreamFailure('cancelled', 'The call was dropped')),
    };
  }

  private of(model: Model): Breaker {
    const { provider, id, base_url: address } = model;
    const key = JSON.stringify([provider, id, address]);
    const known = this.breakers.get(key);
    if (known) return known;
    const breaker = { model: { provider, id }, policy: newPolicy() };
    this.breakers.set(key, breaker);
    return breaker;
  }

  private *levels(): Generator<[Record<string, string>, number]> {
    for (const { model, policy } of this.breakers.values()) {
      yield [{ provider: model.provider, model: model.id }, levelOf(policy.state)];
    }
  }
}

function newPolicy(): CircuitBreakerPolicy {
  // A call on trial that was dropped has proved nothing: the circuit opens again.
  const counts = (error: unknown): boolean =>
    error instanceof UpstreamFailure &&
    (outages.includes(error.kind) || (error.kind === 'cancelled' && policy.state === CircuitState.HalfOpen));
  const policy = circuitBreaker(handleWhen(counts), {
    breaker: new CountBreaker(recentCalls),
    halfOpenAfter: new ExponentialBackoff(pause),
  });
  return policy;
}

function levelOf(state: CircuitState): number {
  if (state === CircuitState.Closed) return 0;
  return state === CircuitState.HalfOpen ? 1 : 2;
}
