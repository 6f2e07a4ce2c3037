import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { Database } from '#database';
import { Clock } from '#kernel';
import { RunningRollouts } from '#config';
import { PeriodicTask } from '#telemetry';
import { GuardrailCheck } from './guardrail-check.js';
import { RolloutObservationBuffer } from './rollout-observation-buffer.js';

const intervalMs = 1_000;
/** Missing data causes no write, so rollouts are also checked without one, every ten rounds. */
const roundsBetweenChecks = 10;
/** How long a replica may fail to write its measurements before it suspends all treatments. */
const maxFailingMs = 60_000;

/**
 * Writes the measurements every second, and then checks the guardrails. A replica that cannot write for a minute suspends all
 * treatments, because nothing would notice harm. When it can write again, rollouts with a limit stop.
 */
@Injectable()
export class RolloutMonitor
  implements OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown
{
  private readonly logger = new Logger('rollouts');
  private readonly task = new PeriodicTask({
    intervalMs,
    logger: this.logger,
    failure: 'A round of rollout monitoring failed; the next round tries again.',
    run: () => this.flushAndCheck(),
  });
  private roundCount = 0;
  private failingSince: number | null = null;

  constructor(
    private readonly observations: RolloutObservationBuffer,
    private readonly guardrails: GuardrailCheck,
    private readonly runningRollouts: RunningRollouts,
    private readonly clock: Clock,
    private readonly database: Database,
  ) {}

  /** Starts after the database is available for the first time: before that, there is nothing to measure. */
  onApplicationBootstrap(): Promise<void> {
    return this.database.runAtStartup(async () => this.task.start());
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.task.stop();
  }

  /** All requests have ended, so these are the last measurements. */
  async onApplicationShutdown(): Promise<void> {
    await this.observations
      .flush()
      .catch((err: unknown) =>
        this.logger.warn({ err }, 'The last rollout measurements could not be written and are lost.'),
      );
  }

  /** Runs one round. Never rejects. */
  runRound(): Promise<void> {
    return this.task.runNow();
  }

  private async flushAndCheck(): Promise<void> {
    try {
      const hasFlushed = await this.observations.flush();
      this.roundCount += 1;
      if (this.failingSince !== null) await this.recover(this.failingSince);
      else if (hasFlushed || this.roundCount % roundsBetweenChecks === 0) await this.guardrails.check();
    } catch (error) {
      this.suspendIfFailingTooLong();
      throw error;
    }
  }

  private suspendIfFailingTooLong(): void {
    this.failingSince ??= this.clock.now();
    if (this.clock.now() - this.failingSince >= maxFailingMs) this.runningRollouts.suspend();
  }

  private async recover(since: number): Promise<void> {
    const seconds = Math.round((this.clock.now() - since) / 1_000);
    if (seconds * 1_000 < maxFailingMs) await this.guardrails.check();
    else
      await this.guardrails.stopAllGuarded(
        `No data: for ${seconds} seconds a replica could not write its measurements, so the guardrails were not checked.`,
      );
    this.failingSince = null;
    this.runningRollouts.resume();
  }
}
