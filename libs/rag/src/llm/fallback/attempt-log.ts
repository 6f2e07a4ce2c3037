import type { CounterMetric } from '#telemetry';
import type { Model } from '#tenancy';
import type { Attempt } from '../upstream-failure.js';
import { millisecondsSince } from './elapsed.js';

/** The calls of one query, in their order, each also counted for the metrics. */
export class AttemptLog {
  private readonly attempts: Attempt[] = [];

  constructor(private readonly counter: CounterMetric) {}

  get list(): readonly Attempt[] {
    return this.attempts;
  }

  /** @param generationStartedAt When the call began, by `performance.now()`. */
  add({ id: model, provider }: Model, outcome: Attempt['outcome'], startedAt: number): void {
    this.attempts.push({ model, outcome, ms: millisecondsSince(startedAt) });
    this.counter.add({ provider, model, outcome });
  }
}
