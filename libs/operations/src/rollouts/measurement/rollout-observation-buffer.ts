import { Injectable } from '@nestjs/common';
import { Database, allTenants } from '#database';
import { type RolloutAssignment, type RolloutObservation, RolloutObserver } from '#config';
import { type ArmTally, ObservationRepository } from './observation.repository.js';
import { type Tally, emptyTally, addTallies, toTally } from './tally.js';

/** No rollout has more arms and steps in one second than this; what would grow beyond it is a fault of ours. */
const maxPending = 10_000;

/**
 * Gathers what the queries of rollouts came to, for whoever answers queries. Nothing waits for a note to be written: the watch
 * flushes about every second, and what could not be written is kept and added to.
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

  override record(assignment: RolloutAssignment, observation: RolloutObservation): void {
    this.add(assignment, toTally(observation));
  }

  /**
   * Writes what was gathered; false when that was nothing.
   *
   * @throws whatever the database throws; nothing is lost then.
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
