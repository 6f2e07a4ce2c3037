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
  ignored(): void;
}

interface Breaker {
  readonly model: Pick<Model, 'provider' | 'id'>;
  readonly policy: CircuitBreakerPolicy;
}

/** Failures that pass, and that more calls make worse. A wrong key or an unknown model is told at once, each time. */
const countedFailures: readonly FailureKind[] = [
  'timeout',
  'rate_limited',
  'server_error',
  'connection',
  'malformed_answer',
];
/** More than half of the last twenty calls, of at least five. */
const tripThreshold = { threshold: 0.5, size: 20, minimumNumberOfCalls: 5 };
/** How long an open circuit stays open before one call is let through: twice as long after each that fails, too. */
const backoff = { initialDelay: 5_000, maxDelay: 60_000, generator: noJitterGenerator };
const maxBreakers = 1_000;

/** One circuit breaker for each provider and model, in this process: a model that keeps failing is left alone for a while. */
@Injectable()
export class CircuitBreakers {
  private readonly breakers = new LRUCache<string, Breaker>({ max: maxBreakers });

  constructor(metrics: Metrics) {
    metrics.observableGauge(
      {
        name: 'llm_circuit_state',
        help: 'Circuit breaker of a model: 0 closed, 1 half open (one call is on trial), 2 open',
        labels: ['provider', 'model'],
      },
      () => this.circuitStates(),
    );
  }

  /** @throws UpstreamFailure `circuit_open` while the model is left alone, or another call is on trial. */
  admit(model: Model): Permit {
    const { policy } = this.breakerFor(model);
    const callEnded = Promise.withResolvers<void>();
    let isAdmitted = false;
    // A second call would wait for the one on trial, in which time the fallback could answer.
    if (policy.state !== CircuitState.HalfOpen) {
      const call = (): Promise<void> => {
        isAdmitted = true;
        return callEnded.promise;
      };
      // The call begins before `execute` returns; what it rejects with, the permit's holder has known first.
      policy.execute(call).catch(() => undefined);
    }
    if (!isAdmitted) throw new UpstreamFailure('circuit_open', 'The circuit breaker is open');
    return {
      answered: callEnded.resolve,
      failed: callEnded.reject,
      ignored: () => callEnded.reject(new UpstreamFailure('cancelled', 'The call was dropped')),
    };
  }

  private breakerFor(model: Model): Breaker {
    const { provider, id, base_url: baseUrl } = model;
    const key = JSON.stringify([provider, id, baseUrl]);
    const existing = this.breakers.get(key);
    if (existing) return existing;
    const breaker = { model: { provider, id }, policy: createPolicy() };
    this.breakers.set(key, breaker);
    return breaker;
  }

  private *circuitStates(): Generator<[Record<string, string>, number]> {
    for (const { model, policy } of this.breakers.values()) {
      yield [{ provider: model.provider, model: model.id }, stateValue(policy.state)];
    }
  }
}

function createPolicy(): CircuitBreakerPolicy {
  // A call on trial that was dropped has proved nothing: the circuit opens again.
  const countsAsFailure = (error: unknown): boolean =>
    error instanceof UpstreamFailure &&
    (countedFailures.includes(error.kind) ||
      (error.kind === 'cancelled' && policy.state === CircuitState.HalfOpen));
  const policy = circuitBreaker(handleWhen(countsAsFailure), {
    breaker: new CountBreaker(tripThreshold),
    halfOpenAfter: new ExponentialBackoff(backoff),
  });
  return policy;
}

function stateValue(state: CircuitState): number {
  if (state === CircuitState.Closed) return 0;
  return state === CircuitState.HalfOpen ? 1 : 2;
}
