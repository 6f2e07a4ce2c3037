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
import type { Model } from '#settings';
import { type FailureKind, UpstreamFailure } from '../../upstream/upstream-failure.js';

/** Permission for one call to a model. Its holder must report once how the call ended. */
export interface Permit {
  answered(): void;
  failed(failure: UpstreamFailure): void;
  /** The call ended in a way that says nothing about the model. */
  ignored(): void;
}

interface Breaker {
  readonly model: Pick<Model, 'provider' | 'id'>;
  readonly policy: CircuitBreakerPolicy;
}

/** Temporary failures, which more calls would make worse. A wrong key or an unknown model is reported at once, each time. */
const countedFailures: readonly FailureKind[] = [
  'timeout',
  'rate_limited',
  'server_error',
  'connection',
  'malformed_answer',
];
/** Opens when more than half of the last twenty calls failed, of at least five. */
const tripThreshold = { threshold: 0.5, size: 20, minimumNumberOfCalls: 5 };
/** How long a circuit stays open before it lets one trial call through. Doubles after each failed trial call. */
const backoff = { initialDelay: 5_000, maxDelay: 60_000, generator: noJitterGenerator };
const maxBreakers = 1_000;

/** One circuit breaker per provider, model and address in this process. A model that keeps failing is not called for a while. */
@Injectable()
export class CircuitBreakers {
  private readonly breakers = new LRUCache<string, Breaker>({ max: maxBreakers });

  constructor(metrics: Metrics) {
    metrics.observableGauge(
      {
        name: 'llm_circuit_state',
        help: 'Circuit breaker of a model: 0 closed, 1 half open (waiting for a trial call), 2 open',
        labels: ['provider', 'model'],
      },
      () => this.circuitStates(),
    );
  }

  /** @throws UpstreamFailure `circuit_open` while the circuit is open or a trial call is under way */
  admit(model: Model): Permit {
    const { policy } = this.breakerFor(model);
    const callEnded = Promise.withResolvers<void>();
    let isAdmitted = false;
    // A second call would wait for the trial call; the fallback can answer meanwhile.
    if (policy.state !== CircuitState.HalfOpen) {
      const call = (): Promise<void> => {
        isAdmitted = true;
        return callEnded.promise;
      };
      // `execute` starts the call before it returns. Its rejection is ignored: the permit's holder has reported it.
      policy.execute(call).catch(() => undefined);
    }
    if (!isAdmitted) throw new UpstreamFailure('circuit_open', 'The circuit breaker is open');
    return {
      answered: callEnded.resolve,
      failed: callEnded.reject,
      ignored: () => callEnded.reject(new UpstreamFailure('cancelled', 'The call was ignored')),
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
  // A trial call that was ignored proves nothing: the circuit opens again.
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
