import type { Count } from '#telemetry';
import type { Model } from '#tenancy';
import type { Attempt } from '../upstream-failure.js';
import { millisecondsSince } from './elapsed.js';

/** The calls of one query, in their order, each also counted for the metrics. */
export class Attempts {
  private readonly made: Attempt[] = [];

  constructor(private readonly counter: Count) {}

  get list(): readonly Attempt[] {
    return this.made;
  }

  /** @param startedAt When the call began, by `performance.now()`. */
  add({ id: model, provider }: Model, outcome: Attempt['outcome'], startedAt: number): void {
    this.made.push({ model, outcome, ms: millisecondsSince(startedAt) });
    this.counter.add({ provider, model, outcome });
  }
}
