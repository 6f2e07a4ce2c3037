import { Injectable, Logger } from '@nestjs/common';
import { Database, allTenants } from '#database';
import { type CounterMetric, Metrics } from '#telemetry';
import { RolloutRepository } from '../rollout.repository.js';
import { ObservationRepository } from './observation.repository.js';
import { type MeasuredRollout, hasLimits, findStopReason } from './stop-reason.js';

const systemAuthor = { actor: 'system', role: 'system' };

/** Stops rollouts that cross a guardrail. Any replica may check at any time, but only one of them stops a rollout. */
@Injectable()
export class GuardrailCheck {
  private readonly logger = new Logger('rollouts');
  private readonly stopCounter: CounterMetric;

  constructor(
    private readonly database: Database,
    private readonly observations: ObservationRepository,
    private readonly rollouts: RolloutRepository,
    metrics: Metrics,
  ) {
    this.stopCounter = metrics.counter({
      name: 'config_rollouts_stopped_total',
      help: 'Rollouts stopped by a guardrail or by missing data',
    });
  }

  /** Checks every running rollout, and stops those with a reason to stop. */
  async check(): Promise<void> {
    for (const rollout of await this.findMeasuredRollouts()) {
      const reason = findStopReason(rollout);
      if (reason !== null) await this.stop(rollout, reason);
    }
  }

  /** Stops every rollout that has a limit. For times in which a crossed limit could not be noticed. */
  async stopAllGuarded(reason: string): Promise<void> {
    const guarded = (await this.findMeasuredRollouts()).filter(({ guardrails }) => hasLimits(guardrails));
    for (const rollout of guarded) await this.stop(rollout, reason);
  }

  private findMeasuredRollouts(): Promise<MeasuredRollout[]> {
    return this.database.readAsPlatform(allTenants, () => this.observations.findRunning());
  }

  private async stop(rollout: MeasuredRollout, reason: string): Promise<void> {
    const work = () => this.rollouts.stop(rollout, reason);
    const isStopped = await this.database.asPlatform(allTenants, work, systemAuthor);
    if (!isStopped) return;
    this.stopCounter.add();
    this.logger.warn(`Rollout ${rollout.id} was stopped automatically: ${reason}`);
  }
}
