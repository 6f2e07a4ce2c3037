import { Injectable } from '@nestjs/common';
import { Database, allTenants } from '#database';
import { type RolloutAssignment, type RolloutObservation, RolloutObserver } from '#config';
import { type ArmTally, ObservationRepository } from './observation.repository.js';
import { type Tally, emptyTally, addTallies, toTally } from './tally.js';

/** Far above the arms and steps of one second. More would be a bug, so further observations are dropped. */
const maxPending = 10_000;

/**
 * Collects the outcomes of queries under a rollout, and fills the port `RolloutObserver`. `record` does not wait for the database:
 * `RolloutMonitor` flushes about every second. Observations that could not be written stay for the next flush.
 *
 * ```ts
 * rolloutObservationBuffer.record(
 *   { id: '9f2c7d1e5b8a4c3f', step: 1, arm: 'treatment' },
 *   { outcome: 'answered', isFallback: false, costUsd: 0.01, durationMs: 840 },
 * );
 * const hasWritten = await rolloutObservationBuffer.flush();
 * ```
 */
@Injectable()
export class RolloutObservationBuffer extends RolloutObserver {
  private pending = new Map<string, { readonly assignment: RolloutAssignment; readonly tally: Tally }>();

  constructor(
    private readonly database: Database,
    private readonly repository: ObservationRepository,
  ) {
    super();
  }

  /** Adds one observation to its arm and step. It is dropped if 10,000 arms and steps wait to be written. */
  override record(assignment: RolloutAssignment, observation: RolloutObservation): void {
    this.add(assignment, toTally(observation));
  }

  /**
   * Writes the collected observations. False if there were none.
   *
   * @throws the error of the database; the observations are kept.
   */
  async flush(): Promise<boolean> {
    const batch = [...this.pending.values()];
    if (batch.length === 0) return false;
    this.pending = new Map();
    try {
      await this.write(batch.map(({ assignment, tally }) => ({ assignment, ...tally })));
    } catch (error) {
      for (const { assignment, tally } of batch) this.add(assignment, tally);
      throw error;
    }
    return true;
  }

  private write(tallies: readonly ArmTally[]): Promise<void> {
    return this.database.asPlatform(allTenants, () => this.repository.add(tallies));
  }

  private add(assignment: RolloutAssignment, tally: Tally): void {
    const key = `${assignment.id}/${assignment.step}/${assignment.arm}`;
    const entry = this.pending.get(key);
    if (entry === undefined && this.pending.size >= maxPending) return;
    this.pending.set(key, { assignment, tally: addTallies(entry?.tally ?? emptyTally, tally) });
  }
}
