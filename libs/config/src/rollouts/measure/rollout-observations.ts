import { Injectable } from '@nestjs/common';
import { Database, allTenants } from '#database';
import type { RolloutArm } from '../arm.js';
import { type ArmTally, ObservationRepository } from './observation.repository.js';
import { type Observation, type Tally, emptyTally, sumOf, tallyOf } from './tally.js';

/** No rollout has more arms and steps in one second than this; what would grow beyond it is a fault of ours. */
const mostPending = 10_000;

/**
 * Gathers what the queries of rollouts came to, for whoever answers queries. Nothing waits for a note to be written: the watch
 * flushes about every second, and what could not be written is kept and added to.
 *
 * ```ts
 * if (configuration.rollout) observations.note(configuration.rollout, { outcome: 'answered', isFallback, costUsd, ms });
 * ```
 */
@Injectable()
export class RolloutObservations {
  private pending = new Map<string, { readonly place: RolloutArm; readonly tally: Tally }>();

  constructor(
    private readonly database: Database,
    private readonly repository: ObservationRepository,
  ) {}

  note(place: RolloutArm, observation: Observation): void {
    this.keep(place, tallyOf(observation));
  }

  /**
   * Writes what was gathered; false when that was nothing.
   *
   * @throws whatever the database throws; nothing is lost then.
   */
  async flush(): Promise<boolean> {
    const taken = [...this.pending.values()];
    if (taken.length === 0) return false;
    this.pending = new Map();
    try {
      await this.write(taken.map(({ place, tally }) => ({ place, ...tally })));
    } catch (error) {
      for (const { place, tally } of taken) this.keep(place, tally);
      throw error;
    }
    return true;
  }

  private write(tallies: readonly ArmTally[]): Promise<void> {
    return this.database.asPlatform(allTenants, () => this.repository.add(tallies));
  }

  private keep(place: RolloutArm, tally: Tally): void {
    const key = `${place.id}/${place.step}/${place.arm}`;
    const known = this.pending.get(key);
    if (known === undefined && this.pending.size >= mostPending) return;
    this.pending.set(key, { place, tally: sumOf(known?.tally ?? emptyTally, tally) });
  }
}
