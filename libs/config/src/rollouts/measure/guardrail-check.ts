import { Injectable, Logger } from '@nestjs/common';
import { Database, allTenants } from '#database';
import { type Count, Metrics } from '#telemetry';
import { RolloutRepository } from '../rollout.repository.js';
import { ObservationRepository } from './observation.repository.js';
import { type MeasuredRollout, hasLimits, verdictOn } from './verdict.js';

const system = { actor: 'system', role: 'system' };

/** Stops rollouts that cross a guardrail. Any replica may check at any time: only one of them stops a rollout. */
@Injectable()
export class GuardrailCheck {
  private readonly logger = new Logger('rollouts');
  private readonly stops: Count;

  constructor(
    private readonly database: Database,
    private readonly observations: ObservationRepository,
    private readonly rollouts: RolloutRepository,
    metrics: Metrics,
  ) {
    this.stops = metrics.counter({
      name: 'config_rollouts_stopped_total',
      help: 'Rollouts that a guardrail or missing data stopped',
    });
  }

  async check(): Promise<void> {
    for (const rollout of await this.measured()) {
      const reason = verdictOn(rollout);
      if (reason !== null) await this.stop(rollout, reason);
    }
  }

  /** Stops every rollout that has a limit, because nobody could tell for a while whether it was crossed. */
  async stopWatched(reason: string): Promise<void> {
    const watched = (await this.measured()).filter(({ guardrails }) => hasLimits(guardrails));
    for (const rollout of watched) await this.stop(rollout, reason);
  }

  private measured(): Promise<MeasuredRollout[]> {
    return this.database.readAsPlatform(allTenants, () => this.observations.running());
  }

  private async stop(rollout: MeasuredRollout, reason: string): Promise<void> {
    const work = () => this.rollouts.stop(rollout, reason);
    const isStopped = await this.database.asPlatform(allTenants, work, system);
    if (!isStopped) return;
    this.stops.add();
    this.logger.warn(`Rollout ${rollout.id} stopped itself: ${reason}`);
  }
}
