import { performance } from 'node:perf_hooks';
import type { CounterMetric, HistogramMetric } from '#telemetry';
import type { Model } from '#settings';
import {
  type Attempt,
  type SetupMessages,
  SetupFailure,
  type UpstreamFailure,
} from '../../upstream/upstream-failure.js';
import { millisecondsSince } from './deadline.js';

/** What is counted of all calls to models. */
export interface AttemptMetrics {
  readonly attempts: CounterMetric;
  readonly seconds: HistogramMetric;
}

/** The calls to models of one query, in order. Each call is also counted in the metrics. */
export class AttemptLog {
  private readonly attempts: Attempt[] = [];
  private readonly messages = new Map<Attempt, string>();

  constructor(private readonly metrics: AttemptMetrics) {}

  get list(): readonly Attempt[] {
    return this.attempts;
  }

  /** What is missing in the setup, for each attempt that failed because of it. */
  get setupMessages(): SetupMessages {
    return this.messages;
  }

  /** @param startedAt When the call began, by `performance.now()`. */
  add({ id: model, provider }: Model, outcome: Attempt['outcome'], startedAt: number): void {
    this.attempts.push({ model, outcome, ms: millisecondsSince(startedAt) });
    this.metrics.attempts.add({ provider, model, outcome });
    // A call that the circuit breaker refused was none.
    if (outcome !== 'circuit_open')
      this.metrics.seconds.observe((performance.now() - startedAt) / 1000, { provider, model });
  }

  /** @param startedAt When the call began, by `performance.now()`. */
  addFailure(model: Model, failure: UpstreamFailure, startedAt: number): void {
    this.add(model, failure.kind, startedAt);
    if (failure instanceof SetupFailure) this.messages.set(this.attempts.at(-1)!, failure.message);
  }
}
