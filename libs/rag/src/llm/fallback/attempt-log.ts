import type { CounterMetric } from '#telemetry';
import type { Model } from '#settings';
import type { Attempt } from '../../upstream/upstream-failure.js';
import { millisecondsSince } from './deadline.js';

/** The calls to models of one query, in order. Each call is also counted in the metrics. */
export class AttemptLog {
  private readonly attempts: Attempt[] = [];

  constructor(private readonly counter: CounterMetric) {}

  get list(): readonly Attempt[] {
    return this.attempts;
  }

  /** @param startedAt When the call began, by `performance.now()`. */
  add({ id: model, provider }: Model, outcome: Attempt['outcome'], startedAt: number): void {
    this.attempts.push({ model, outcome, ms: millisecondsSince(startedAt) });
    this.counter.add({ provider, model, outcome });
  }
}
